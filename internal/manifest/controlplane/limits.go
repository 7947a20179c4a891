package controlplane

// Limits on what is read to find the configuration of a cluster. What is beyond
// them is passed over: no such configuration comes near.
const (
	// maxWords bounds the words of one command line, scripts split.
	maxWords = 10_000
	// maxEmbedded bounds the texts of one object that are read as configurations.
	maxEmbedded = 200
)

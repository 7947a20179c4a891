package provenance

// Limits on what is read of a statement.
const (
	// MaxBytes bounds one statement.
	MaxBytes = 8 << 20
	// MaxSteps bounds the steps of a build, MaxLayers the layers of one.
	MaxSteps  = 10_000
	MaxLayers = 500
	// MaxFileBytes bounds the Dockerfile that a statement carries.
	MaxFileBytes = 1 << 20
)

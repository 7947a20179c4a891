package source

// Target is a release of Kubernetes that the configuration says the manifests
// must run on.
type Target struct {
	// At is the entry's place in the configuration.
	At Span
	// Version is as written: "1.36".
	Version string
}

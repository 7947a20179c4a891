package sign

import "time"

// Limits on what a registry may make us read.
const (
	// MaxBundleBytes bounds one bundle, and one payload of the classic layout.
	MaxBundleBytes = 10 << 20
	// MaxSignatures bounds the signatures of one .sig manifest that are tried.
	// Referrers are bounded by registry.MaxReferrers.
	MaxSignatures = 200
	// MaxKeyBytes bounds a key file.
	MaxKeyBytes = 64 << 10
	// maxInline is the size up to which a bundle is also carried in its
	// descriptor, which saves verifiers a request. Registries limit manifests.
	maxInline = 64 << 10
)

// How often a signature that another writer has overwritten is written again,
// and the pause before that.
const (
	rounds     = 3
	roundPause = 150 * time.Millisecond
)

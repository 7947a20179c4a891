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
	// MaxTokenBytes bounds an identity token, MaxAnswerBytes the answer of a signing
	// service, MaxRootBytes a trusted root or a signing configuration.
	MaxTokenBytes  = 64 << 10
	MaxAnswerBytes = 4 << 20
	MaxRootBytes   = 4 << 20
	// maxInline is the size up to which a bundle is also carried in its
	// descriptor, which saves verifiers a request. Registries limit manifests.
	maxInline = 64 << 10
)

// How often what another writer has overwritten is written again, and the pause
// before that.
const (
	rounds     = 6
	roundPause = 150 * time.Millisecond
)

// Patience with signing services.
const (
	// signTimeout bounds all that a run asks of them, answerTimeout one answer.
	signTimeout   = 5 * time.Minute
	answerTimeout = 20 * time.Second
	// firstPause doubles with each attempt up to maxPause.
	firstPause = 500 * time.Millisecond
	maxPause   = 15 * time.Second
	// fetchTimeout bounds the update of the trusted root.
	fetchTimeout = 20 * time.Second
)

const (
	// placesAtOnce is how many manifests are written or read at a time.
	placesAtOnce = 6
	// keepFor is how old a verdict may be that a run which says the same leaves in
	// place of its own.
	keepFor = 24 * time.Hour
	// skew is how far the clocks of two machines may be apart.
	skew = 5 * time.Minute
	// manyReferrers is from how many on a warning is given: Kyverno reads 50.
	manyReferrers = 40
)

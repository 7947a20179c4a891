package registry

import "time"

// Limits on what a registry, layout or archive may make us read. Each is named
// in the message when it is hit.
const (
	// MaxManifestBytes is that of the OCI distribution specification's advice:
	// registries accept manifests of up to 4 MiB.
	MaxManifestBytes = 4 << 20
	// MaxConfigBytes bounds an image configuration.
	MaxConfigBytes = 4 << 20
	// MaxIndexEntries bounds the descriptors of one index, MaxIndexDepth how
	// far indexes may nest, MaxImages the platforms of one reference.
	MaxIndexEntries = 256
	MaxIndexDepth   = 3
	MaxImages       = 64
	// MaxAttestations bounds the statements noted of one index, MaxStatementBytes
	// one of them.
	MaxAttestations   = 256
	MaxStatementBytes = 8 << 20
	// MaxLayers bounds the layers of one image.
	MaxLayers = 500
	// MaxReferrers bounds the referrers listed for one digest, MaxReferrerPages
	// the requests spent on listing them.
	MaxReferrers     = 200
	MaxReferrerPages = 10
	// MaxArchiveEntries bounds the entries of an oci-archive or docker-archive.
	MaxArchiveEntries = 100_000
	// MaxLayoutIndexBytes bounds the index.json of a layout and the
	// manifest.json of a docker archive.
	MaxLayoutIndexBytes = 4 << 20
	// MaxPublicFileBytes bounds a file whose checksum is asked for.
	MaxPublicFileBytes = 512 << 20
)

// Patience with a registry.
const (
	// maxAttempts is how often one request is tried.
	maxAttempts = 4
	// firstBackoff doubles with each attempt up to maxBackoff; a registry's
	// Retry-After is honoured up to maxRetryAfter.
	firstBackoff  = 250 * time.Millisecond
	maxBackoff    = 8 * time.Second
	maxRetryAfter = 30 * time.Second
	// defaultTimeout is how long a registry may stay silent.
	defaultTimeout = 30 * time.Second
	// connectTimeout and answerTimeout are for what a repository under test names:
	// nobody waits long for an answer that only makes the judgement sharper.
	connectTimeout = 1500 * time.Millisecond
	answerTimeout  = 3 * time.Second
	// publicFileTimeout bounds the download of one file whose checksum is asked for,
	// fileConnectTimeout its connection: somebody waits for just that answer.
	publicFileTimeout  = 5 * time.Minute
	fileConnectTimeout = 10 * time.Second
	// minSpeed is what a body must bring in bytes a second, on average over the
	// timeout that is spent waiting for it.
	minSpeed = 1 << 10
	// resumeStep is how much a blob that broke off must have brought before its
	// attempts are counted anew.
	resumeStep = 1 << 20
	// uploads is how many blobs are pushed at a time, downloads how many
	// manifests of an index are read.
	uploads   = 4
	downloads = 4
)

package facts

// Limits on what is made of the worlds that were read.
const (
	// MaxInputs bounds the build inputs listed of one Dockerfile; what is left out
	// is said.
	MaxInputs = 10_000
	// MaxVerified bounds the downloads of one RUN that are held against the
	// checksums and signatures compared there; those beyond count as not pinned.
	MaxVerified = 200
	// MaxStatements bounds the provenance statements read of one image,
	// MaxOriginDepth the stages that a file is followed through.
	MaxStatements  = 64
	MaxOriginDepth = 10
	// maxTriedBytes bounds the text of one file on which expressions for credentials
	// are tried, maxNamedFiles the files that are named among those not searched,
	// and parallelSearch the files that are read at a time.
	maxTriedBytes  = 32 << 20
	maxNamedFiles  = 5
	parallelSearch = 4
)

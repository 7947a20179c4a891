package jar

// Limits on one archive; each is named in the error of the one that hits it.
const (
	// MaxDepth bounds archives inside of archives: an enterprise archive holds a web
	// archive holds a library, which is three.
	MaxDepth = 6
	// MaxEntries bounds the files of one archive.
	MaxEntries = 200_000
	// MaxArchives bounds the archives inside of one, MaxUnpackedBytes what is unpacked
	// of them all; those that are stored, as Spring does, cost nothing.
	MaxArchives      = 5_000
	MaxUnpackedBytes = 256 << 20
	// MaxPropertiesBytes and MaxManifestBytes bound the texts that are read.
	MaxPropertiesBytes = 64 << 10
	MaxManifestBytes   = 1 << 20
	// MaxArtifacts bounds what is found.
	MaxArtifacts = 20_000
)

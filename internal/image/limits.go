package image

// Limits on what is read of an image. Each is named in the message of the input
// that hits it.
const (
	// MaxPlatforms bounds the platforms of one index.
	MaxPlatforms = 64
	// MaxLayers bounds the layers of one platform.
	MaxLayers = 500
	// MaxConfigBytes bounds the image configuration.
	MaxConfigBytes = 8 << 20
	// MaxHistory bounds the history entries of a configuration.
	MaxHistory = 10_000

	// MaxLayerBytes bounds a layer as stored, MaxTarBytes a layer unpacked.
	MaxLayerBytes = 32 << 30
	MaxTarBytes   = 64 << 30
	// MaxRatio bounds how much larger a layer may get by unpacking, once it is
	// over RatioFreeBytes: sparse files pack a thousandfold, bombs more.
	MaxRatio       = 1100
	RatioFreeBytes = 1 << 30
	// MaxZstdMemory bounds the window that a zstd layer may ask for.
	MaxZstdMemory = 128 << 20
	// MaxEntries bounds the entries of one layer.
	MaxEntries = 1_000_000
	// MaxSparseBytes bounds the sparse files of one layer, their holes counted.
	MaxSparseBytes = 1 << 30
	// MaxPathBytes bounds the name of an entry, and of a link's target;
	// MaxPathDepth the folders it goes down.
	MaxPathBytes = 4096
	MaxPathDepth = 512
	// MaxTreeDepth bounds the folders of the merged file system: links make paths
	// that are longer than any that an entry can name.
	MaxTreeDepth = 4 * MaxPathDepth
	// MaxKeptBytes bounds the names and texts of one image that are kept in
	// memory until its layers are folded. An image of 100,000 files has 10 MiB.
	MaxKeptBytes = 512 << 20
	// MaxLinkHops bounds the symbolic links followed for one path, as Linux does.
	MaxLinkHops = 40

	// MaxBufferedBytes bounds the files that are held in memory to be looked at, one
	// for each layer that is being read; larger ones go through a temporary file.
	MaxBufferedBytes = 16 << 20
	// MaxBinaryBytes bounds an executable read for its build information.
	MaxBinaryBytes = 192 << 20
	// MaxDatabaseBytes bounds the database of a package manager.
	MaxDatabaseBytes = 64 << 20
	// MaxRPMBytes bounds the database of rpm, which holds texts, scripts and file
	// lists too: 180 packages of a small image have 12 MiB, two thousand of a large
	// one 150 MiB.
	MaxRPMBytes = MaxBinaryBytes
	// MaxMetadataBytes bounds package.json and METADATA files.
	MaxMetadataBytes = 4 << 20
	// MaxComposerBytes bounds the metadata that holds all packages of Composer, or
	// all files of a Conda package.
	MaxComposerBytes = 32 << 20
	// MaxLicenceBytes bounds what a package says of its licence, MaxLicences the names
	// in it.
	MaxLicenceBytes = 500
	MaxLicences     = 50
	// MaxTextBytes bounds os-release, passwd, shadow and group.
	MaxTextBytes = 1 << 20
	// MaxSecretBytes bounds a file searched for secrets.
	MaxSecretBytes = 1 << 20
	// MaxTriedBytes bounds the text of one layer on which expressions for secrets
	// are tried, a keyword having been seen there. A gigabyte of documentation
	// has some 10 MiB of it.
	MaxTriedBytes = 256 << 20
	// MaxArchiveDepth bounds archives in archives, MaxArchiveFiles the files of one,
	// MaxNestedBytes a zip file inside of another archive, and MaxArchiveBytes what
	// the archives of one layer are unpacked to in search of secrets.
	MaxArchiveDepth = 4
	MaxArchiveFiles = 100_000
	MaxNestedBytes  = 64 << 20
	MaxArchiveBytes = 4 << 30
	// MaxPackages bounds the packages, MaxSecrets the secrets, MaxNotAnalysed
	// the complaints of one layer.
	MaxPackages    = 200_000
	MaxSecrets     = 1_000
	MaxNotAnalysed = 200
	// MinDeletedBytes is the size from which on a removed file is told of.
	MinDeletedBytes = 64 << 10
	// MaxAccounts bounds the users of one image, MaxHashed those whose password
	// is compared with well-known ones, MaxHashRounds the rounds of one hash.
	MaxAccounts   = 10_000
	MaxHashed     = 16
	MaxHashRounds = 10_000

	// MaxStoredInventory bounds a cached inventory as stored, MaxInventoryBytes
	// unpacked, MaxInventoryMemory what its lists may take in memory. An image of
	// 100,000 files has 1, 10 and 30 MiB.
	MaxStoredInventory = 64 << 20
	MaxInventoryBytes  = 128 << 20
	MaxInventoryMemory = 256 << 20
	// MaxBlobs bounds the compressed forms of a layer that its cached inventory
	// remembers.
	MaxBlobs = 16
	// MaxSignatureBytes bounds the signature of a cached inventory.
	MaxSignatureBytes = 64 << 10
)

// limits are the bounds that a test lowers, since reaching them takes minutes.
type limits struct {
	stored, unpacked, ratio, ratioFree int64
	entries                            int
	buffered, sparse                   int64
	kept                               int64
}

func defaultLimits() limits {
	return limits{
		stored: MaxLayerBytes, unpacked: MaxTarBytes, ratio: MaxRatio, ratioFree: RatioFreeBytes,
		entries: MaxEntries, buffered: MaxBufferedBytes, sparse: MaxSparseBytes, kept: MaxKeptBytes,
	}
}

package advisory

// Limits on what is read of an advisory source. Each is named in the message of
// the input that hits it.
const (
	// MaxArchiveBytes bounds one ecosystem's zip as stored.
	MaxArchiveBytes = 1 << 30
	// MaxUnpackedBytes bounds the records of one ecosystem together; the largest
	// public ones (npm, Ubuntu) are below a third of it.
	MaxUnpackedBytes = 12 << 30
	// MaxNestedBytes bounds a zip inside a zip, which is held in memory.
	MaxNestedBytes = 512 << 20
	// MaxRecords bounds the records of one ecosystem.
	MaxRecords = 2_000_000
	// MaxRecordBytes bounds one record.
	MaxRecordBytes = 32 << 20
	// MaxJSONDepth bounds the nesting of one record.
	MaxJSONDepth = 64
	// MaxAffected bounds the affected entries of one record, MaxVersions the
	// enumerated versions and MaxEvents the range events of one of them.
	MaxAffected = 50_000
	MaxVersions = 200_000
	MaxEvents   = 20_000
	// MaxVersionBytes bounds one version: comparing two takes time in their length.
	MaxVersionBytes = 512
)

// Limits on compiled data.
const (
	// MaxShardBytes bounds one shard as stored, MaxBlockBytes one of its blocks
	// unpacked, MaxHeaderBytes its header, MaxEcosystemBytes an ecosystem's name.
	MaxShardBytes     = 256 << 20
	MaxBlockBytes     = 64 << 20
	MaxHeaderBytes    = 64 << 10
	MaxEcosystemBytes = 200
	// MaxIndexBytes bounds the index of a folder of shards, MaxShards their number.
	MaxIndexBytes = 4 << 20
	MaxShards     = 2_000
	// MaxTableBytes bounds a file of KEV or EPSS, unpacked.
	MaxTableBytes = 256 << 20
)

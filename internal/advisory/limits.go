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

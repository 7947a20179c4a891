package revision

// Limits on what is read of a repository's history. Each is named in the message
// of what hits it.
const (
	// maxEntries bounds the files of a revision's tree, and those on disk.
	maxEntries = 1_000_000
	// maxDepth bounds the folders that lie in one another.
	maxDepth = 256
	// maxObject bounds the bytes of one commit, tag or tree.
	maxObject = 32 << 20
	// maxFile bounds the bytes of one file that is read from a tree.
	maxFile = 8 << 20
	// maxSteps bounds the commits gone back for "~", and tags and references that
	// point at each other.
	maxSteps = 10_000
	// maxPointer bounds the bytes of a .git file.
	maxPointer = 4 << 10
	// objectCache is the memory, in bytes, for objects that others are deltas of.
	objectCache = 32 << 20
)

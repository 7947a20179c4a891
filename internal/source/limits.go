package source

// Limits on what is read of a repository. Each is named in the message of the
// input that hits it.
const (
	// MaxFileBytes bounds one file.
	MaxFileBytes = 8 << 20
	// MaxEntries bounds the files and folders a walk looks at.
	MaxEntries = 100_000
	// MaxDepth bounds the folders a walk goes down.
	MaxDepth = 64
	// MaxLinks bounds the symbolic links followed for one path.
	MaxLinks = 32
	// MaxIgnores bounds the ignore comments taken from one file.
	MaxIgnores = 10_000
)

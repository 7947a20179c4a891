package rpmdb

// Limits on a database; each is named in the error of the one that hits it.
const (
	// MaxPackages bounds the packages.
	MaxPackages = 100_000
	// MaxHeaderBytes bounds what is stored of one package: a kernel's file lists
	// have two megabytes.
	MaxHeaderBytes = 64 << 20
	// MaxFiles bounds the files of all packages, MaxFileNameBytes their names.
	MaxFiles         = 4_000_000
	MaxFileNameBytes = 512 << 20
	// MaxEntries bounds the entries of a header. rpm itself stops at 65535.
	MaxEntries = 1 << 16
	// MaxTreeDepth bounds the levels of SQLite's tree: with pages of the smallest
	// size, twelve hold a terabyte.
	MaxTreeDepth = 16
)

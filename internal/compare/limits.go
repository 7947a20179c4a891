package compare

const (
	// maxSimilar bounds the pairs of files that are held against each other to find
	// out what was renamed or split.
	maxSimilar = 4_000
	// maxDepth bounds the stages of a build that follow each other.
	maxDepth = 100
	// minShare is the share of a file's lines, in percent, that another file must
	// have had for it to count as moved from there, as in git.
	minShare = 50
)

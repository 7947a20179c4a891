package fix

// Limits on what proving may cost. An edit that they leave no room for is not
// offered.
const (
	// MaxRounds bounds how often the files are judged and repaired again: what
	// one edit stands in the way of is repaired in the next round.
	MaxRounds = 8
	// MaxProofBytes bounds the Dockerfile text that is judged again while the
	// edits that do harm are told from those that do not.
	MaxProofBytes = 256 << 10
	// minTrialBytes is what a trial counts at least, since a small file costs the
	// run of all rules, too.
	minTrialBytes = 2 << 10
	// MaxRenders bounds the renders that are made again to prove edits of manifests.
	MaxRenders = 400
	// MaxEdits bounds the edits of one finding.
	MaxEdits = 1000
)

package report

// Limits on what is read back and on what each format writes. What a limit
// leaves out is counted and said in the report itself.
const (
	// maxResultBytes bounds a saved result that is read back.
	maxResultBytes = 256 << 20
	// maxResultItems bounds the findings of a saved result.
	maxResultItems = 500_000
	// maxResultPath bounds each path of a saved result, in bytes: that of Linux.
	maxResultPath = 4_096

	// maxSARIFResults is how many results GitHub keeps of a run.
	maxSARIFResults = 5_000
	// maxSARIFTags, maxSARIFRelated and the text sizes, in characters, are
	// those of GitHub, or smaller.
	maxSARIFTags    = 10
	maxSARIFRelated = 20
	maxSARIFNotes   = 100
	maxSARIFMessage = 1_000
	maxSARIFName    = 255
	maxSARIFText    = 1_024
	maxSARIFHelp    = 8_000

	// maxAnnotations is how many annotations of one level GitHub shows for a
	// step; their text, in characters, may be 4,096 long.
	maxAnnotations     = 10
	maxAnnotationText  = 900
	maxAnnotationTitle = 200
	// maxRuleName bounds a rule's name where a user may paste it.
	maxRuleName = 80

	// maxSummaryBytes bounds the job summary: GitHub drops one above 1 MiB.
	maxSummaryBytes = 1_000_000
	// maxNotes bounds what stands before everything else in the summary.
	maxNotes = 20
	// maxSummaryRows bounds each table of the summary.
	maxSummaryRows = 1_000
	// maxCell bounds one untrusted text in a table, in characters.
	maxCell = 400

	// maxExcerpt is how many terminal cells of a source line are shown.
	maxExcerpt = 140
	// maxTextFixes bounds the remedies shown for one place.
	maxTextFixes = 5
	// shortText is how many findings fit into one look at a terminal; among more,
	// what blocks is named again at the end, up to maxTextBlocking of it.
	shortText       = 10
	maxTextBlocking = 30
	// maxLine bounds one untrusted text on a line of text, in characters.
	maxLine = 2_000
)

package dockerfile

// Limits on what is taken of one Dockerfile. Each is named in the message of
// the file or instruction that hits it.
const (
	// MaxFileBytes bounds a Dockerfile.
	MaxFileBytes = 1 << 20
	// MaxLineBytes bounds one line, as BuildKit itself does.
	MaxLineBytes = 64<<10 - 1
	// MaxInstructions bounds the instructions of one file.
	MaxInstructions = 10_000
	// MaxFaults bounds the instructions of one file that BuildKit's parser cannot
	// read and that are left out.
	MaxFaults = 20
	// MaxNesting bounds how deeply substitutions and groups stand in each other.
	MaxNesting = 100
	// MaxScriptBytes bounds one RUN body given to the shell parser.
	MaxScriptBytes = 128 << 10
	// MaxCommands bounds the commands taken of one file.
	MaxCommands = 10_000
	// MaxValueBytes bounds the value of one variable; a longer one is not followed.
	MaxValueBytes = 4 << 10
	// MaxExpandedBytes bounds what variables add to the words of one file, all
	// words together: sixty lines can double a value sixty times.
	MaxExpandedBytes = 16 << 20
	// MaxTriggers bounds the ONBUILD triggers taken of a base image, MaxEnv the
	// environment variables followed in one stage.
	MaxTriggers = 100
	MaxEnv      = 256
	// MaxBaseValueBytes bounds one variable of a base image, MaxBaseVars how many
	// there are, and MaxBaseTriggerVars those that its ONBUILD triggers use; a base
	// with more counts as not known to BuildKit's checks.
	MaxBaseValueBytes  = 4 << 10
	MaxBaseVars        = 1000
	MaxBaseTriggerVars = 10
	// MaxCheckWork bounds what BuildKit's checks may cost, in steps of some ten
	// nanoseconds to a tenth of a microsecond.
	MaxCheckWork = 5_000_000
	// MaxScriptDepth bounds scripts inside scripts ("sh -c '…'").
	MaxScriptDepth = 4
	// MaxIgnoreBytes, MaxIgnorePatterns and MaxPatternBytes bound a .dockerignore.
	MaxIgnoreBytes    = 256 << 10
	MaxIgnorePatterns = 5_000
	MaxPatternBytes   = 1 << 10
	// MaxContextSteps bounds what telling the build contexts of one repository
	// costs: about bytes of patterns times bytes of paths.
	MaxContextSteps = 1 << 29
	// MaxHeadBytes bounds what is read of a file of the build context whose name
	// speaks of credentials, MaxContextBytes what is read of all of them.
	MaxHeadBytes    = 64 << 10
	MaxContextBytes = 16 << 20
	// MaxTaken bounds the files with such names that are told of one COPY source.
	MaxTaken = 200
	// MaxGlobTests bounds the files that a wildcard is tried on.
	MaxGlobTests = 2_000
)

// nesting returns the greatest depth of brackets opened by open and not yet
// closed. It errs high: a bracket in quotes counts.
func nesting(text, open, closing string) int {
	depth, deepest := 0, 0
	for i := range len(text) {
		for j := range len(open) {
			switch text[i] {
			case open[j]:
				depth++
				deepest = max(deepest, depth)
			case closing[j]:
				depth = max(depth-1, 0)
			}
		}
	}
	return deepest
}

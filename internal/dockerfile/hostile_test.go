package dockerfile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// TestHostileSizes holds that a file made to be slow is read in seconds even on
// a busy machine: nothing here may grow with the square of the file.
func TestHostileSizes(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	files := map[string]string{
		"continued lines":      "FROM a:1\nRUN a" + strings.Repeat("\\\nx", 60_000),
		"escapes in JSON":      "FROM a:1\nRUN [\"" + strings.Repeat(strings.Repeat(`\n`, 20_000)+"\\\n", 5) + "\"]\n",
		"stages with env":      "FROM a:1 AS s0\nENV" + strings.Repeat(many(2_000, " A%d=1")+"\\\n", 10) + " Z=1\n" + many(2_000, "FROM s0 AS s%d\nENV X=1\n"),
		"stages in a chain":    "FROM a:1 AS s\n" + many(3_000, "FROM s AS s%d\n"),
		"commands":             "FROM a:1\n" + strings.Repeat("RUN "+strings.Repeat("a;", 10_000)+"\n", 4),
		"a document for many":  "FROM a:1\nRUN <<A\n{ " + strings.Repeat("a;", 5_000) + "} <<B\n" + strings.Repeat("word word\n", 5_000) + "B\nA\n",
		"ifs":                  "FROM a:1\nRUN <<A\n" + strings.Repeat("if ", 20_000) + "\nA\n",
		"copies from no stage": many(1_000, "FROM a:1 AS stage%d\n") + strings.Repeat("COPY --from=stagex a b\n", 2_000),
	}
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
			t.Logf("%d KiB in %v, %v", len(text)>>10, time.Since(start), err)
			require.Less(t, time.Since(start), 10*time.Second)
		})
	}
}

// TestVariablesThatGrow holds that values which double with each line are not
// followed beyond a limit, that this is said, and that the rest still counts.
func TestVariablesThatGrow(t *testing.T) {
	double := "ARG A0=x\n"
	for i := range 60 {
		double += fmt.Sprintf("ARG A%d=$A%d$A%[2]d\n", i+1, i)
	}
	f := parse(t, double+"FROM $A60\nARG V=1\nUSER $V\n")
	require.Len(t, f.NotAnalysed, 5)
	require.Equal(t, 14, f.NotAnalysed[0].Line)
	require.Contains(t, f.NotAnalysed[0].Reason, "the value of A13 is longer than the limit of 4 KiB")
	require.NotEmpty(t, f.Stages[0].Base.Unresolved)
	require.Equal(t, "1", f.Stages[0].Instructions[1].Args[0].Value)

	f = parse(t, "FROM a:1\nENV A="+strings.Repeat("x", dockerfile.MaxValueBytes)+"\n"+strings.Repeat("LABEL "+strings.Repeat("a=$A ", 100)+"\n", 100)+"USER $A\n")
	require.Len(t, f.NotAnalysed, 1)
	require.Contains(t, f.NotAnalysed[0].Reason, "limit of 16 MiB")
	last := f.Stages[0].Instructions[len(f.Stages[0].Instructions)-1]
	require.Equal(t, "$A", last.Args[0].Value)
}

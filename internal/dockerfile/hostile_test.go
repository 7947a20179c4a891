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
		"instructions":         "FROM scratch\n" + strings.Repeat("RUN x\n", 9_998),
		"variables":            "FROM scratch\n" + many(9_998, "ENV A%d=x\n"),
		"wide ENV":             "FROM scratch\nENV" + many(6_000, " A%d=x") + "\n" + many(1_000, "USER $x%d\n"),
		"stages with triggers": "FROM a:1 AS s\n" + strings.Repeat("ONBUILD ENV A=1\n", 5_000) + strings.Repeat("FROM s\n", 4_000),
		"images":               many(9_998, "FROM a:%d\n"),
		"ports":                "FROM scratch\n" + strings.Repeat("EXPOSE 1-65535\n", 1_000),
		"long names":           "FROM scratch\nENV " + strings.Repeat("ab", 30_000) + "=1\nUSER $" + strings.Repeat("ba", 30_000) + "\n",
		"copies from no stage": many(1_000, "FROM a:1 AS stage%d\n") + strings.Repeat("COPY --from=stagex a b\n", 2_000),
	}
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			f, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
			if err == nil {
				f.Check(t.Context(), nil)
			}
			t.Logf("%d KiB in %v, %v", len(text)>>10, time.Since(start), err)
			require.Less(t, time.Since(start), 2*time.Minute)
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

// TestChecksThatGrow holds that BuildKit's checks are not run where a variable
// would grow without end, whatever way it is written, that this is said once
// with its line, and that ordinary use of variables is no reason.
func TestChecksThatGrow(t *testing.T) {
	times := func(line string) string { return strings.Repeat(line, 60) }
	for name, tt := range map[string]struct {
		text string
		line int
	}{
		"ENV":              {"FROM a:1\nENV A=xxxxxxxx\n" + times("ENV A=$A$A\n"), 22},
		"ARG":              {"ARG A=xxxxxxxx\n" + times("ARG A=${A}${A}\n") + "FROM a:1\n", 21},
		"default":          {"FROM a:1\nENV A=xxxxxxxx\n" + times("ENV A=${B:-$A$A}\n"), 14},
		"quoted name":      {"FROM a:1\nENV \"A\"=xxxxxxxx\n" + times("ENV \"A\"=$A$A\n"), 14},
		"of the base":      {"FROM a:1\n" + times("ENV A=$A$A\n"), 13},
		"trigger":          {"FROM a:1 AS x\nENV A=x\n" + times("ONBUILD ENV A=$A$A\n") + "FROM x\n", 63},
		"after a trigger":  {"FROM a:1 AS x\nENV B=x\nONBUILD ENV C=" + strings.Repeat("$B", 10_000) + "\nENV B=" + strings.Repeat("x", 10_000) + "\nFROM x\n", 5},
		"replacement":      {"FROM a:1\nENV A=" + strings.Repeat("x", 10_000) + "\nENV B=${A//?/$A}\n", 3},
		"one line":         {"FROM a:1\nENV A=" + strings.Repeat("x", 10_000) + "\nUSER " + strings.Repeat("$A", 10_000) + "\n", 3},
		"in a later stage": {"FROM a:1 AS x\nENV A=" + strings.Repeat("x", 10_000) + "\nFROM x AS y\nUSER " + strings.Repeat("$A", 10_000) + "\n", 4},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := dockerfile.Parse(source.NewFile("Dockerfile", tt.text))
			require.NoError(t, err)
			missing := f.Check(t.Context(), nil)
			require.Len(t, missing, 1)
			require.Contains(t, missing[0].Reason, "BuildKit's checks were not run: variables may grow")
			require.Equal(t, tt.line, missing[0].Line)
			require.Empty(t, f.Lint)
		})
	}
	var usual strings.Builder
	usual.WriteString("ARG V=1\nFROM --platform=$TARGETOS/$TARGETARCH a:$V\n")
	for i := range 100 {
		fmt.Fprintf(&usual, "ARG N%d\nENV PATH=/opt/%[1]d:$PATH V%[1]d=${N%[1]d:-${V}} W=${V//1/${N%[1]d}}\nRUN x $V\nCOPY $BASE/$V/$OTHER ${A}/${B}/$N%[1]d\n", i)
	}
	f := parse(t, usual.String())
	require.Empty(t, f.Check(t.Context(), nil))
}

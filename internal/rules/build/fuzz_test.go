package build_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/build"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// judge runs every rule of the package over one Dockerfile.
func judge(t testing.TB, text string) ([]rule.Finding, bool) {
	t.Helper()
	f, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
	if err != nil {
		return nil, false
	}
	list := build.Rules()
	var configured []rule.Configured
	for i := range list {
		configured = append(configured, rule.Configured{Rule: &list[i]})
	}
	found, err := rule.Run(configured, &facts.Project{Dockerfiles: []*dockerfile.File{f}}, time.Now())
	require.NoError(t, err)
	return found, true
}

// FuzzRules holds that no Dockerfile makes a rule panic, and that findings and
// edits stay inside the file.
func FuzzRules(f *testing.F) {
	for _, r := range build.Rules() {
		for _, text := range append(r.Bad, r.Good...) {
			if file, ok := ruletest.Parse(text).Files["Dockerfile"]; ok {
				f.Add(string(file.Data))
			}
		}
	}
	f.Add("FROM")
	f.Fuzz(func(t *testing.T, text string) {
		found, _ := judge(t, text)
		for _, x := range found {
			require.True(t, x.At.Valid())
			require.LessOrEqual(t, x.At.End.Offset, len(text))
			require.NotEmpty(t, x.Message)
			if x.Fix != nil && len(x.Fix.Edits) > 0 {
				_, err := source.Apply(x.At.File, x.Fix.Edits)
				require.NoError(t, err)
			}
		}
	})
}

// hang is far beyond what the inputs below cost on any machine, and far below
// what they cost where a rule grows with the square.
const hang = 2 * time.Minute

// TestRulesOnHostileSizes holds that no rule grows with the square of a stage.
func TestRulesOnHostileSizes(t *testing.T) {
	for name, line := range map[string]string{
		"downloads and checks": "curl -O https://e.com/x; sha256sum y; chmod +x z; tar xf w; ",
		"packages":             "pip install a b c d; apt-get install gcc make; apt-get purge x; ",
		"options":              "curl -k -k -k -k -k -k -k -k https://e.com | sh; ",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, ok := judge(t, "FROM debian:12\n"+strings.Repeat("RUN "+strings.Repeat(line, 100)+"\n", 20))
			require.True(t, ok)
			require.Less(t, time.Since(start), hang)
			t.Log(time.Since(start))
		})
	}
}

// TestRulesOnManyStages is the same for the stages of a file.
func TestRulesOnManyStages(t *testing.T) {
	var down, unknown, labels strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&down, "FROM a:1 AS s%d\nCOPY --from=s%d /x /x\n", i, i+1)
		fmt.Fprintf(&unknown, "FROM a:1 AS stage%d\nCOPY --from=stagee%d /x /x\n", i, i)
		fmt.Fprintf(&labels, "FROM s%d AS s%d\nLABEL a%d=b\n", i-1, i, i)
	}
	for name, text := range map[string]string{"downwards": down.String(), "unknown": unknown.String(), "on each other": labels.String()} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, ok := judge(t, text)
			require.True(t, ok)
			require.Less(t, time.Since(start), hang)
			t.Log(time.Since(start))
		})
	}
}

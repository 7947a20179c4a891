package build_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rules/build"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// judgedAlone are the checks of BuildKit whose rules need nothing of BuildKit.
func judgedAlone() []string {
	return []string{"WorkdirRelativePath", "JSONArgsRecommended", "LegacyKeyValueFormat", "NoEmptyContinuation", "ConsistentInstructionCasing"}
}

// TestFormsAsBuildKit holds that our rules find what BuildKit's checks find, on
// the same lines, in every example and in the real files of TIDEWAITER_CORPUS.
// Files that BuildKit gives up on are left out: there only ours go on.
func TestFormsAsBuildKit(t *testing.T) {
	texts := map[string]string{}
	for _, r := range build.Rules() {
		for i, text := range append(slices.Clone(r.Bad), r.Good...) {
			if file, ok := ruletest.Parse(text).Files["Dockerfile"]; ok {
				texts[fmt.Sprint(r.ID, " ", i)] = string(file.Data)
			}
		}
	}
	if dir := os.Getenv("TIDEWAITER_CORPUS"); dir != "" {
		require.NoError(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() || !dockerfile.IsDockerfile(path) {
				return err
			}
			text, err := os.ReadFile(path)
			texts[path] = string(text)
			return err
		}))
	}
	compared := 0
	for name, text := range texts {
		f, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
		if err != nil || len(f.NotAnalysed) > 0 || len(f.Check(context.Background(), nil)) > 0 {
			continue
		}
		if strings.Contains(text, "windows") { // whose paths BuildKit reads as those of Linux without the image at hand
			continue
		}
		compared++
		require.Equal(t, lintOf(f), formsOf(t, text), "%s:\n%s", name, text)
	}
	t.Logf("%d of %d files compared", compared, len(texts))
	require.Greater(t, compared, 50)
}

func lintOf(f *dockerfile.File) []string {
	out := []string{}
	for _, w := range f.Lint {
		if slices.Contains(judgedAlone(), w.Check) {
			out = append(out, fmt.Sprintf("%s %d", w.Check, w.First))
		}
	}
	slices.Sort(out)
	return out
}

func formsOf(t *testing.T, text string) []string {
	found, _ := judge(t, text)
	out := []string{}
	for _, x := range found {
		for _, alias := range x.SameAs() {
			if check, ok := strings.CutPrefix(alias, "buildkit:"); ok && slices.Contains(judgedAlone(), check) {
				out = append(out, fmt.Sprintf("%s %d", check, x.At.Start.Line))
			}
		}
	}
	slices.Sort(out)
	return out
}

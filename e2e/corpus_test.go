//go:build e2e

package e2e

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// TestCorpus judges every repository of the corpus by every rule.
func TestCorpus(t *testing.T) {
	for _, name := range repositories(t) {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(corpus(t), name)
			r := check(t, []int{0, 1}, nil, "--rules", "all", dir)
			t.Logf("%d Dockerfiles, %d renders, %d objects, %d rules: %d findings, %d not analysed",
				r.Checked.Dockerfiles, r.Checked.Renders, r.Checked.Objects, r.Checked.Rules, len(r.Findings), len(r.NotAnalysed))
			tree := readTree(t, dir)
			for _, f := range r.Findings {
				tree.requirePlace(t, f)
			}
			requireDistinct(t, r)
			tree.requireAllDockerfiles(t, r)
			for _, n := range r.NotAnalysed {
				require.NotEmpty(t, n.Reason, n.Path)
				require.Contains(t, tree, n.Path, n.Reason)
				require.LessOrEqual(t, n.Line, len(tree[n.Path]), n.Path)
			}
			again := check(t, []int{0, 1}, nil, "--rules", "all", dir)
			r.Timings, again.Timings = nil, nil
			require.Equal(t, r, again, "the same repository, judged twice")
		})
	}
}

// tree holds the lines of every file of a repository by its path.
type tree map[string][]string

func readTree(t *testing.T, dir string) tree {
	t.Helper()
	out := tree{}
	require.NoError(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")
		return err
	}))
	return out
}

// requirePlace holds a finding to text that is there: its lines exist, its
// columns lie inside them, and what they enclose is not blank.
func (tr tree) requirePlace(t *testing.T, f gate.Finding) {
	t.Helper()
	id := fmt.Sprintf("%s at %s:%d:%d-%d:%d (%s)", f.Rule, f.Path, f.Line, f.Column, f.EndLine, f.EndColumn, f.Message)
	lines, ok := tr[f.Path]
	require.True(t, ok, "no such file: %s", id)
	require.True(t, f.Line >= 1 && f.Line <= f.EndLine && f.EndLine <= len(lines), "no such line: %s", id)
	first, last := []rune(lines[f.Line-1]), []rune(lines[f.EndLine-1])
	require.True(t, f.Column >= 1 && f.Column <= len(first), "starts outside its line: %s", id)
	require.True(t, f.EndColumn >= 1 && f.EndColumn <= len(last)+1, "ends outside its line: %s", id)
	if f.Line == f.EndLine {
		require.Less(t, f.Column, f.EndColumn, "encloses nothing: %s", id)
		require.NotEmpty(t, strings.TrimSpace(string(first[f.Column-1:f.EndColumn-1])), "encloses blanks: %s", id)
	}
	require.NotEmpty(t, f.Message, id)
	require.NotEmpty(t, f.Fingerprint, id)
	for _, r := range f.Related {
		require.True(t, r.Path == "" || r.Line >= 1 && r.Line <= len(tr[r.Path]), "related place %s:%d of %s", r.Path, r.Line, id)
	}
}

// requireDistinct holds that no defect is reported twice: not under the same
// fingerprint, and not at one place about one subject.
func requireDistinct(t *testing.T, r gate.Result) {
	t.Helper()
	prints, places := map[string]bool{}, map[string]bool{}
	for _, f := range r.Findings {
		place := fmt.Sprintf("%s %s:%d:%d %s %s", f.Rule, f.Path, f.Line, f.Column, f.Subject, f.Key)
		require.False(t, places[place], "reported twice: %s", place)
		require.False(t, prints[f.Fingerprint], "fingerprint %s twice: %s", f.Fingerprint, place)
		places[place], prints[f.Fingerprint] = true, true
	}
}

// requireAllDockerfiles holds that each file that looks like a Dockerfile was
// read, or stands among what was not analysed.
func (tr tree) requireAllDockerfiles(t *testing.T, r gate.Result) {
	t.Helper()
	var named []string
	for _, n := range r.NotAnalysed {
		if looksLikeDockerfile(n.Path) && !slices.Contains(named, n.Path) {
			named = append(named, n.Path)
		}
	}
	looking := 0
	for p := range tr {
		if looksLikeDockerfile(p) {
			looking++
		}
	}
	require.LessOrEqual(t, looking-r.Checked.Dockerfiles, len(named), "%d files look like a Dockerfile, %d were read, not analysed are %v",
		looking, r.Checked.Dockerfiles, named)
}

func looksLikeDockerfile(p string) bool {
	name := path.Base(p)
	if strings.HasSuffix(name, ".dockerignore") {
		return false
	}
	return name == "Dockerfile" || name == "Containerfile" || strings.HasPrefix(name, "Dockerfile.") ||
		strings.HasPrefix(name, "Dockerfile_") || strings.HasSuffix(name, ".Dockerfile")
}

func TestCorpusPodinfoIsNearlySilent(t *testing.T) {
	r := check(t, []int{0, 1}, nil, filepath.Join(corpus(t), "podinfo"))
	var blocking []string
	for _, f := range r.Findings {
		if f.Blocking {
			blocking = append(blocking, fmt.Sprintf("%s %s %s:%d %s", f.Rule, f.Name, f.Path, f.Line, f.Message))
		}
	}
	t.Logf("blocking:\n%s", strings.Join(blocking, "\n"))
	require.LessOrEqual(t, len(blocking), 5)
}

func TestCorpusMicroservicesDemo(t *testing.T) {
	r := check(t, []int{0, 1}, nil, filepath.Join(corpus(t), "microservices-demo"))
	require.Equal(t, []string{"src/emailservice/Dockerfile:18", "src/loadgenerator/Dockerfile:18",
		"src/recommendationservice/Dockerfile:18", "src/shoppingassistantservice/Dockerfile:18"},
		places(r, "build-platform-in-final-stage"), "final stages that inherit --platform=$BUILDPLATFORM")
	distroless := []string{"src/checkoutservice/Dockerfile:33", "src/frontend/Dockerfile:32",
		"src/productcatalogservice/Dockerfile:32", "src/shippingservice/Dockerfile:32"}
	require.Equal(t, distroless, places(r, "untagged-base"))
	require.Subset(t, places(r, "unpinned-base"), distroless)

	several := 0
	for _, f := range r.Findings {
		if strings.HasPrefix(f.Path, "kustomize/base/") && f.Object != nil && len(f.Object.Overlays) > 1 {
			several++
		}
	}
	require.Positive(t, several, "findings in base files name the overlays they reach")
	requireDistinct(t, r)
}

// places returns where a rule found something, sorted.
func places(r gate.Result, rule string) []string {
	var out []string
	for _, f := range r.Findings {
		if f.Name == rule {
			out = append(out, fmt.Sprintf("%s:%d", f.Path, f.Line))
		}
	}
	slices.Sort(out)
	return out
}

// TestCorpusArgoRollouts holds the two kustomizations that do not render to
// saying so, each at the line that cannot be followed.
func TestCorpusArgoRollouts(t *testing.T) {
	r := check(t, []int{0, 1}, nil, filepath.Join(corpus(t), "argo-rollouts"))
	for _, p := range []string{"docs/features/kustomize/example/kustomization.yaml", "test/kustomize/rollout/kustomization.yaml"} {
		require.True(t, slices.ContainsFunc(r.NotAnalysed, func(n gate.NotAnalysed) bool {
			return n.Path == p && n.Line > 0
		}), "%s is not among %v", p, r.NotAnalysed)
	}
}

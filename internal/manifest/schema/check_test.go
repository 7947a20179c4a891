package schema_test

import (
	"fmt"
	"go/build"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// moduleDir is where the sources of a module are, those that the tests are built
// from.
func moduleDir(t *testing.T, version string) string {
	t.Helper()
	cache := os.Getenv("GOMODCACHE")
	if cache == "" {
		cache = filepath.Join(build.Default.GOPATH, "pkg", "mod")
	}
	return filepath.Join(cache, filepath.FromSlash(version))
}

func node(t *testing.T, text string) *yaml.Node {
	t.Helper()
	n, err := yaml.Parse(text)
	require.NoError(t, err)
	return n.YNode()
}

// check returns the faults of an object in a line each.
func check(t *testing.T, text string, targets schema.Targets) []string {
	t.Helper()
	n := node(t, text)
	r := yaml.NewRNode(n)
	k := schema.Kubernetes().Kind(r.GetApiVersion(), r.GetKind())
	require.NotNil(t, k)
	return told(schema.Check(n, k.Type, targets))
}

var sorts = map[schema.Sort]string{
	schema.UnknownField: "unknown", schema.NewerField: "newer", schema.RemovedField: "removed", schema.WrongType: "type",
	schema.MissingField: "missing", schema.InvalidValue: "value", schema.RepeatedItem: "repeated", schema.OutOfBounds: "bounds",
}

func told(faults []schema.Fault) []string {
	var out []string
	for _, f := range faults {
		line := fmt.Sprintf("%s %s", sorts[f.Sort], f.Name)
		if f.Want != "" {
			line += " want " + f.Want
		}
		if f.Minor != 0 {
			line += fmt.Sprintf(" 1.%d", f.Minor)
		}
		out = append(out, line)
	}
	return out
}

// TestEveryFieldOfEveryReleaseIsKnown reads objects in which the authors of the
// API have filled every field, as five releases wrote them.
func TestEveryFieldOfEveryReleaseIsKnown(t *testing.T) {
	api, seen, unknown := schema.Kubernetes(), 0, map[string]bool{}
	for release, minor := range map[string]int{"v1.33.0": 33, "v1.34.0": 34, "v1.35.0": 35, "v1.36.0": 36, "HEAD": 37} {
		files, err := filepath.Glob(filepath.Join(moduleDir(t, "k8s.io/api@v0.37.2"), "testdata", release, "*.yaml"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.Contains(file, "after_roundtrip") {
				continue // as the newest release writes it again
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			n, err := yaml.Parse(string(text))
			require.NoError(t, err)
			k := api.Kind(n.GetApiVersion(), n.GetKind())
			if k == nil || k.Type == nil {
				if k == nil && !strings.HasSuffix(n.GetKind(), "Options") {
					unknown[n.GetKind()] = true
				}
				continue
			}
			seen++
			for _, f := range schema.Check(n.YNode(), k.Type, schema.Targets{Oldest: minor, Newest: minor}) {
				if f.Sort != schema.InvalidValue { // every text is the name of its field
					t.Errorf("%s: %v", filepath.Base(file), told([]schema.Fault{f}))
				}
			}
		}
	}
	require.Greater(t, seen, 400)
	require.Equal(t, map[string]bool{"": true, "APIGroup": true, "APIVersions": true, "Status": true}, unknown, "answers of the API server, no manifests")
}

func BenchmarkKubernetes(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		schema.Reparse()
	}
}

package arch_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("../../" + name)
	require.NoError(t, err)
	return string(data)
}

// directRequirements are the modules that go.mod requires for this module's
// own imports.
func directRequirements(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, line := range strings.Split(read(t, "go.mod"), "\n") {
		line = strings.TrimPrefix(strings.TrimSpace(line), "require ")
		if f := strings.Fields(line); len(f) == 2 && strings.Contains(f[0], ".") && strings.HasPrefix(f[1], "v") {
			out = append(out, f[0])
		}
	}
	require.Greater(t, len(out), 10, "go.mod is not understood")
	slices.Sort(out)
	return out
}

var (
	dependencyRow = regexp.MustCompile("(?m)^\\| (`.*?`) \\| (.*?) \\|")
	quoted        = regexp.MustCompile("`([^`]+)`")
)

// documented returns the modules of docs/dependencies.md with their owners.
func documented(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, row := range dependencyRow.FindAllStringSubmatch(read(t, "docs/dependencies.md"), -1) {
		for _, module := range quoted.FindAllStringSubmatch(row[1], -1) {
			require.Empty(t, out[module[1]], "%s has two lines", module[1])
			out[module[1]] = row[2]
		}
	}
	return out
}

func TestDependenciesAreThoseOfTheModule(t *testing.T) {
	var listed []string
	for module := range documented(t) {
		listed = append(listed, module)
	}
	slices.Sort(listed)
	require.Equal(t, directRequirements(t), listed, "docs/dependencies.md and the direct requirements of go.mod differ")
}

func TestDependenciesNameTheOwners(t *testing.T) {
	for module, names := range documented(t) {
		var want []string
		for lib, owner := range owners {
			if strings.HasPrefix(lib+"/", module+"/") || strings.HasPrefix(module, lib) {
				for _, o := range strings.Split(owner, "|") {
					if name := strings.TrimPrefix(o, "internal/"); !slices.Contains(want, name) {
						want = append(want, name)
					}
				}
			}
		}
		if len(want) == 0 {
			require.Contains(t, []string{"any", "tests"}, names, "%s has no owner in arch_test.go", module)
			continue
		}
		require.ElementsMatch(t, want, strings.Split(names, ", "), "owner of %s", module)
	}
}

func TestTheDrawingIsTheOrder(t *testing.T) {
	_, drawing, ok := strings.Cut(read(t, "docs/architecture.md"), "```\nproduct")
	require.True(t, ok, "docs/architecture.md has no drawing of the import order")
	drawing, _, _ = strings.Cut("product"+drawing, "```")
	var want [][]string
	for _, row := range order[:len(order)-1] {
		var names []string
		for _, name := range row {
			names = append(names, strings.TrimPrefix(name, "internal/"))
		}
		want = append(want, names)
	}
	var drawn [][]string
	for _, step := range strings.Split(strings.Join(strings.Fields(drawing), ""), "<") {
		drawn = append(drawn, strings.Split(step, "|"))
	}
	require.Equal(t, want, drawn, "docs/architecture.md draws another import order than this test holds")
}

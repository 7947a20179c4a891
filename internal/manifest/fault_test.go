package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestErrorsOfKustomizePointAtTheLineAtFault(t *testing.T) {
	const own = "-- own.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\n"
	for name, tt := range map[string]struct {
		files string
		path  string
		line  int
	}{
		"a patch of nothing":         {"-- kustomization.yaml --\nresources: [own.yaml]\npatches:\n- path: patch.yaml\n-- patch.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: misspelt\n", "patch.yaml", 4},
		"an inline patch of nothing": {"-- kustomization.yaml --\nresources: [own.yaml]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: ConfigMap\n    metadata:\n      name: misspelt\n", "kustomization.yaml", 7},
		"a file twice":               {"-- kustomization.yaml --\nresources:\n- own.yaml\n- own.yaml\n", "kustomization.yaml", 3},
		"a literal":                  {"-- kustomization.yaml --\nresources: [own.yaml]\nconfigMapGenerator:\n- name: made\n  literals:\n  - broken\n", "kustomization.yaml", 5},
		"a replacement":              {"-- kustomization.yaml --\nresources: [own.yaml]\nreplacements:\n- source: {kind: Secret, name: none, fieldPath: x}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]\n", "kustomization.yaml", 3},
		"in the base":                {"-- kustomization.yaml --\nresources: [base]\n-- base/kustomization.yaml --\nresources: [../own.yaml]\n", "base/kustomization.yaml", 1},
	} {
		set := load(t, project(tt.files+own))
		require.NotEmpty(t, set.NotAnalysed, name)
		require.Equal(t, tt.path, set.NotAnalysed[0].Path, "%s: %v", name, set.NotAnalysed)
		require.Equal(t, tt.line, set.NotAnalysed[0].Line, "%s: %v", name, set.NotAnalysed)
	}
}

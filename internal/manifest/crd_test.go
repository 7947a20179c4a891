package manifest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const crdText = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.example.com
spec:
  scope: Namespaced
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        description: |
          kind: not this
        type: object

        properties: {a: {type: string}}
    served: true
  - schema:
      openAPIV3Schema: {type: object}
    name: v2
---
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data:
  schema:
    openAPIV3Schema: kept
`

func TestSchemasAreMasked(t *testing.T) {
	for _, text := range []string{crdText, strings.ReplaceAll(crdText, "\n", "\r\n"), "---\n" + crdText} {
		got, masks := maskSchemas(text)
		require.Len(t, got, len(text))
		short := string(masks.appendTo(nil, text, 0, len(text)))
		require.Equal(t, lineEnds(got), lineEnds(short), "kustomize is given the same lines without the spaces")
		require.Less(t, len(short), len(got)-50)
		require.Equal(t, strings.Count(text, "\n"), strings.Count(got, "\n"))
		require.NotContains(t, got, "not this")
		require.NotContains(t, got, "type: object")
		require.Contains(t, got, "served: true")
		require.Contains(t, got, "name: v2")
		require.Contains(t, got, "openAPIV3Schema: kept", "only custom resource definitions are masked")
	}
	got, masks := maskSchemas("kind: Deployment\nschema:\n")
	require.Equal(t, "kind: Deployment\nschema:\n", got)
	require.Empty(t, masks)
}

// lineEnds takes the spaces off the ends of lines.
func lineEnds(text string) string {
	return regexp.MustCompile(`(?m) +(\r?)$`).ReplaceAllString(text, "$1")
}

func TestMasksNameTheLineOfTheirKey(t *testing.T) {
	_, masks := maskSchemas(crdText)
	lines := strings.Split(crdText, "\n")
	require.NotEmpty(t, masks)
	for _, m := range masks {
		require.Contains(t, lines[m.key-1], "schema:")
		require.Contains(t, lines[m.key], "openAPIV3Schema:")
	}
}

func TestMaskedDefinitionsAreRenderedAndLocated(t *testing.T) {
	files := "-- crd.yaml --\n" + crdText
	plain := load(t, project("-- kustomization.yaml --\nresources: [crd.yaml]\n"+files))
	f := field(t, plain, ".", "CustomResourceDefinition/things.example.com spec.versions.[0].served")
	require.Equal(t, "crd.yaml: served: true: true", at(f.Span()))
	require.False(t, field(t, plain, ".", "CustomResourceDefinition/things.example.com spec.versions.[0].schema.openAPIV3Schema").Exists())

	patched := load(t, project(`-- kustomization.yaml --
resources: [crd.yaml]
patches:
- target: {kind: Custom.*}
  patch: '[{"op": "replace", "path": "/spec/versions/0/schema/openAPIV3Schema/type", "value": "array"}]'
`+files))
	require.Empty(t, patched.NotAnalysed)
	require.Equal(t, "array", field(t, patched, ".", "CustomResourceDefinition/things.example.com spec.versions.[0].schema.openAPIV3Schema.type").String())
}

// TestMaskingHidesNothing is about a file that looks, line by line, like a custom
// resource definition, and is none.
func TestMaskingHidesNothing(t *testing.T) {
	for _, text := range []string{
		"apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n    a: \"\nkind: CustomResourceDefinition\nschema:\n openAPIV3Schema: \"\n  labels: {hidden: is-seen}\n# \"\n",
		"apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels: {hidden: is-seen}\n  annotations:\n    a: '\nkind: CustomResourceDefinition\n'\nschema:\n  openAPIV3Schema: x\n",
	} {
		_, masks := maskSchemas(text)
		require.NotEmpty(t, masks, "the lines alone deceive")
		for _, files := range []string{"", "-- kustomization.yaml --\nresources: [p.yaml]\n"} {
			set := load(t, project(files+"-- p.yaml --\n"+text))
			require.Empty(t, set.NotAnalysed)
			require.Equal(t, map[string]string{"hidden": "is-seen"}, set.Renders[0].Objects[0].Labels())
		}
	}
	set := load(t, project("-- p.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nx: '\nkind: CustomResourceDefinition\n'\nschema:\n  openAPIV3Schema: seen\n"))
	require.Equal(t, "seen", set.Renders[0].Objects[0].Field("schema", "openAPIV3Schema").String())
}

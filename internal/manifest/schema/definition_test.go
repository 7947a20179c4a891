package schema_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

const widgets = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - {name: v1alpha1, served: false, storage: false}
  - {name: v1beta1, served: true, deprecated: true, storage: false, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          metadata: {type: object}
          spec:
            type: object
            required: [size, mode, filled, empty]
            properties:
              size: {type: integer, format: int32, minimum: 1, maximum: 10}
              share: {type: number, minimum: 0, exclusiveMinimum: true}
              mode: {type: string, enum: [Fast, Safe]}
              filled: {type: string, default: x}
              empty: {type: string, nullable: true}
              name: {type: string, pattern: '^[a-z]+$', maxLength: 5}
              port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
              on: {type: boolean}
              open: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}}
              labels: {type: object, additionalProperties: {type: string}}
              any: {type: object, additionalProperties: true}
              closed: {type: object}
              parts:
                type: array
                maxItems: 2
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items: {type: object, required: [name], properties: {name: {type: string}}}
              embedded: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object, properties: {a: {type: string}}}}}
              untyped: {}
          status: {type: object, properties: {size: {type: integer}}}
`

func TestDefinition(t *testing.T) {
	d := schema.ReadDefinition(node(t, widgets))
	require.Equal(t, "example.com Widget", d.Group+" "+d.Kind)
	require.False(t, d.Version("v1alpha1").Served)
	require.True(t, d.Version("v1beta1").Deprecated)
	require.Nil(t, d.Version("v2"))
	v1 := d.Version("v1").Type
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"good":  {"{apiVersion: example.com/v1, kind: Widget, metadata: {name: a, labels: {a: b}}, spec: {size: 1, mode: Fast, port: http, on: true, open: {a: b, c: [d]}, labels: {a: b}, any: {a: 1}, closed: {}, parts: [{name: a}, {name: b}], embedded: {apiVersion: v1, kind: A, metadata: {x: y}, spec: {a: b}}, untyped: [1], empty: null}, status: {size: 99}}", nil},
		"whole": {"{apiVersion: example.com/v1, kind: Widget}", []string{"missing spec"}},
		"types": {"{spec: {size: a, mode: Quick, name: Ab, port: true, on: 'yes', open: {a: 1}, labels: {a: 1}, closed: {a: b}, parts: [{nme: a}], embedded: {spec: {b: c}}, empty: ''}, metadata: {nme: a}}", []string{
			`type "a" want a whole number`, "value Quick", `bounds "Ab" want text that matches ^[a-z]+$`, `type "true" want a whole number or text`, `type "yes" want true or false`,
			`type "1" want text`, `type "1" want text`, "unknown a", "unknown nme", "missing name", "unknown b", "unknown nme"}},
		"bounds": {"{spec: {size: 11, share: 0, mode: Fast, name: abcdef, empty: '', parts: [{name: a}, {name: a}, {name: b}]}}", []string{
			`bounds "11" want at most 10`, `bounds "0" want more than 0`, `bounds "abcdef" want at most 5 characters`, "repeated name a", "bounds a list want at most 2 items"}},
		"placeholders": {"{spec: {size: $(SIZE), mode: '${MODE}', name: '{{ .name }}', empty: ''}}", nil},
	} {
		got := told(schema.Check(node(t, c.text), v1, schema.Targets{}))
		require.Equal(t, c.want, got, name)
	}
	require.Empty(t, schema.Check(node(t, "{spec: {any: thing}}"), d.Version("v1beta1").Type, schema.Targets{}))
	require.Empty(t, schema.Check(node(t, "{spec: {any: thing}}"), d.Version("v1alpha1").Type, schema.Targets{}))
}

func TestNoDefinition(t *testing.T) {
	for _, text := range []string{
		"{}", "[]", "a", "{apiVersion: apiextensions.k8s.io/v1beta1, kind: CustomResourceDefinition}",
		"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {group: a, names: {kind: B}, versions: 3}}",
	} {
		require.Nil(t, schema.ReadDefinition(node(t, text)), text)
	}
}

// FuzzDefinition reads any text as a definition and holds it against itself.
func FuzzDefinition(f *testing.F) {
	f.Add(widgets)
	f.Add("{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {group: a, names: {kind: B}, versions: [{name: v1, schema: {openAPIV3Schema: &a {type: object, properties: {a: {}}, pattern: '(('}}}]}}")
	f.Fuzz(func(t *testing.T, text string) {
		docs, _ := yamldoc.Parse(source.NewFile("f", text))
		for _, doc := range docs {
			if d := schema.ReadDefinition(doc.Root); d != nil {
				for _, v := range d.Versions {
					schema.Check(doc.Root, v.Type, schema.Targets{})
				}
			}
		}
	})
}

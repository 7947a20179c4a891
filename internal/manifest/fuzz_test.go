package manifest

import (
	"testing"
	"testing/fstest"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// FuzzLoad renders a kustomization, a resource and a patch of any text: nothing
// panics, and every place lies inside its file.
func FuzzLoad(f *testing.F) {
	const app = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: m, image: x}]}}}\n"
	for _, seed := range [][3]string{
		{"resources: [r.yaml]\nnamespace: n\nimages: [{name: x, newTag: y}]\n", app, ""},
		{"resources: [r.yaml]\npatches: [{path: p.yaml}]\n", app, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {paused: true}\n"},
		{"resources: [r.yaml]\npatches: [{path: p.yaml, target: {kind: Deployment}}]\n", app, "- {op: remove, path: /spec/template/spec/containers/0/image}\n"},
		{"resources: [r.yaml]\npatches:\n- patch: |-\n    - op: add\n      path: /spec/x\n      value: [1]\n  target: {name: a}\n", "# tidewaiter:ignore x\n---\n" + app, ""},
		{"Resources: [&a r.yaml]\ncommonLabels: {a: b}\nconfigMapGenerator: [{name: g, literals: [a=b]}]\n", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: c, annotations: {tidewaiter.dev/ignore: x}}}]\n", "\uFEFF"},
		{"kind: Component\ntransformers: [p.yaml]\nreplacements: [{source: {kind: A}, targets: [{select: {kind: B}}]}]", "kind: CustomResourceDefinition\napiVersion: v1\nschema:\n  openAPIV3Schema:\n    x: y\n", "apiVersion: builtin\nkind: LabelTransformer\n"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, kust, resource, patch string) {
		if len(kust)+len(resource)+len(patch) > 1<<14 {
			return
		}
		set := load(t, source.OpenFS(fstest.MapFS{
			"kustomization.yaml": {Data: []byte(kust)}, "r.yaml": {Data: []byte(resource)}, "p.yaml": {Data: []byte(patch)},
		}))
		for _, r := range set.Renders {
			for _, o := range r.Objects {
				visit(o.Root(), func(f Field) { requireInside(t, f.Span()) })
				requireInside(t, o.Field("spec", "template", "spec", "securityContext", "x").Span())
				for _, rel := range o.Field("spec").Related() {
					requireInside(t, rel.At)
				}
			}
		}
		for _, ig := range set.Ignores {
			requireInside(t, ig.At)
		}
	})
}

func visit(f Field, do func(Field)) {
	do(f)
	for _, v := range f.Entries() {
		visit(v, do)
	}
	for _, v := range f.Items() {
		visit(v, do)
	}
}

func requireInside(t *testing.T, s source.Span) {
	t.Helper()
	if !s.Valid() || s.End.Offset > len(s.File.Text) || s.Start.Offset > s.End.Offset {
		t.Fatalf("%v (%v to %v) is no place", s, s.Start, s.End)
	}
}

package manifest

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Every field that Get, Items and Entries lead to knows the way it was reached.
func TestPathIsTheWayTaken(t *testing.T) {
	set := testProject(t, "shop")
	seen := 0
	for _, r := range set.Renders {
		for _, o := range r.Objects {
			walkPaths(t, o.Root(), "", &seen)
		}
	}
	require.Greater(t, seen, 200)
}

func walkPaths(t *testing.T, f Field, way string, seen *int) {
	t.Helper()
	*seen++
	require.Equal(t, way, f.Path())
	require.Equal(t, join(way, "no.such"), f.Get("no", "such").Path())
	for i, item := range f.Items() {
		walkPaths(t, item, way+"["+string(rune('0'+i))+"]", seen)
	}
	for key, value := range f.Entries() {
		walkPaths(t, value, join(way, key), seen)
	}
}

func join(way, key string) string {
	if way == "" {
		return key
	}
	return way + "." + key
}

// A replacement that copies a map to several places leaves them sharing nodes,
// and aliases are one node under several keys: each place has its own path.
func TestPathOfValuesThatWereCopied(t *testing.T) {
	set := load(t, source.OpenFS(fstest.MapFS{
		"kustomization.yaml": {Data: []byte(`resources: [pod.yaml]
replacements:
- source: {kind: Pod, fieldPath: 'spec.containers.[name=a].resources'}
  targets:
  - select: {kind: Pod}
    fieldPaths: ['spec.containers.[name=b].resources', 'spec.containers.[name=c].resources']
    options: {create: true}
`)},
		"pod.yaml": {Data: []byte(`apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - {name: a, image: x, resources: {limits: {cpu: 1}}}
  - {name: b, image: x}
  - {name: c, image: x}
`)},
		"plain.yaml": {Data: []byte(`apiVersion: v1
kind: Pod
metadata: {name: q}
spec:
  containers:
  - {name: a, image: x, resources: &r {limits: {cpu: 1}}}
  - {name: b, image: x, resources: *r}
`)},
	}))
	for _, r := range set.Renders {
		for _, w := range r.Workloads() {
			for i, c := range w.Containers {
				require.Equal(t, "spec.containers["+string(rune('0'+i))+"].resources.limits.cpu", c.Field.Get("resources", "limits", "cpu").Path())
			}
		}
	}
}

func TestPathOfAnAliasToItself(t *testing.T) {
	loop := &yaml.Node{Kind: yaml.SequenceNode}
	loop.Content = []*yaml.Node{loop}
	o := &Object{root: loop}
	require.Empty(t, Field{object: o, node: &yaml.Node{}}.Path(), "a node that is not the object's")
	require.Empty(t, Field{object: o, node: loop}.Path())
}

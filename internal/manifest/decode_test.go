package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func fieldOf(t *testing.T, text string) Field {
	t.Helper()
	return (&Object{root: mustNode(t, text)}).Root()
}

func TestDecodeReadsScalarsAsTheAPIServerDoes(t *testing.T) {
	var c corev1.Container
	bad := decode(fieldOf(t, "{name: c, stdin: yes, tty: 'on', ports: [{containerPort: 0x50}], resources: {limits: {cpu: 0.5}}, image: null}"), &c)
	require.Len(t, bad, 1)
	require.Equal(t, "tty", bad[0].Field.Path(), "quoted, it is text")
	require.True(t, c.Stdin)
	require.EqualValues(t, 80, c.Ports[0].ContainerPort)
	require.Equal(t, "500m", c.Resources.Limits.Cpu().String())
	require.Empty(t, c.Image)
}

func TestDecodeLeavesOutTheSmallestPart(t *testing.T) {
	var c corev1.Container
	bad := decode(fieldOf(t, `
name: [c]
image: a
env: {A: b}
ports:
- {containerPort: x, protocol: UDP}
- 80
- {containerPort: 81}
`), &c)
	var paths []string
	for _, u := range bad {
		paths = append(paths, u.Field.Path())
	}
	require.Equal(t, []string{"env", "name", "ports[0].containerPort", "ports[1]"}, paths)
	require.Equal(t, "a", c.Image)
	require.Len(t, c.Ports, 3, "indexes stay")
	require.EqualValues(t, "UDP", c.Ports[0].Protocol)
	require.EqualValues(t, 81, c.Ports[2].ContainerPort)
}

func TestDecodeOfWhatIsNoMap(t *testing.T) {
	for _, text := range []string{"[1]", "3", "null"} {
		var c corev1.Container
		require.Empty(t, decode(fieldOf(t, text), &c))
		require.Zero(t, c)
	}
	require.Empty(t, decode(Field{}, &corev1.Container{}))
}

func TestPlainStopsAtItsDepth(t *testing.T) {
	loop := &yaml.Node{Kind: yaml.SequenceNode}
	loop.Content = []*yaml.Node{{Kind: yaml.AliasNode, Alias: loop}}
	require.NotPanics(t, func() { plain(loop, 0) })
}

func TestIsolateKeepsOneField(t *testing.T) {
	root := fieldOf(t, "{a: [{b: 1, c: 2}, {b: 3, c: 4}], d: 5}")
	f := root.Get("a").Items()[1].Get("c")
	require.Equal(t, map[string]any{"a": []any{map[string]any{"c": int64(4)}}}, plain(isolate(f, root).node, 0))
	require.Equal(t, map[string]any{"d": int64(5)}, plain(isolate(root.Get("d"), root).node, 0))
	require.Len(t, candidates(root, []string{"a[].b", "a[].x", "d", "*"}), 5)
}

package manifest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// edited makes edits of one file and returns the lines that are new, as "+ text",
// and those that are gone, as "- text".
func edited(t *testing.T, edits []source.Edit) []string {
	t.Helper()
	require.NotEmpty(t, edits)
	before := edits[0].Span.File
	after, err := source.Apply(before, edits)
	require.NoError(t, err)
	was, is := strings.Split(before.Text, "\n"), strings.Split(after.Text, "\n")
	var out []string
	for len(was) > 0 || len(is) > 0 {
		switch {
		case len(was) > 0 && len(is) > 0 && was[0] == is[0]:
			was, is = was[1:], is[1:]
		case len(is) > len(was):
			out, is = append(out, "+"+is[0]), is[1:]
		case len(is) < len(was):
			out, was = append(out, "-"+was[0]), was[1:]
		default:
			out, was, is = append(out, "-"+was[0], "+"+is[0]), was[1:], is[1:]
		}
	}
	return out
}

const editable = `
-- kustomization.yaml --
resources: [pod.yaml, widget.json]
patches:
- patch: |-
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec:
      hostNetwork: true
      containers:
      - name: patched
        securityContext:
          # why not
          privileged: true   # a comment
- target: {kind: Widget}
  patch: |-
    - {op: add, path: /spec/deep, value: {a: true}}
- patch: '{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {hostPID: true}}'
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
    hostIPC: true # a comment
    securityContext: {}
    containers:
    - name: main # the one
      image: example/main
      args: [
        a,
      ]
    - securityContext:
          privileged: true
          capabilities:
              add:
              - SYS_ADMIN
              - NET_RAW
      name: side
    - {name: flow, securityContext: {privileged: "true", capabilities: {add: [SYS_ADMIN, NET_RAW]}}}
    - name: last
      securityContext:
          privileged: true
-- widget.json --
{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"on": true, "old": "x"}}
`

func TestEdits(t *testing.T) {
	set := load(t, project(editable))
	require.Empty(t, set.NotAnalysed)
	get := func(name string) Field { return field(t, set, ".", name) }
	for name, tt := range map[string]struct {
		edits []source.Edit
		want  []string
	}{
		"replace": {get("Pod/web spec.containers.[2].securityContext.privileged").Set("false"), []string{"-          privileged: true", "+          privileged: false"}},
		"replace in a patch": {get("Pod/web spec.containers.[0].securityContext.privileged").Set("false"),
			[]string{"-          privileged: true   # a comment", "+          privileged: false   # a comment"}},
		"insert with parents": {get("Pod/web spec.containers.[1].securityContext.runAsNonRoot").Set("true"),
			[]string{"+      securityContext:", "+        runAsNonRoot: true"}},
		"insert below": {get("Pod/web spec.containers.[4].securityContext.runAsNonRoot").Set("true"), []string{"+          runAsNonRoot: true"}},
		"insert between": {get("Pod/web spec.containers.[2].securityContext.seccompProfile.type").Set("RuntimeDefault"),
			[]string{"+          seccompProfile:", "+              type: RuntimeDefault"}},
		"insert in braces": {get("Pod/web spec.containers.[3].securityContext.seccompProfile.type").Set("RuntimeDefault"), []string{
			`-    - {name: flow, securityContext: {privileged: "true", capabilities: {add: [SYS_ADMIN, NET_RAW]}}}`,
			`+    - {name: flow, securityContext: {seccompProfile: {type: RuntimeDefault}, privileged: "true", capabilities: {add: [SYS_ADMIN, NET_RAW]}}}`}},
		"insert in empty braces": {get("Pod/web spec.securityContext.runAsNonRoot").Set("true"), []string{"-    securityContext: {}", "+    securityContext: {runAsNonRoot: true}"}},
		"insert at the end":      {get("Pod/web spec.automountServiceAccountToken").Set("false"), []string{"+    automountServiceAccountToken: false"}},
		"insert in JSON": {get("Widget/w spec.mode").Set("RuntimeDefault"), []string{
			`-{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"on": true, "old": "x"}}`,
			`+{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"mode": "RuntimeDefault", "on": true, "old": "x"}}`}},
		"remove a line":       {get("Pod/web spec.hostIPC").Remove(), []string{"-    hostIPC: true # a comment"}},
		"remove from a patch": {get("Pod/web spec.hostNetwork").Remove(), []string{"-      hostNetwork: true"}},
		"remove an item":      {get("Pod/web spec.containers.[2].securityContext.capabilities.add.[1]").Remove(), []string{"-              - NET_RAW"}},
		"remove the first of a list item": {get("Pod/web spec.containers.[2].securityContext").Remove(), []string{"-    - securityContext:", "-          privileged: true",
			"-          capabilities:", "-              add:", "-              - SYS_ADMIN", "-              - NET_RAW", "-      name: side", "+    - name: side"}},
		"remove from brackets": {get("Pod/web spec.containers.[3].securityContext.capabilities.add.[1]").Remove(), []string{
			`-    - {name: flow, securityContext: {privileged: "true", capabilities: {add: [SYS_ADMIN, NET_RAW]}}}`,
			`+    - {name: flow, securityContext: {privileged: "true", capabilities: {add: [SYS_ADMIN]}}}`}},
		"remove with the empty parent": {get("Pod/web spec.containers.[4].securityContext.privileged").Remove(), []string{"-      securityContext:", "-          privileged: true"}},
		"rename":                       {get("Pod/web spec.hostIPC").RenameKey("hostPID"), []string{"-    hostIPC: true # a comment", "+    hostPID: true # a comment"}},
		"of an operation":              {get("Widget/w spec.deep.a").Set("false"), []string{"-    - {op: add, path: /spec/deep, value: {a: true}}", "+    - {op: add, path: /spec/deep, value: {a: false}}"}},
	} {
		require.NotEmpty(t, tt.edits, name)
		require.Equal(t, tt.want, edited(t, tt.edits), name)
	}
	require.Empty(t, get("Pod/web spec.hostPID").Set("false"), "a quoted patch has other lines than its file")
	require.Empty(t, get("Pod/web spec.hostPID").Remove())
}

func TestReloadedSharesWhatHasNotChanged(t *testing.T) {
	set := load(t, project(editable+"-- other/cm.yaml --\n"+configMapNamed("other")))
	privileged := field(t, set, ".", "Pod/web spec.containers.[4].securityContext.privileged")
	edits := privileged.Set("false")
	file, err := source.Apply(edits[0].Span.File, edits)
	require.NoError(t, err)
	again, err := Reloaded(t.Context(), set.Renders, file)
	require.NoError(t, err)
	require.Len(t, again.Changed, 1)
	require.Len(t, again.Renders, len(set.Renders))
	require.Same(t, set.Renders[1], again.Renders[1])
	differs, ok := again.Changed[0].Difference()
	require.True(t, ok)
	require.Equal(t, []string{privileged.Shape()}, differs)

	_, err = Reloaded(t.Context(), set.Renders, source.NewFile("pod.yaml", "a: ["))
	require.Error(t, err)
	_, err = Reloaded(t.Context(), set.Renders, source.NewFile("pod.yaml", strings.Replace(file.Text, "hostIPC: true", "hostIPC: true\n    hostIPC: false\n   ", 1)))
	require.ErrorContains(t, err, "hostIPC")
	_, err = Reloaded(t.Context(), set.Renders, source.NewFile("kustomization.yaml", "resources: [pod.yaml, gone.yaml]\n"))
	require.ErrorContains(t, err, "gone.yaml")
}

func configMapNamed(name string) string { return strings.ReplaceAll(configMap, "%s", name) }

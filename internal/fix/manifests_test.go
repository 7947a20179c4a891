package fix_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

const shop = `
-- base/kustomization.yaml --
resources: [web.yaml]
-- base/web.yaml --
# the shop
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostPID: true # for the debugger
  containers:
  - name: main
    image: example.com/web:1
    securityContext:
      privileged: true   # once needed
  - {name: side, image: "example.com/side:1", securityContext: {privileged: true}}
-- dev/kustomization.yaml --
resources: [../base]
patches:
- patch: |-
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec:
      containers:
      - name: main
        securityContext:
          allowPrivilegeEscalation: true
      - name: side
        securityContext:
          privileged: true
-- prod/kustomization.yaml --
resources: [../base]
namespace: prod
`

func unpack(text string) fstest.MapFS {
	out := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		out[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return out
}

// mended makes all edits that hold for the named rules, round after round, and
// returns the files that have changed.
func mended(t *testing.T, files fstest.MapFS, names ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for range 8 {
		w, found := judge(t, files)
		w.First = true
		proof := w.Prove(t.Context(), found, func(i int) bool { return slices.Contains(names, found[i].Rule.Name) })
		if len(proof.Batches) == 0 {
			return out
		}
		files = maps.Clone(files)
		for path, f := range w.Apply(t.Context(), found, proof.Batches[0]).Project.Manifests {
			out[path] = f.Text
			files[path] = &fstest.MapFile{Data: []byte(f.Text)}
		}
	}
	t.Fatal("there is no end to what is repaired")
	return nil
}

func TestManifestsAreRepairedWhereTheyDecide(t *testing.T) {
	text := unpack(shop)
	base, dev := string(text["base/web.yaml"].Data), string(text["dev/kustomization.yaml"].Data)
	require.Equal(t, map[string]string{
		"base/web.yaml":          strings.Replace(strings.Replace(base, "privileged: true   #", "privileged: false   #", 1), "{privileged: true}", "{privileged: false}", 1),
		"dev/kustomization.yaml": strings.Replace(dev, "privileged: true", "privileged: false", 1),
	}, mended(t, text, "privileged-container"))
	require.Equal(t, map[string]string{"base/web.yaml": strings.Replace(base, "  hostPID: true # for the debugger\n", "", 1)}, mended(t, text, "host-pid"))
	require.Equal(t, map[string]string{
		"dev/kustomization.yaml": strings.Replace(dev, "allowPrivilegeEscalation: true", "allowPrivilegeEscalation: false", 1),
		"base/web.yaml": strings.Replace(strings.Replace(base, "once needed\n", "once needed\n      allowPrivilegeEscalation: false\n", 1),
			"{privileged: true}", "{allowPrivilegeEscalation: false, privileged: true}", 1),
	}, mended(t, text, "privilege-escalation"))
}

func TestWindowsManifestsStayWindows(t *testing.T) {
	files := unpack(shop)
	windows := strings.ReplaceAll(string(files["base/web.yaml"].Data), "\n", "\r\n")
	files["base/web.yaml"] = &fstest.MapFile{Data: []byte("\ufeff" + windows)}
	got := mended(t, files, "no-seccomp", "may-run-as-root", "mounted-token", "host-pid")["base/web.yaml"]
	require.True(t, strings.HasPrefix(got, "\ufeff# the shop\r\n"))
	require.NotContains(t, strings.ReplaceAll(got, "\r\n", ""), "\n")
	require.Contains(t, got, "\r\n  securityContext:\r\n    ")
	require.Contains(t, got, "\r\n  automountServiceAccountToken: false\r\n")
	require.NotContains(t, got, "hostPID")
}

// What is not proven is not offered: the overlay would still be at fault, another
// field would change, the line is one that a generator wrote.
func TestManifestEditsThatDoNotHoldAreDropped(t *testing.T) {
	for name, text := range map[string]string{
		"the base says so too": `
-- base/kustomization.yaml --
resources: [web.yaml]
-- base/web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {hostPID: true, containers: [{name: main, image: "example.com/web:1"}]}
-- dev/kustomization.yaml --
resources: [../base]
patches: [{path: patch.yaml}]
-- dev/patch.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {hostPID: true}
`,
		"an anchor is used elsewhere": `
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {hostPID: &yes true, enableServiceLinks: *yes, containers: [{name: main, image: "example.com/web:1", tty: *yes}]}
`,
		"a quoted patch": `
-- kustomization.yaml --
resources: [web.yaml]
patches: [{patch: '{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {hostPID: true}}'}]
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: main, image: "example.com/web:1"}]}
`,
	} {
		w, found := judge(t, unpack(text))
		proof := w.Prove(t.Context(), found, func(i int) bool { return found[i].Rule.Name == "host-pid" })
		held := 0
		for i, f := range found {
			if proof.Holds[i] {
				held++
				require.Equal(t, "base/web.yaml", f.At.Path(), name)
			}
		}
		require.LessOrEqual(t, held, 1, name)
	}
}

// Every edit that is offered for the corpus is made alone in the text of its file,
// and the repository is read anew: its finding is gone, and none of weight is new.
func TestCorpusManifestFixesHold(t *testing.T) {
	dir := corpus(t)
	for _, name := range []string{"podinfo", "argo-rollouts"} {
		repo, err := source.Open(dir + "/" + name)
		require.NoError(t, err)
		defer repo.Close()
		w, found := judgeRepo(t, repo)
		proof := w.Prove(t.Context(), found, every)
		offered := map[string]int{}
		for i := range found {
			if proof.Holds[i] {
				offered[found[i].Rule.Name]++
			}
		}
		t.Log(name, offered, "in", len(proof.Batches), "batches")
		require.NotEmpty(t, offered)
		for _, batch := range proof.Batches {
			texts := fstest.MapFS{}
			for path, f := range w.Apply(t.Context(), found, batch).Project.Manifests {
				texts[path] = &fstest.MapFile{Data: []byte(f.Text)}
			}
			_, after := judgeRepo(t, source.OpenFS(over{repo.FS(), texts}))
			was, is := tally(found), tally(after)
			for _, i := range batch {
				if texts[found[i].At.Path()] == nil {
					continue // a Dockerfile's
				}
				id := [3]string{found[i].Rule.ID, found[i].At.Path(), found[i].Key}
				require.Less(t, is[id], was[id], "%s %s", found[i].Rule.ID, found[i].At)
			}
		}
	}
}

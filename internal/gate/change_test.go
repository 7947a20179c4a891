package gate_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/revision/revisiontest"
)

// changed makes a repository with a commit, and then the files of the change; a file
// without text is taken away. It returns the folder and the commit before.
func changed(t *testing.T, before, after map[string]string) (dir, commit string) {
	t.Helper()
	dir = repo(t, before)
	commit, err := revisiontest.Commit(dir)
	require.NoError(t, err)
	for name, text := range after {
		path := filepath.Join(dir, name)
		if text == "" {
			require.NoError(t, os.Remove(path))
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir, commit
}

func compared(t *testing.T, c gate.Comparison, before, after map[string]string) *gate.Result {
	t.Helper()
	dir, commit := changed(t, before, after)
	c.Since = commit
	r, err := gate.Run(t.Context(), env(t), gate.Options{Path: dir, Compare: &c})
	require.NoError(t, err)
	require.NotNil(t, r.Change)
	return r
}

// at lists the open findings of a few rules, those that are new or those that are
// not: "rule path:line".
func at(r *gate.Result, change string) []string {
	var out []string
	for _, f := range r.Findings {
		if f.Status == "open" && f.Change == change && slices.Contains([]string{"root-user", "untagged-base", "privileged-container", "secret-literal", "sudo-command", "host-network"}, f.Name) {
			out = append(out, f.Name+" "+f.Path)
		}
	}
	slices.Sort(out)
	return out
}

const (
	rootFile = "FROM alpine:3.22 AS base\nRUN echo a\n\nFROM base AS app\nRUN echo b\nUSER root\nCMD [\"/app\"]\n"
	podText  = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: ghcr.io/acme/web:1.2\n    securityContext:\n      privileged: true\n"
	safePod  = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: ghcr.io/acme/web:1.2\n"
)

// pod is podText under another name.
func pod(name string) string { return strings.ReplaceAll(podText, "web", name) }

// shapes are ways in which a repository changes: what is new of them, and what was
// there before.
var shapes = map[string]struct {
	before, after map[string]string
	fresh, known  []string
}{
	"nothing changed": {map[string]string{"Dockerfile": rootFile}, nil, nil, []string{"root-user Dockerfile"}},
	"lines added above": {map[string]string{"Dockerfile": rootFile}, map[string]string{"Dockerfile": "# a\n# b\n# c\n" + rootFile}, nil,
		[]string{"root-user Dockerfile"}},
	"an instruction added above": {map[string]string{"Dockerfile": rootFile}, map[string]string{"Dockerfile": strings.Replace(rootFile, "USER root", "RUN echo c\nUSER root", 1)},
		nil, []string{"root-user Dockerfile"}},
	"a comment added above": {map[string]string{"pod.yaml": podText}, map[string]string{"pod.yaml": strings.Replace(podText, "      privileged", "      # needed\n      privileged", 1)},
		nil, []string{"privileged-container pod.yaml"}},
	"renamed": {map[string]string{"Dockerfile": rootFile}, map[string]string{"Dockerfile": "", "docker/Dockerfile": rootFile}, nil, []string{"root-user docker/Dockerfile"}},
	"renamed and edited": {map[string]string{"Dockerfile": rootFile}, map[string]string{"Dockerfile": "", "app/Dockerfile": rootFile + "# more\nEXPOSE 8080\n"}, nil,
		[]string{"root-user app/Dockerfile"}},
	"a folder renamed": {map[string]string{"a/pod.yaml": podText}, map[string]string{"a/pod.yaml": "", "b/pod.yaml": podText}, nil, []string{"privileged-container b/pod.yaml"}},
	"reformatted": {map[string]string{"pod.yaml": podText},
		map[string]string{"pod.yaml": strings.Replace(podText, "    securityContext:\n      privileged: true\n", "    securityContext: {privileged: true}\n", 1)}, nil, []string{"privileged-container pod.yaml"}},
	"fields sorted":   {map[string]string{"pod.yaml": podText}, map[string]string{"pod.yaml": strings.Replace(podText, "    image: ghcr.io/acme/web:1.2\n    securityContext:\n      privileged: true\n", "    securityContext:\n      privileged: true\n    image: ghcr.io/acme/web:1.2\n", 1)}, nil, []string{"privileged-container pod.yaml"}},
	"an image bumped": {map[string]string{"pod.yaml": podText}, map[string]string{"pod.yaml": strings.Replace(podText, "1.2", "1.3", 1)}, nil, []string{"privileged-container pod.yaml"}},
	"a base bumped": {map[string]string{"Dockerfile": rootFile}, map[string]string{"Dockerfile": strings.Replace(rootFile, "3.22", "3.23", 1)}, nil,
		[]string{"root-user Dockerfile"}},
	"a stage renamed": {map[string]string{"Dockerfile": rootFile}, map[string]string{"Dockerfile": strings.Replace(rootFile, "AS app", "AS shop", 1)}, nil,
		[]string{"root-user Dockerfile"}},
	"an object renamed": {map[string]string{"pod.yaml": podText}, map[string]string{"pod.yaml": strings.Replace(podText, "name: web", "name: shop", 1)}, nil,
		[]string{"privileged-container pod.yaml"}},
	"a container renamed": {map[string]string{"pod.yaml": strings.Replace(podText, "- name: web", "- name: main", 1)}, map[string]string{"pod.yaml": strings.Replace(podText, "- name: web", "- name: shop", 1)}, nil,
		[]string{"privileged-container pod.yaml"}},
	"a file split": {map[string]string{"all.yaml": podText + "---\n" + pod("shop")}, map[string]string{"all.yaml": podText, "shop.yaml": pod("shop")}, nil,
		[]string{"privileged-container all.yaml", "privileged-container shop.yaml"}},
	"files joined": {map[string]string{"all.yaml": podText, "shop.yaml": pod("shop")}, map[string]string{"all.yaml": podText + "---\n" + pod("shop"), "shop.yaml": ""}, nil,
		[]string{"privileged-container all.yaml", "privileged-container all.yaml"}},
	"objects in another order": {map[string]string{"all.yaml": podText + "---\n" + pod("shop")}, map[string]string{"all.yaml": pod("shop") + "---\n" + podText}, nil,
		[]string{"privileged-container all.yaml", "privileged-container all.yaml"}},
	"an overlay added": {map[string]string{"base/kustomization.yaml": "resources: [pod.yaml]\n", "base/pod.yaml": podText},
		map[string]string{"prod/kustomization.yaml": "namePrefix: prod-\nnamespace: prod\nresources: [../base]\n"}, nil, []string{"privileged-container base/pod.yaml"}},
	"an overlay that adds one": {map[string]string{"base/kustomization.yaml": "resources: [pod.yaml]\n", "base/pod.yaml": safePod},
		map[string]string{"prod/kustomization.yaml": "resources: [../base]\npatches: [{path: p.yaml}]\n", "prod/p.yaml": podText}, []string{"privileged-container prod/p.yaml"}, nil},
	"fixed": {map[string]string{"pod.yaml": podText}, map[string]string{"pod.yaml": safePod}, nil, nil},
	"fixed and brought back in another file": {map[string]string{"pod.yaml": podText, "shop.yaml": strings.ReplaceAll(safePod, "web", "shop")},
		map[string]string{"pod.yaml": safePod, "shop.yaml": pod("shop")}, []string{"privileged-container shop.yaml"}, nil},
	"fixed and brought back in another object": {map[string]string{"all.yaml": podText + "---\n" + strings.ReplaceAll(safePod, "web", "shop")},
		map[string]string{"all.yaml": safePod + "---\n" + pod("shop")}, []string{"privileged-container all.yaml"}, nil},
	"fixed and brought back in another stage": {map[string]string{"Dockerfile": "FROM alpine:3.22 AS a\nRUN sudo id\nFROM alpine:3.22 AS b\nRUN id\nUSER 1000\n"},
		map[string]string{"Dockerfile": "FROM alpine:3.22 AS a\nRUN id\nFROM alpine:3.22 AS b\nRUN sudo id\nUSER 1000\n"}, []string{"sudo-command Dockerfile"}, nil},
	"one more of the same": {map[string]string{"all.yaml": podText}, map[string]string{"all.yaml": podText + "---\n" + pod("shop")},
		[]string{"privileged-container all.yaml"}, []string{"privileged-container all.yaml"}},
	"a copy of a file": {map[string]string{"a/Dockerfile": rootFile}, map[string]string{"b/Dockerfile": rootFile}, []string{"root-user b/Dockerfile"}, []string{"root-user a/Dockerfile"}},
	"another untagged base": {map[string]string{"Dockerfile": "FROM alpine\nUSER 1000\n"}, map[string]string{"Dockerfile": "FROM debian\nUSER 1000\n"},
		[]string{"untagged-base Dockerfile"}, nil},
	"made worse by one word": {map[string]string{"pod.yaml": safePod}, map[string]string{"pod.yaml": podText}, []string{"privileged-container pod.yaml"}, nil},
	"windows line ends":      {map[string]string{"pod.yaml": podText}, map[string]string{"pod.yaml": strings.ReplaceAll(podText, "\n", "\r\n")}, nil, []string{"privileged-container pod.yaml"}},
	// What lay there and was read by nobody is new on the day that something reads it.
	"a bad base referenced by the next change": {map[string]string{"base/pod.txt": podText, "prod/kustomization.yaml": "resources: []\n"},
		map[string]string{"prod/kustomization.yaml": "resources: [pod.yaml]\n", "prod/pod.yaml": podText}, []string{"privileged-container prod/pod.yaml"}, nil},
}

func TestOnlyWhatIsNew(t *testing.T) {
	require.GreaterOrEqual(t, len(shapes), 20)
	for name, s := range shapes {
		t.Run(name, func(t *testing.T) {
			r := compared(t, gate.Comparison{}, s.before, s.after)
			require.Equal(t, s.fresh, at(r, "new"), "new")
			require.Equal(t, s.known, at(r, "existing"), "there before")
			for _, f := range r.Findings {
				require.False(t, f.Blocking && f.Change != "new", "%s blocks and was there before", f.Name)
			}
			blocks := slices.ContainsFunc(r.Findings, func(f gate.Finding) bool { return f.Blocking })
			require.Equal(t, blocks, r.Result == "fail", r.Result)
			require.True(t, blocks || len(s.fresh) == 0 || !slices.Contains(s.fresh, "privileged-container pod.yaml"), "what is new and high blocks")
		})
	}
}

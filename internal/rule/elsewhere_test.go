package rule_test

import (
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"

	"testing/fstest"
)

const shop = `
-- base/kustomization.yaml --
resources: [web.yaml]
-- base/web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: main
    image: example.com/web:1
    tty: true
-- dev/kustomization.yaml --
resources: [../base]
-- test/kustomization.yaml --
resources: [../base]
namePrefix: test-
-- prod/kustomization.yaml --
resources:
- ../base
patches:
- path: patch.yaml
-- prod/patch.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: side
    image: example.com/side:1
  - name: main
    tty: false
    stdin: false
`

// lacking finds containers without stdin: false, and those with tty: true.
func lacking(t *testing.T, text string) []rule.Finding {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	p, err := facts.Load(t.Context(), facts.Sources{Repo: source.OpenFS(fsys)})
	require.NoError(t, err)
	r := &rule.Rule{ID: "TW-T001", Severity: rule.Low, Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		for key, good := range map[string]string{"tty": "false", "stdin": "false"} {
			if f := c.Field.Get(key); f.String() != good && c.Name == "main" {
				p.Report(rule.Finding{At: f.Span(), Related: f.Related(), Message: key, Key: key, Object: rule.RefObject(f, c.Name)})
			}
		}
	})}
	found, err := rule.Run([]rule.Configured{{Rule: r}}, p, time.Time{})
	require.NoError(t, err)
	return found
}

func TestTheOverlayThatSetsItIsNamed(t *testing.T) {
	found := lacking(t, shop)
	require.Len(t, found, 2)
	for i, key := range []string{"stdin", "tty"} {
		f := found[i]
		require.Equal(t, key+"; overlay prod already sets it", f.Message)
		require.Equal(t, []string{"dev", "test"}, f.Object.Overlays)
		var related []string
		for _, r := range f.Related {
			related = append(related, r.At.String()+" "+r.Message)
		}
		line := map[string]string{"stdin": "10", "tty": "9"}[key]
		require.Equal(t, []string{"dev/kustomization.yaml:1:13 overlay dev takes it in here", "test/kustomization.yaml:1:13 overlay test takes it in here",
			"prod/patch.yaml:" + line + map[string]string{"stdin": ":12", "tty": ":10"}[key] + " overlay prod sets it here"}, related)
	}
}

func TestNoOverlayIsNamedThatDoesNotSetIt(t *testing.T) {
	for _, f := range lacking(t, shop[:len(shop)-len("    tty: false\n    stdin: false\n")]+"    stdin: true\n") {
		require.NotContains(t, f.Message, "already", f.At)
	}
}

package across

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var unjudgedImage = rule.Rule{
	ID:       "TW-X003",
	Name:     "unjudged-image",
	Title:    "Manifest that runs something else than the image just judged",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The gate judged one digest. A manifest that names another digest of the same repository deploys what nobody judged now, and one that names only a tag deploys whatever the tag points at when a node pulls it.",
	Fix:      "Name the judged digest in the manifest: `image: NAME:TAG@sha256:…`, or `digest:` under `images:` of the kustomization.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M25"}, {Standard: "practice", Control: "M31"},
		{Standard: "NIST SP 800-190", Control: "4.1.5"},
	},
	Fixable: true,
	Bad: []string{`
-- deploy.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: old
    image: registry.test/app:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container old runs sha256:0123456789ab, and the image judged is sha256:387b795b6cb4
  - name: tag
    image: registry.test/app:1
#          ^^^^^^^^^^^^^^^^^^^ container tag runs what registry.test/app:1 points at, and the image judged is sha256:387b795b6cb4
-- image/app/image.yaml --
layers: [{compression: none}]
-- image/app/layer-0/app --
x
`},
	Good: []string{`
-- deploy.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: same
    image: registry.test/app:1@sha256:387b795b6cb4ee49df27e4fa778adad9449536ddc3ace619b89fce3990851e49
  - name: other
    image: registry.test/other:1
-- image/app/image.yaml --
layers: [{compression: none}]
-- image/app/layer-0/app --
x
`},
	Check: rule.EachDeployment(checkUnjudgedImage),
}

func checkUnjudgedImage(p *rule.Pass, d *facts.Deployment) {
	ref := d.Container.Image
	same := func(b *facts.Build) bool {
		return ref.Digest == b.Image.Resolved.Digest || ref.Digest == b.Platform.Digest
	}
	if slices.ContainsFunc(d.Builds, same) {
		return
	}
	b := d.Builds[0]
	f := onField(ref.Field, d.Container, b)
	judged := b.Image.Resolved.Digest
	f.Message = fmt.Sprintf("container %s runs %s, and the image judged is %s", d.Container.Name, short(ref.Digest), short(judged))
	if ref.Digest == "" {
		f.Severity = rule.Low
		f.Message = fmt.Sprintf("container %s runs what %s points at, and the image judged is %s", d.Container.Name, ref.Text, short(judged))
	}
	f.Fix = &rule.Fix{Title: "name the judged digest: " + pinned(ref.Text, judged)}
	if f.At.Text() == ref.Text && b.Image.Resolved.Repo != "" {
		f.Fix.Edits = []source.Edit{{Span: f.At, New: pinned(ref.Text, judged)}}
	}
	p.Report(f)
}

// pinned writes a reference with another digest, its tag kept.
func pinned(ref, digest string) string {
	name, _, _ := strings.Cut(ref, "@")
	return name + "@" + digest
}

// short is a digest as people compare it.
func short(digest string) string {
	const length = len("sha256:") + 12
	return digest[:min(len(digest), length)]
}

package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var untaggedImage = rule.Rule{
	ID:       "TW-K022",
	Name:     "untagged-image",
	Title:    "Image without a tag, or with latest",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`latest`, written or meant, is whatever was pushed last: two replicas of one Deployment can run different programs, and a rollback has nothing to go back to.",
	Fix:      "Name the version, and better its digest: `image: example.com/web:1.4@sha256:…`.",
	Refs:     refs(nist, "4.2.2", practice, "M5", practice, "M71"),
	Aliases: []string{"kube-linter:latest-tag", "kube-score:container-image-tag", "trivy:KSV-0013", "checkov:CKV_K8S_14",
		"polaris:tagNotSpecified", "kubeaudit:image", "checkov:CKV_K8S_43"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: registry.example.com:5000/web
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container web runs registry.example.com:5000/web without a tag, so latest is taken
  - name: side
    image: "nginx:latest"
#          ^^^^^^^^^^^^^^ container side runs the moving tag nginx:latest
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: made-later, image: "example.com/web:${VERSION}"}
  containers:
  - {name: web, image: "example.com/web:1"}
  - {name: pinned, image: "example.com/web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		i := c.Image
		if i.Text == "" {
			f := finding(i.Field, c, "%s names no image, which the API server demands", who(c))
			f.Aliases = []string{"kube-linter:latest-tag", "kube-score:container-image-tag", "polaris:tagNotSpecified", "kubeaudit:image"}
			f.Fix = &rule.Fix{Title: "name an image, its version and its digest"}
			p.Report(f)
			return
		}
		if i.Digest != "" || i.Variable() || i.Tag != "" && i.Tag != "latest" {
			return
		}
		f := finding(i.Field, c, "%s runs %s without a tag, so latest is taken", who(c), i.Text)
		if i.Tag == "latest" {
			f = finding(i.Field, c, "%s runs the moving tag %s", who(c), i.Text)
		}
		port := i.Tag == "" && strings.Contains(i.Name, ":") // taken for a tag by those that look for the first colon
		f.Aliases = aliases("kube-linter:latest-tag", "trivy:KSV-0013", "checkov:CKV_K8S_14", "checkov:CKV_K8S_43").
			when(!port, "kube-score:container-image-tag", "polaris:tagNotSpecified").
			when(i.Tag == "" && !port, "kubeaudit:image")
		f.Fix = &rule.Fix{Title: "name a version and its digest: " + i.Name + ":<version>@sha256:<digest>"}
		p.Report(f)
	}),
}

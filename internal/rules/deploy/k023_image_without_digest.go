package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var imageWithoutDigest = rule.Rule{
	ID:       "TW-K023",
	Name:     "image-without-digest",
	Title:    "Image not pinned by digest",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A tag can be pushed again. What was scanned, signed and reviewed is a digest; a manifest that names it runs that and nothing else.",
	Fix:      "Write the digest behind the tag: `image: example.com/web:1.4@sha256:…`. Update bots keep both current.",
	Refs:     refs(nist, "4.1.5", practice, "M6", practice, "M71"),
	Aliases:  []string{"checkov:CKV_K8S_43"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1.4
#          ^^^^^^^^^^^^^^^^^^^ container web runs example.com/web:1.4, which is not pinned by digest
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.com/web:1.4@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
  - {name: moving, image: "example.com/web:latest"}
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		i := c.Image
		// A missing or moving tag is untagged-image.
		if i.Digest != "" || i.Variable() || i.Tag == "" || i.Tag == "latest" {
			return
		}
		f := finding(i.Field, c, "%s runs %s, which is not pinned by digest", who(c), i.Text)
		f.Fix = &rule.Fix{Title: "pin it: " + i.Text + "@sha256:<digest>"}
		p.Report(f)
	}),
}

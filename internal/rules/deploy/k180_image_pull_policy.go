package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var imagePullPolicy = rule.Rule{
	ID:       "TW-K180",
	Name:     "image-pull-policy",
	Title:    "Image with a tag is not asked for at every start",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "With IfNotPresent a node runs what it once pulled under the tag, whatever the registry has by now, and a pod gets an image from the node's cache without showing a right to pull it. A digest has neither problem, as far as the content goes.",
	Fix:      "Name the image by digest, or set `imagePullPolicy: Always`.",
	Refs:     refs(cis, "5.5.1", nist, "4.2.2", practice, "M71"),
	Aliases:  []string{"kube-score:container-image-pull-policy", "kubescape:C-0075", "checkov:CKV_K8S_15", "polaris:pullPolicyNotAlways"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    imagePullPolicy: IfNotPresent
#                    ^^^^^^^^^^^^ containers web and side may run what the node once pulled under their tag
  - name: side
    image: example.com/side:1
`, `
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:latest
    imagePullPolicy: Never
#                    ^^^^^ container web may run what the node once pulled under its tag
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.com/web:1", imagePullPolicy: Always}
  - {name: pinned, image: "example.com/web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
`},
	Check: eachWorkloadLacking(func(c *manifest.Container) (manifest.Field, bool) {
		return c.Field.Get("imagePullPolicy"), reusesTag(c)
	}, func(_ *rule.Pass, w *manifest.Workload, at manifest.Field, who string, faulty []*manifest.Container) rule.Finding {
		whose := "its"
		if len(faulty) > 1 {
			whose = "their"
		}
		f := aggregated(w, at, "imagePullPolicy", "%s may run what the node once pulled under %s tag", who, whose)
		var latest bool
		for _, c := range faulty {
			latest = latest || c.Image.Tag == "" || c.Image.Tag == "latest"
		}
		f.Aliases = some(map[string]bool{"kube-score:container-image-pull-policy": true, "kubescape:C-0075": latest,
			"checkov:CKV_K8S_15": true, "polaris:pullPolicyNotAlways": true})
		f.Fix = &rule.Fix{Title: "name the image by digest, or set imagePullPolicy: Always", Field: at, Write: func() []source.Edit {
			var out []source.Edit
			for _, c := range faulty {
				edits := c.Field.Get("imagePullPolicy").Set("Always")
				if len(edits) == 0 {
					return nil
				}
				out = append(out, edits...)
			}
			return out
		}}
		return f
	}),
}

// reusesTag reports whether a node may run for a tag what it once pulled under it.
func reusesTag(c *manifest.Container) bool {
	policy := c.Field.Get("imagePullPolicy")
	moving := c.Image.Tag == "" || c.Image.Tag == "latest"
	return c.Image.Text != "" && c.Image.Digest == "" && policy.String() != "Always" && (policy.Exists() || !moving)
}

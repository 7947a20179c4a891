package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var shortImageName = rule.Rule{
	ID:       "TW-K182",
	Name:     "ambiguous-repo-prefix",
	Title:    "Image name without a registry",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Where a short name leads is up to the node: Docker takes Docker Hub, CRI-O and Podman go through a list of registries or ask a mirror. Two nodes can run two images under one name, and a name that nobody owns yet can be registered by anybody.",
	Fix:      "Write the registry too: `docker.io/library/nginx:1.29`.",
	Refs:     refs(nist, "4.1.5", practice, "M11"),
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: nginx:1.29
#          ^^^^^^^^^^ containers web and side name no registry
  - name: side
    image: acme/side:1
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "docker.io/library/nginx:1.29"}
  - {name: local, image: "localhost/x:1"}
  - {name: later, image: "${REGISTRY}/x:1"}
`},
	Check: eachWorkloadLacking(func(c *manifest.Container) (manifest.Field, bool) {
		host, _, slash := strings.Cut(c.Image.Name, "/")
		return c.Image.Field, c.Image.Canonical != "" && !(slash && (strings.ContainsAny(host, ".:") || host == "localhost"))
	}, func(_ *rule.Pass, w *manifest.Workload, at manifest.Field, who string, faulty []*manifest.Container) rule.Finding {
		word := "names"
		if len(faulty) > 1 {
			word = "name"
		}
		f := aggregated(w, at, "registry", "%s %s no registry", who, word)
		f.Fix = &rule.Fix{Title: "write the registry too: " + faulty[0].Image.Canonical}
		return f
	}),
}

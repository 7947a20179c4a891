package deploy

import (
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var registryAllowlist = rule.Rule{
	ID:       "TW-K181",
	Name:     "registry-allowlist",
	Title:    "Image of a registry that the policy does not allow",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever runs the registry decides what runs in the cluster. An image from one that nobody has looked at goes past every control that the allowed ones have. Silent until `allowed` is set.",
	Fix:      "Take the image from an allowed registry, or add the registry to the setting `allowed` of this rule.",
	Refs:     refs(nist, "4.1.5", practice, "M10", practice, "M11", practice, "M26"),
	Aliases:  []string{"kubescape:C-0078"},
	Settings: []rule.Setting{{
		Name:    "allowed",
		Default: []string{},
		Doc:     "Registries, or folders of registries, that images may come from: `ghcr.io/acme`, `*.gcr.io`, `docker.io`. Empty allows all.",
	}},
	Bad: []string{`
-- settings --
allowed: *.gcr.io ghcr.io/acme
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: nginx:1.29
#          ^^^^^^^^^^ container web runs nginx:1.29 of docker.io, which is not allowed
  - name: near
    image: ghcr.io/acmes/web:1
#          ^^^^^^^^^^^^^^^^^^^ container near runs ghcr.io/acmes/web:1 of ghcr.io, which is not allowed
`},
	Good: []string{`
-- settings --
allowed: *.gcr.io ghcr.io/acme docker.io/library
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "eu.gcr.io/x/web:1"}
  - {name: deep, image: "ghcr.io/acme/deep/er:1"}
  - {name: hub, image: "nginx:1"}
`, `
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "quay.io/x/web:1"}]}
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		allowed := p.Strings("allowed")
		if len(allowed) == 0 || c.Image.Canonical == "" {
			return
		}
		for _, pattern := range allowed {
			if fromRegistry(c.Image.Canonical, strings.TrimSuffix(pattern, "/")) {
				return
			}
		}
		host, _, _ := strings.Cut(c.Image.Canonical, "/")
		f := finding(c.Image.Field, c, "%s runs %s of %s, which is not allowed", who(c), c.Image.Text, host)
		f.Fix = &rule.Fix{Title: "take it from an allowed registry: " + strings.Join(allowed, ", ")}
		p.Report(f)
	}),
}

// fromRegistry reports whether a fully qualified name is of a registry or below
// a folder of one. A star stands for any part of a host or folder.
func fromRegistry(name, pattern string) bool {
	depth := strings.Count(pattern, "/") + 1
	parts := strings.SplitN(name, "/", depth+1)
	if len(parts) > depth {
		parts = parts[:depth]
	}
	ok, err := path.Match(pattern, strings.Join(parts, "/"))
	return ok && err == nil
}

package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var missingField = rule.Rule{
	ID:       "TW-K211",
	Name:     "missing-field",
	Title:    "Field that Kubernetes requires is missing",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The API server refuses the object. Manifests that are read as they stand are left out where another file holds an object of the same kind and name: they may be patches, and what they lack is there.",
	Fix:      "Add the field.",
	Refs:     refs(practice, "M35"),
	Aliases:  []string{"kube-linter:schema-validation"},
	Settings: []rule.Setting{rule.TargetVersions()},
	Bad: []string{`
-- web.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
  - http:
      paths:
      - path: /
#       ^^^^ spec.rules[0].http.paths[0] of Ingress web lacks pathType, which Kubernetes requires
        backend: {service: {name: web, port: {number: 80}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports:
  - name: http
    port: null
#   ^^^^ spec.ports[0] of Service web lacks port, which Kubernetes requires
`},
	Good: []string{`
-- web.yaml --
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: driver.example.com}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
status: {loadBalancer: {ingress: [{ports: [{port: 80}]}]}}
-- prod/service.yaml --
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{targetPort: 8080}]}
`},
	Check: rule.EachProject(func(p *rule.Pass) {
		kept := partials{pass: p}
		for _, r := range p.Project.Renders {
			for _, o := range r.Objects {
				for _, fault := range p.Faults(o) {
					if fault.Sort != schema.MissingField || told(o, fault) {
						continue
					}
					if kept.mayBePatch(o) {
						continue
					}
					f := finding(fault.Field, nil, "%s lacks %s, which Kubernetes requires", where(fault.Parent), fault.Name)
					f.Fix = &rule.Fix{Title: "add " + fault.Name}
					p.Report(f)
				}
			}
		}
	}),
}

// told reports whether another rule is about the missing field.
func told(o *manifest.Object, fault manifest.Fault) bool {
	return o.Group() == "apps" && fault.Name == "selector" // selector-mismatch
}

// partials tells of manifests that are read as they stand whether they may be
// patches of others.
type partials struct {
	pass *rule.Pass
	// files counts the files that hold an object of a kind and name.
	files map[string]int
}

// mayBePatch reports whether an object is not rendered, and another file holds
// one of the same kind and name.
func (k *partials) mayBePatch(o *manifest.Object) bool {
	if o.Render.Kustomize {
		return false
	}
	if k.files == nil {
		k.files = map[string]int{}
		seen := map[string]bool{}
		for _, r := range k.pass.Project.Renders {
			for _, other := range r.Objects {
				id := identity(other)
				if at := id + "\x00" + other.Field("kind").Span().Path(); !seen[at] {
					seen[at] = true
					k.files[id]++
				}
			}
		}
	}
	return k.files[identity(o)] > 1
}

func identity(o *manifest.Object) string {
	return strings.Join([]string{o.Group(), o.Kind, o.Name}, "\x00")
}

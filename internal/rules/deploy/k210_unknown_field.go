package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unknownField = rule.Rule{
	ID:       "TW-K210",
	Name:     "unknown-field",
	Title:    "Field that Kubernetes does not know",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "kubectl, Helm and server-side apply refuse the object; a client that asks for no strict validation gets a warning at most, and the API server drops the field. What it was meant to set, a limit or a hardening, is then not set.",
	Fix:      "Write the field as the API names it, at the place where it belongs.",
	Refs:     refs(practice, "M35", nist, "4.3.1"),
	Aliases:  []string{"kube-linter:schema-validation"},
	Settings: []rule.Setting{rule.TargetVersions()},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replica: 2
# ^^^^^^^ spec of Deployment web has no field "replica"; did you mean "replicas"?
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.com/web:1
        securityContext:
          runAsNonroot: true
#         ^^^^^^^^^^^^ spec.template.spec.containers[0].securityContext of Deployment web has no field "runAsNonroot"; did you mean "runAsNonRoot"?
        resources:
          memory: 64Mi
#         ^^^^^^ spec.template.spec.containers[0].resources of Deployment web has no field "memory"; it has claims, limits, requests
        capabilities: {drop: [ALL]}
#       ^^^^^^^^^^^^ spec.template.spec.containers[0] of Deployment web has no field "capabilities"
        ports: [{containerport: 80, containerPort: 80}]
#                ^^^^^^^^^^^^^ spec.template.spec.containers[0].ports[0] of Deployment web has no field "containerport"; did you mean "containerPort"?
`, `
-- kustomization.yaml --
resources: [web.yaml]
patches: [{path: patch.yaml}]
-- web.yaml --
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
-- patch.yaml --
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  sessionAffinty: ClientIP
# ^^^^^^^^^^^^^^ spec of Service web has no field "sessionAffinty"; did you mean "sessionAffinity"?
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {anything: goes}, annotations: {example.com/any: goes}}
spec:
  nodeSelector: {disk: ssd}
  containers:
  - name: web
    image: example.com/web:1
    resources: {limits: {example.com/gpu: 1}}
  volumes: [{name: x, csi: {driver: example.com, volumeAttributes: {any: goes}}}]
---
apiVersion: example.com/v1
kind: Deployment
metadata: {name: web}
spec: {replica: 2}
---
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: gone}
spec: {any: goes}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		for _, fault := range p.Faults(o) {
			if fault.Sort != schema.UnknownField {
				continue
			}
			f := misfit(fault, "%s has no field %q%s", where(fault.Parent), fault.Name, hint(fault.Name, fault.Known))
			f.Fix = renamed(fault, f.At)
			p.Report(f)
		}
	}),
}

package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var refusedField = rule.Rule{
	ID:       "TW-K039",
	Name:     "refused-field",
	Title:    "Value that the API server cannot read",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A quantity that cannot be read, or text where a number must stand, makes the API server refuse the whole object. Such a field is left out of what the other rules judge.",
	Fix:      "Write a value of the field's type: `128Mi`, `250m`, a number, `true` or `false`.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M35"}},
	Settings: []rule.Setting{rule.TargetVersions()},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: soon
#                                ^^^^ the API server cannot read "soon" here: it wants a whole number
  containers:
  - name: web
    image: example.com/web:1
    resources:
      limits: {memory: 64 MB, cpu: "1"}
#                      ^^^^^ the API server cannot read "64 MB" here: it wants a quantity such as 128Mi or 250m
    env:
    - name: COUNT
      value: 3
#            ^ the API server cannot read "3" here: it wants text
---
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: {example.com/port: 8080, example.com/on: "true"}
#                                 ^^^^ the API server cannot read "8080" here: it wants text
spec:
  ports:
# ^^^^^ the API server cannot read what stands here: it wants a list
    port: 80
---
apiVersion: v1
kind: Secret
metadata: {name: web}
data: {token: "not base64"}
#             ^^^^^^^^^^^^ the API server cannot read "not base64" here: it wants text in base64
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: ${GRACE}
  containers:
  - name: web
    image: example.com/web:1
    resources: {limits: {memory: 64M, cpu: 1}}
    ports: [{containerPort: $(PORT)}]
    env: [{name: COUNT, value: "3"}]
---
apiVersion: example.com/v1
kind: Service
metadata: {name: own}
spec: {ports: none}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		for _, fault := range p.Faults(o) {
			if fault.Sort != schema.WrongType {
				continue
			}
			what := fault.Name
			if fault.Field.IsMap() || fault.Field.IsList() {
				what = "what stands"
			}
			f := finding(fault.Field, nil, "the API server cannot read %s here: it wants %s", what, fault.Want)
			f.Fix = &rule.Fix{Title: "write " + fault.Want}
			p.Report(f)
		}
		// The pods of a rollout are those of Kubernetes.
		if o.Group() == "argoproj.io" {
			for _, w := range o.Render.Workloads() {
				if w.Object == o {
					refusedInPod(p, w)
				}
			}
		}
	}),
}

func refusedInPod(p *rule.Pass, w *manifest.Workload) {
	for _, u := range w.Undecodable() {
		// A variable is filled in before the API server sees it.
		if strings.ContainsAny(u.Field.String(), "${") {
			continue
		}
		f := finding(u.Field, nil, "the API server cannot read %q here", u.Field.String())
		if u.Field.IsMap() || u.Field.IsList() {
			f = finding(u.Field, nil, "the API server cannot read what stands here")
		}
		f.Fix = &rule.Fix{Title: "write a value of the field's type"}
		p.Report(f)
	}
}

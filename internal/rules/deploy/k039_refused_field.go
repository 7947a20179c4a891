package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
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
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: soon
#                                ^^^^ the API server cannot read "soon" here
  containers:
  - name: web
    image: example.com/web:1
    resources:
      limits: {memory: 64 MB, cpu: "1"}
#                      ^^^^^ the API server cannot read "64 MB" here
    env:
    - name: COUNT
      value: 3
#            ^ the API server cannot read "3" here
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
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		switch w.Object.Group() {
		case "", "apps", "batch", "argoproj.io":
		default:
			return // a custom resource may mean something else by the same name
		}
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
	}),
}

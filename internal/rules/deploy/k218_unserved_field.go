package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unservedField = rule.Rule{
	ID:       "TW-K218",
	Name:     "unserved-field",
	Title:    "Field that a target release does not have",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Strict clients refuse the object; others get a warning at most, and the API server of that release drops the field: a setting that holds in one cluster is missing in the other. Newer fields are told where the configuration says which releases are aimed at.",
	Fix:      "Do without the field until every target has it, or take the old release out of `kubernetes-versions`.",
	Refs:     refs(practice, "M35", practice, "M99"),
	Settings: []rule.Setting{rule.TargetVersions()},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.com/web:1"}]
  evictionResponders: [{name: a.example.com, priority: 1}]
# ^^^^^^^^^^^^^^^^^^ Kubernetes 1.37 brought evictionResponders of spec of Pod web; the target 1.35 drops it
-- tidewaiter.yaml --
version: 1
kubernetes-versions: ["1.35", "1.37"]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.com/web:1"}]
  evictionResponders: [{name: a.example.com, priority: 1}]
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		for _, fault := range p.Faults(o) {
			var f rule.Finding
			switch parent := where(fault.Parent); {
			case fault.Sort == schema.NewerField && targeted(p):
				f = misfit(fault, "Kubernetes %s brought %s of %s; the target %s drops it", release(fault.Minor), fault.Name, parent, release(p.Targets().Oldest))
			case fault.Sort == schema.RemovedField:
				f = misfit(fault, "Kubernetes %s removed %s of %s; the target %s drops it", release(fault.Minor), fault.Name, parent, release(p.Targets().Newest))
			default:
				continue
			}
			f.Fix = &rule.Fix{Title: "do without " + fault.Name}
			p.Report(f)
		}
	}),
}

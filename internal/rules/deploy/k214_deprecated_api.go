package deploy

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var deprecatedAPI = rule.Rule{
	ID:       "TW-K214",
	Name:     "deprecated-api",
	Title:    "API version that Kubernetes will remove",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The target releases still serve it; one to come does not. An upgrade then stops every deployment of the object. What is deprecated without a date is low.",
	Fix:      "Move to the version that stays while both are served.",
	Refs:     refs(practice, "M72", practice, "M99"),
	Aliases:  []string{"trivy:KSV-0107", "kubeaudit:deprecatedapis"},
	Settings: []rule.Setting{rule.TargetVersions()},
	Bad: []string{`
-- claim.yaml --
apiVersion: resource.k8s.io/v1beta2
#           ^^^^^^^^^^^^^^^^^^^^^^^ Kubernetes 1.36 deprecated ResourceClaim of resource.k8s.io/v1beta2, and 1.39 removes it
kind: ResourceClaim
metadata: {name: gpu}
spec: {}
---
apiVersion: v1
#           ^^ Kubernetes 1.33 deprecated Endpoints of v1
kind: Endpoints
metadata: {name: db}
`},
	Good: []string{`
-- claim.yaml --
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: gpu}
spec: {}
---
apiVersion: batch/v1beta1
kind: CronJob
metadata: {name: removed-api-tells-of-it}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		k := schema.Kubernetes().Kind(o.APIVersion, o.Kind)
		if k == nil || k.Deprecated == 0 || k.Deprecated > p.Targets().Newest {
			return
		}
		if _, gone := removedVersion(o.APIVersion, o.Kind); gone {
			return
		}
		end := ""
		if k.Removed > 0 {
			end = fmt.Sprintf(", and %s removes it", release(k.Removed))
		}
		f := finding(o.Field("apiVersion"), nil, "Kubernetes %s deprecated %s of %s%s", release(k.Deprecated), o.Kind, o.APIVersion, end)
		if k.Removed == 0 {
			f.Severity = rule.Low
			f.Aliases = []string{}
		}
		f.Key = o.APIVersion + "/" + o.Kind
		f.Fix = &rule.Fix{Title: "use what serves the same"}
		if next := successor(k); next != "" {
			f.Fix.Title = "write " + next
			if k.InsteadKind != "" && k.InsteadKind != o.Kind {
				f.Fix.Title += " " + k.InsteadKind
			}
			f.Fix.Title += ", and look for fields that differ"
		}
		p.Report(f)
	}),
}

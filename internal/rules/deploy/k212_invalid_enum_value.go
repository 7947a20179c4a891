package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var invalidEnumValue = rule.Rule{
	ID:       "TW-K212",
	Name:     "invalid-enum-value",
	Title:    "Value that is none of those that a field can have",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The API server refuses the object. Letters count: `always` is not `Always`.",
	Fix:      "Write one of the values that the message lists.",
	Refs:     refs(practice, "M35"),
	Aliases:  []string{"kube-linter:schema-validation"},
	Settings: []rule.Setting{rule.TargetVersions()},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  dnsPolicy: clusterFirst
#            ^^^^^^^^^^^^ spec.dnsPolicy of Pod web cannot be "clusterFirst"; it can be ClusterFirst, ClusterFirstWithHostNet, Default, None
  containers:
  - name: web
    image: example.com/web:1
    imagePullPolicy: IfNotPresnt
#                    ^^^^^^^^^^^ spec.containers[0].imagePullPolicy of Pod web cannot be "IfNotPresnt"; it can be Always, IfNotPresent, Never
    ports: [{containerPort: 80, protocol: HTTP}]
#                                         ^^^^ spec.containers[0].ports[0].protocol of Pod web cannot be "HTTP"; it can be SCTP, TCP, UDP
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  dnsPolicy: ClusterFirst
  containers: [{name: web, image: "example.com/web:1", imagePullPolicy: "${POLICY}", ports: [{containerPort: 80, protocol: ""}]}]
status: {phase: Odd}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		for _, fault := range p.Faults(o) {
			if fault.Sort != schema.InvalidValue {
				continue
			}
			since := ""
			if fault.Minor > 0 {
				since = " before Kubernetes " + release(fault.Minor)
			}
			f := finding(fault.Field, nil, "%s cannot be %q%s; it can be %s", where(fault.Field), fault.Name, since, strings.Join(fault.Known, ", "))
			f.Fix = &rule.Fix{Title: "write one of " + strings.Join(fault.Known, ", ")}
			if m := meant(fault.Name, fault.Known); m != "" && fault.Minor == 0 {
				f.Fix = rewrite(f.At, fault.Name, m)
			}
			p.Report(f)
		}
	}),
}

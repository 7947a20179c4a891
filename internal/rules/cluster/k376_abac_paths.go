package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var abacPaths = rule.Rule{
	ID:       "TW-K376",
	Name:     "abac-paths",
	Title:    "ABAC policy gives every path of the API server",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Paths beside the resources are, among others, logs, metrics and profiles of the API server.",
	Fix:      "Name the paths, `/version` or `/healthz`, and add `\"readonly\": true`.",
	Refs:     benchmark("5.1.3", nsa, nsaAccess, nist, "4.3.1", practice, "M43", practice, "M44"),
	Bad: []string{`
-- abac-policy.jsonl --
{"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "prober", "nonResourcePath": "*"}}
#                                                                                                                          ^^^ user prober may use every path of the API server
`},
	Good: []string{`
-- abac-policy.jsonl --
{"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "prober", "readonly": true, "nonResourcePath": "/version"}}
`},
	Check: eachDocument(func(p *rule.Pass, o *manifest.Object) {
		spec := o.Field("spec")
		path := spec.Get("nonResourcePath")
		if path.String() != "*" {
			return
		}
		f := at(path, "", "%s may use every path of the API server", subject(spec))
		if readonly, _ := spec.Get("readonly").Bool(); readonly {
			f.Severity = rule.Low
		}
		f.Key = subject(spec)
		f.Fix = &rule.Fix{Title: "name the paths"}
		p.Report(f)
	}, abacGroup, "Policy"),
}

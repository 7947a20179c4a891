package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var abacWildcard = rule.Rule{
	ID:       "TW-K374",
	Name:     "abac-wildcard",
	Title:    "ABAC policy gives rights to everything",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "An asterisk for resources means all of them, Secrets and roles included, now and in later versions. Only restarting the API server takes the right back.",
	Fix:      "Name the resources and namespaces, or better: bind an RBAC role.",
	Refs:     benchmark("5.1.3", nsa, nsaAccess, nist, "4.3.1", practice, "M43", practice, "M44"),
	Bad: []string{`
-- abac-policy.jsonl --
{"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "alice", "namespace": "*", "resource": "*", "apiGroup": "*"}}
#                                                                                                                                    ^^^ user alice may change every resource
{"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"group": "auditors", "namespace": "shop", "resource": "*", "readonly": true}}
#                                                                                                                                           ^^^ group auditors may read every resource, Secrets too, in namespace shop
`},
	Good: []string{`
-- abac-policy.jsonl --
# policies
{"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "bob", "namespace": "shop", "resource": "pods", "readonly": true}}
`},
	Check: eachDocument(func(p *rule.Pass, o *manifest.Object) {
		spec := o.Field("spec")
		resource := spec.Get("resource")
		if resource.String() != "*" {
			return
		}
		f := at(resource, "", "%s may change every resource%s", subject(spec), within(spec))
		if readonly, _ := spec.Get("readonly").Bool(); readonly {
			f = at(resource, "", "%s may read every resource, Secrets too%s", subject(spec), within(spec))
			f.Severity = rule.Medium
		}
		f.Key = subject(spec)
		f.Fix = &rule.Fix{Title: "name the resources, or bind an RBAC role"}
		p.Report(f)
	}, abacGroup, "Policy"),
}

// subject names whom a policy is about.
func subject(spec manifest.Field) string {
	if user := spec.Get("user").String(); user != "" {
		return "user " + user
	}
	return "group " + spec.Get("group").String()
}

func within(spec manifest.Field) string {
	if ns := spec.Get("namespace").String(); ns != "" && ns != "*" {
		return ", in namespace " + ns
	}
	return ""
}

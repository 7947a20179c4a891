package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var abacEveryone = rule.Rule{
	ID:       "TW-K375",
	Name:     "abac-everyone",
	Title:    "ABAC policy gives rights to everyone",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What `system:unauthenticated`, `system:authenticated` or the user `*` may do, everyone may who reaches the API server, or has any account.",
	Fix:      "Name the users and groups that need it, or better: bind an RBAC role to them.",
	Refs:     benchmark("5.1.3", nsa, nsaAccess, nist, "4.3.1", practice, "M43", practice, "M44"),
	Bad: []string{`
-- abac-policy.jsonl --
{"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"group": "system:unauthenticated", "namespace": "shop", "resource": "pods", "readonly": true}}
#                                                                                              ^^^^^^^^^^^^^^^^^^^^^^^^ the policy holds for callers without a name
{"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "*", "namespace": "shop", "resource": "pods"}}
#                                                                                             ^^^ the policy holds for every user
`},
	Good: []string{`
-- abac-policy.json --
{"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "bob", "namespace": "shop", "resource": "pods"}}
`},
	Check: eachDocument(func(p *rule.Pass, o *manifest.Object) {
		spec := o.Field("spec")
		for _, key := range []string{"user", "group"} {
			who := spec.Get(key)
			said := everyone(who.String())
			if said == "" {
				continue
			}
			f := at(who, "", "the policy holds for %s", said)
			if who.String() == "system:authenticated" && spec.Get("resource").String() == "" {
				f.Severity = rule.Low // discovery, which RBAC gives them too
			}
			f.Key = key + "." + who.String()
			f.Fix = &rule.Fix{Title: "name the users or groups that need it"}
			p.Report(f)
		}
	}, abacGroup, "Policy"),
}

// everyone says whom a name stands for that stands for more than one can list.
func everyone(name string) string {
	switch name {
	case "*":
		return "every user"
	case "system:unauthenticated", "system:anonymous":
		return "callers without a name"
	case "system:authenticated":
		return "everyone with an account"
	case "system:serviceaccounts":
		return "every pod"
	}
	return ""
}

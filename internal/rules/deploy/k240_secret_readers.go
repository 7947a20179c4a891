package deploy

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var secretReaders = rule.Rule{
	ID:       "TW-K240",
	Name:     "secret-readers",
	Title:    "Secret that a workload can read without being given it",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "A secret is known to the pods that mount it, and to every pod whose account may read secrets, or start pods, in its namespace. The second kind is easily overlooked when a secret is rotated or a pod is broken into. The finding names them with the chain.",
	Fix:      "Name the secrets that the account needs in `resourceNames`, or keep the secret in a namespace of its own.",
	Refs:     refs(cis, "5.1.2", nist, "4.1.4", nsa, nsaAccess, practice, "M48", practice, "M43"),
	Bad: []string{`
-- shop.yaml --
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
#                ^^ Secret shop/db is given to Deployment web, and can be read by Pod backup (as service account backup, by Role read) and Pod runner (as service account runner, by ClusterRole start, which lets it start pods that mount it)
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1", envFrom: [{secretRef: {name: db}}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: backup, namespace: shop}
spec: {serviceAccountName: backup, containers: [{name: c, image: "example.com/c:1"}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: backup, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: read}
subjects: [{kind: ServiceAccount, name: backup}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: read, namespace: shop}
rules: [{apiGroups: [""], resources: [secrets], resourceNames: [db], verbs: [get]}]
---
apiVersion: v1
kind: Pod
metadata: {name: runner, namespace: shop}
spec: {serviceAccountName: runner, containers: [{name: c, image: "example.com/c:1"}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: runner, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: start}
subjects: [{kind: ServiceAccount, name: runner}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: start}
rules: [{apiGroups: [batch], resources: [jobs], verbs: [create]}]
`},
	Good: []string{`
-- shop.yaml --
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web, containers: [{name: c, image: "example.com/c:1", envFrom: [{secretRef: {name: db}}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: tokenless, namespace: shop}
spec: {serviceAccountName: web, automountServiceAccountToken: false, containers: [{name: c, image: "example.com/c:1"}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: read}
subjects: [{kind: ServiceAccount, name: web}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: read, namespace: shop}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: shop}
spec: {serviceAccountName: other, containers: [{name: c, image: "example.com/c:1"}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: other, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: named}
subjects: [{kind: ServiceAccount, name: other}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: named, namespace: shop}
rules: [{apiGroups: [""], resources: [secrets], resourceNames: [other], verbs: [get]}]
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		g := p.Graph(r)
		if g.Renders[0] != r { // plain manifests of all folders are judged together, once
			return
		}
		for _, s := range g.SecretAccesses() {
			if f, ok := readersOf(s); ok {
				p.Report(f)
			}
		}
	}),
}

// readersOf words who is given a secret and who else can read it; ok is false
// where nobody else can.
func readersOf(s *manifest.SecretAccess) (f rule.Finding, ok bool) {
	var given, others []string
	var related []source.Related
	at := manifest.Field{}
	for _, r := range s.Readers {
		if r.Given.Exists() {
			given = append(given, named(r.Workload.Object))
			related = append(related, source.Related{At: r.Given.Span(), Message: named(r.Workload.Object) + " is given it here"})
			if !at.Exists() {
				at = r.Given
			}
			continue
		}
		role := r.Grant.Binding.Field("roleRef")
		how := fmt.Sprintf("as service account %s, by %s %s", r.Workload.ServiceAccount(), role.Get("kind").String(), role.Get("name").String())
		if r.ByPod {
			how += ", which lets it start pods that mount it"
		}
		others = append(others, named(r.Workload.Object)+" ("+how+")")
		related = append(related,
			source.Related{At: r.Workload.PodSpec.Span().FirstLine(), Message: named(r.Workload.Object) + " runs as service account " + r.Workload.ServiceAccount()},
			source.Related{At: r.Grant.Subject.Field.Span(), Message: "which is bound here"},
			source.Related{At: r.Right.Span().FirstLine(), Message: "to a role that may"})
	}
	if len(others) == 0 {
		return f, false
	}
	if s.Object != nil {
		at = s.Object.Field("metadata", "name")
	} else if !at.Exists() {
		return f, false
	}
	whose := "nobody here"
	if len(given) > 0 {
		whose = verbList(given)
	}
	name := strings.TrimPrefix(s.Namespace+"/"+s.Name, "/")
	f = finding(at, nil, "Secret %s is given to %s, and can be read by %s", name, whose, verbList(others))
	f.Key = "Secret." + s.Name
	f.Related = append(f.Related[:len(f.Related):len(f.Related)], related...)
	f.Fix = &rule.Fix{Title: "name in resourceNames the secrets that each account needs"}
	return f, true
}

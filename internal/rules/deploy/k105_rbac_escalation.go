package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rbacEscalation = rule.Rule{
	ID:       "TW-K105",
	Name:     "rbac-escalation",
	Title:    "Role raises its own rights",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`escalate`, `bind` and `impersonate` exist to step around the check that nobody grants more than they hold; whoever has one of them has, in two steps, everything.",
	Fix:      "Leave `escalate`, `bind` and `impersonate` to cluster administrators. An operator that must bind roles can name them in `resourceNames`.",
	Refs:     refs(cis, "5.1.8", nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"trivy:KSV-0043", "kubescape:C-0065", "kubescape:C-0191", "checkov:CKV_K8S_157", "checkov:CKV_K8S_158"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: manager}
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
#             ^^^^^^^^^^^^ ClusterRole manager may escalate and bind clusterroles, and so take any right
  verbs: [escalate, bind]
- apiGroups: [""]
  resources: [users, groups]
#             ^^^^^ ClusterRole manager may impersonate users, groups, and so take any right
  verbs: [impersonate]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: manager}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: manager}
subjects: [{kind: ServiceAccount, name: worker, namespace: ops}]
---
apiVersion: v1
kind: Pod
metadata: {name: worker, namespace: ops}
spec:
  serviceAccountName: worker
  containers: [{name: worker, image: example.com/worker:1}]
`},
	Good: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: operator}
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  resourceNames: [view]
  verbs: [bind]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, list]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding(verbList(h.verbs) + " " + strings.Join(h.resources, ", ") + ", and so take any right")
		out.Aliases = []string{"kubescape:C-0191"}
		if slices.Contains(h.verbs, "impersonate") {
			out.Aliases = append(out.Aliases, "kubescape:C-0065")
		}
		if slices.Contains(h.resources, "groups") {
			out.Aliases = append(out.Aliases, "trivy:KSV-0043")
		}
		if slices.Contains(h.verbs, "escalate") {
			out.Aliases = append(out.Aliases, "checkov:CKV_K8S_158")
		}
		if slices.Contains(h.verbs, "bind") && slices.ContainsFunc(h.resources, func(r string) bool { return strings.HasSuffix(r, "rolebindings") }) {
			out.Aliases = append(out.Aliases, "checkov:CKV_K8S_157")
		}
		out.Fix = &rule.Fix{Title: "leave " + verbList(h.verbs) + " out, or name what is meant in resourceNames"}
		return out
	}, power{"rbac.authorization.k8s.io", []string{"roles", "clusterroles", "rolebindings", "clusterrolebindings"}, []string{"escalate", "bind"}},
		power{"", []string{"users", "groups", "serviceaccounts"}, []string{"impersonate"}},
		power{"authentication.k8s.io", []string{"uids", "userextras"}, []string{"impersonate"}}),
}

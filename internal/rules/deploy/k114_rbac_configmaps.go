package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var rbacConfigMaps = rule.Rule{
	ID:       "TW-K114",
	Name:     "rbac-configmaps",
	Title:    "Role changes all ConfigMaps",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Programs take their settings from ConfigMaps, and the cluster's DNS does too: who changes them redirects and reconfigures without touching a workload.",
	Fix:      "Name the ConfigMaps that are meant in `resourceNames`; leader election needs a Lease, not a ConfigMap.",
	Refs:     refs(nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"trivy:KSV-0049"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: settings}
rules:
- apiGroups: [""]
  resources: [configmaps]
#             ^^^^^^^^^^ ClusterRole settings may update all ConfigMaps of every namespace that it is bound in
  verbs: [update]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: settings}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: settings}
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
kind: Role
metadata: {name: own, namespace: ops}
rules:
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [mine]
  verbs: [update]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding(verbList(h.verbs) + " all ConfigMaps " + h.where())
		if !h.cluster() {
			out.Aliases = []string{}
		}
		out.Fix = &rule.Fix{Title: "name the ConfigMaps in resourceNames"}
		return out
	}, power{"", []string{"configmaps"}, changing}),
}

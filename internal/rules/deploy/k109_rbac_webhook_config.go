package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rbacWebhookConfig = rule.Rule{
	ID:       "TW-K109",
	Name:     "rbac-webhook-config",
	Title:    "Role changes admission webhooks",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "An admission webhook sees every object that is created, secrets included, and a mutating one rewrites it. Who registers one reads and changes what everyone else deploys.",
	Fix:      "Name the configurations that are meant in `resourceNames`, with `patch` and `update` only.",
	Refs:     refs(cis, "5.1.12", nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"trivy:KSV-0114", "kubescape:C-0281", "checkov:CKV_K8S_155"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: hooks}
rules:
- apiGroups: [admissionregistration.k8s.io]
  resources: [mutatingwebhookconfigurations]
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRole hooks may create and update mutatingwebhookconfigurations, and so see and change what is deployed
  verbs: [create, update]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: hooks}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: hooks}
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
metadata: {name: hooks}
rules:
- apiGroups: [admissionregistration.k8s.io]
  resources: [mutatingwebhookconfigurations]
  verbs: [get, watch]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding(verbList(h.verbs) + " " + strings.Join(h.resources, ", ") + ", and so see and change what is deployed")
		if !h.cluster() {
			out.Aliases = []string{}
		}
		out.Fix = &rule.Fix{Title: "name the configurations in resourceNames"}
		return out
	}, power{"admissionregistration.k8s.io", []string{"mutatingwebhookconfigurations", "validatingwebhookconfigurations"}, making}),
}

package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var takeoverChain = rule.Rule{
	ID:       "TW-K206",
	Name:     "takeover-chain",
	Title:    "Whoever gets into the pod has the cluster",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The pod holds a token of an account with rights from which all others can be had. A hole in the program, a dependency or an image that was replaced is then the end of the whole cluster. High where the workload is reachable from outside.",
	Fix:      "Cut the chain where it is cheapest: a role with less, a binding in one namespace, an account of its own, or no token in the pod.",
	Refs:     refs(cis, "5.1.1", nsa, nsaAccess, nist, "4.3.1", practice, "M34", practice, "M43"),
	Aliases:  []string{"kubescape:C-0267"},
	Bad: []string{`
-- ops.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: runner}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: runner}
subjects: [{kind: ServiceAccount, name: runner, namespace: ops}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: runner}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}
---
apiVersion: v1
kind: Pod
metadata: {name: runner, namespace: ops}
spec:
  serviceAccountName: runner
#                     ^^^^^^ Pod runner may give itself any role, as service account runner: whoever gets into it has the cluster
  containers: [{name: runner, image: "example.com/runner:1"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admin}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: admin, namespace: ops}]
---
apiVersion: v1
kind: Pod
metadata: {name: admin, namespace: ops, labels: {app: admin}}
spec:
  serviceAccountName: admin
#                     ^^^^^ Pod admin may do everything, as service account admin: whoever gets into it has the cluster, and it is reachable from outside through Service ops/admin
  containers: [{name: admin, image: "example.com/admin:1"}]
---
apiVersion: v1
kind: Service
metadata: {name: admin, namespace: ops}
spec: {type: LoadBalancer, selector: {app: admin}, ports: [{port: 80}]}
`},
	Good: []string{`
-- ops.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: runner}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: runner}
subjects: [{kind: ServiceAccount, name: runner, namespace: ops}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: runner}
rules:
- {apiGroups: ["", apps], resources: [pods, deployments], verbs: [get, list, watch]}
- {apiGroups: [""], resources: [secrets], resourceNames: [tls], verbs: [get]}
---
apiVersion: v1
kind: Pod
metadata: {name: runner, namespace: ops}
spec: {serviceAccountName: runner, containers: [{name: runner, image: "example.com/runner:1"}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admin}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: idle, namespace: ops}]
---
apiVersion: v1
kind: Pod
metadata: {name: idle, namespace: ops}
spec: {serviceAccountName: idle, automountServiceAccountToken: false, containers: [{name: idle, image: "example.com/idle:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		if !p.Graph(w.Object.Render).HoldsToken(w) {
			return
		}
		c, ok := chainOf(p, w)
		if !ok {
			return
		}
		at := w.PodSpec.Get("serviceAccountName")
		f := aggregated(w, at, "serviceAccountName", "%s %s may %s, as service account %s: whoever gets into it has %s", w.Object.Kind, w.Object.Name, c.does, w.ServiceAccount(), c.prize)
		related := []source.Related{{At: c.binding.Field("metadata", "name").Span(), Message: "bound here"}}
		if c.role != nil {
			related = append(related, source.Related{At: c.at.Span(), Message: "to a role that may " + c.does})
		}
		if ways := p.Graph(w.Object.Render).Exposures(w); len(ways) > 0 {
			f.Severity = rule.High
			f.Message += ", and it is reachable from outside through " + ways[0].String()
			related = append(related, source.Related{At: ways[0].Path[0].Field("metadata", "name").Span(), Message: "the way in"})
		}
		f.Related = append(f.Related[:len(f.Related):len(f.Related)], related...)
		if c.does != "do everything" {
			f.Aliases = []string{} // the other check is about administrators
		}
		f.Fix = &rule.Fix{Title: "give the account a role with less, or the pod no token"}
		p.Report(f)
	}),
}

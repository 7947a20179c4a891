package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var nakedPod = rule.Rule{
	ID:       "TW-K148",
	Name:     "naked-pod",
	Title:    "Pod that no controller looks after",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A pod by itself is gone with its node, and cannot be rolled out anew: its repaired image only runs once somebody has deleted it.",
	Fix:      "Make it a Deployment, a StatefulSet, a DaemonSet or a Job.",
	Refs:     refs(practice, "M70"),
	Aliases:  []string{"kubescape:C-0073"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
#     ^^^ no controller looks after Pod web: it is gone with its node
metadata:
  name: web
spec:
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata:
  name: owned
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: 0a}]
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
# a static pod, which the kubelet looks after
apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, namespace: kube-system, labels: {tier: control-plane}}
spec: {containers: [{name: kube-scheduler, image: "registry.k8s.io/kube-scheduler:v1.36.0"}]}
---
# a test that a chart runs once
apiVersion: v1
kind: Pod
metadata: {name: test, annotations: {helm.sh/hook: test}}
spec: {containers: [{name: test, image: "example.com/test:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		o := w.Object
		if o.Kind != "Pod" || o.Field("metadata", "ownerReferences").Exists() || o.Field("metadata", "annotations", "helm.sh/hook").Exists() || controlPlanePod(o) {
			return
		}
		f := finding(o.Field("kind"), nil, "no controller looks after %s: it is gone with its node", named(o))
		f.Fix = &rule.Fix{Title: "make it a Deployment, a StatefulSet, a DaemonSet or a Job"}
		p.Report(f)
	}),
}

package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var privilegedContainer = rule.Rule{
	ID:       "TW-K001",
	Name:     "privileged-container",
	Title:    "Container runs privileged",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A privileged container holds every capability, sees every device of the node and is confined by neither seccomp nor AppArmor. Whoever gets into it has the node, and with it every other pod there.",
	Fix:      "Remove `privileged: true`. Where one capability or one device is what the container needs, grant that: `capabilities.add`, a device plugin, a CSI volume.",
	Refs: refs(podSecurityStandards, "baseline/privileged", cis, "5.2.2", nsa, nsaPods, nist, "4.4.3",
		practice, "M53"),
	Aliases: []string{"kube-linter:privileged-container", "kube-score:container-security-context-privileged", "trivy:KSV-0017",
		"kubescape:C-0057", "checkov:CKV_K8S_16", "polaris:runAsPrivileged", "kubeaudit:privileged", "kubesec:Privileged",
		"kube-linter:privilege-escalation-container"},
	Bad: []string{`
-- agent.yaml --
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: monitoring}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      initContainers:
      - name: load-modules
        image: example.com/modules:1.2
        securityContext:
          privileged: true
#                     ^^^^ init container load-modules is privileged: it holds every capability and all devices of the node
      containers:
      - name: agent
        image: example.com/agent:1.2
        securityContext: {privileged: false}
`, `
-- shop.yaml --
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: baseline
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1, securityContext: {privileged: true}}
#                                                                       ^^^^ container web is privileged: it holds every capability and all devices of the node; namespace shop enforces baseline, so the cluster refuses the pod
`, `
-- shop/namespace.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
-- shop/web/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1, securityContext: {privileged: true}}
#                                                                       ^^^^ container web is privileged: it holds every capability and all devices of the node; namespace shop enforces restricted, so the cluster refuses the pod
`, `
-- base/kustomization.yaml --
resources: [agent.yaml]
-- base/agent.yaml --
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  containers:
  - name: agent
    image: example.com/agent:1
    securityContext:
      privileged: true
#                 ^^^^ container agent is privileged: it holds every capability and all devices of the node
  - name: side
    image: example.com/side:1
-- overlays/dev/kustomization.yaml --
resources: [../../base]
namePrefix: dev-
patches:
- patch: |
    apiVersion: v1
    kind: Pod
    metadata: {name: agent}
    spec:
      containers:
      - name: side
        securityContext:
          privileged: true
#                     ^^^^ container side is privileged: it holds every capability and all devices of the node
-- overlays/prod/kustomization.yaml --
resources: [../../base]
namespace: prod
`, `
-- pipeline.yaml --
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: build}
spec:
  steps:
  - name: build
    image: example.com/builder:1
    securityContext: {privileged: true}
#                                 ^^^^ container build is privileged: it holds every capability and all devices of the node
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  workflowSpec:
    templates:
    - name: main
      container: {name: main, image: "example.com/nightly:1", securityContext: {privileged: true}}
#                                                                                           ^^^^ container main is privileged: it holds every capability and all devices of the node
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: example.com/web:1, securityContext: {privileged: false}}
`, `
-- policy.yaml --
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: a-pattern-runs-nothing}
spec:
  rules:
  - name: example
    validate:
      pattern:
        spec:
          containers:
          - {name: "*", image: "*", securityContext: {privileged: true}}
`},
	Check: podSecurity("privileged", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		f := failing(r, "%s is privileged: it holds every capability and all devices of the node", who(r.Container))
		f.Fix = set(r.Field, "remove privileged: true, and grant the one capability or device that is needed", "false")
		return f, true
	}),
}

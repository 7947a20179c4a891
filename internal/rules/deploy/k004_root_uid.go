package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rootUID = rule.Rule{
	ID:       "TW-K004",
	Name:     "root-uid",
	Title:    "Container is told to run as root",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`runAsUser: 0` overrides the user that the image was built for. Outside a user namespace, root in the container is root for every file and kernel interface that reaches into it.",
	Fix:      "Give a numeric user other than 0. Where root is needed only to hand a volume over, `fsGroup` does it without root; where it cannot be avoided, `hostUsers: false` maps it to a harmless user of the node.",
	Refs: refs(podSecurityStandards, "restricted/runAsUser", cis, "5.2.7", nsa, nsaPods, nist, "4.4.3",
		practice, "M51"),
	Aliases: []string{"trivy:KSV-0105", "kube-linter:run-as-non-root", "polaris:runAsRootAllowed", "kubeaudit:nonroot"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext:
    runAsUser: 0
#              ^ the pod is told to run as root (runAsUser: 0)
  initContainers:
  - name: chown
    image: example.com/tools:1
    securityContext:
      runAsUser: 0
#                ^ init container chown is told to run as root (runAsUser: 0)
  containers:
  - {name: web, image: example.com/web:1, securityContext: {runAsUser: 1000}}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsUser: 1000}
  containers:
  - {name: web, image: example.com/web:1}
`, `
-- user-namespace.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostUsers: false
  securityContext: {runAsUser: 0}
  containers:
  - {name: web, image: example.com/web:1}
`},
	Check: podSecurity("runAsUser", func(w *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		f := failing(r, "%s is told to run as root (runAsUser: 0)", who(r.Container))
		f.Fix = &rule.Fix{Title: "give a numeric user other than 0, or hostUsers: false where root is needed"}
		about := concerned(w, r.Container)
		f.Aliases = aliases("trivy:KSV-0105").
			when(someContainer(about, linterRoot), "kube-linter:run-as-non-root").
			when(someContainer(about, polarisRoot), "polaris:runAsRootAllowed").
			when(r.Container == nil || auditRoot(r.Container), "kubeaudit:nonroot")
		return f, true
	}),
}

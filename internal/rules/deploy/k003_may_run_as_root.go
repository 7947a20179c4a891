package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var mayRunAsRoot = rule.Rule{
	ID:       "TW-K003",
	Name:     "may-run-as-root",
	Title:    "Nothing demands that the container runs as another user than root",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without `runAsNonRoot: true` the user is whatever the image says today, and most images say root. With it the kubelet refuses to start a container whose user is root.",
	Fix:      "Set `runAsNonRoot: true` in the pod's securityContext, and a numeric `runAsUser` where the image names its user by a word.",
	Refs: refs(podSecurityStandards, "restricted/runAsNonRoot", cis, "5.2.7", nsa, nsaPods, nist, "4.4.3",
		practice, "M51", practice, "M8"),
	Aliases: []string{"kube-linter:run-as-non-root", "trivy:KSV-0012", "kubescape:C-0013", "checkov:CKV_K8S_23", "polaris:runAsRootAllowed",
		"kubeaudit:nonroot", "kubesec:RunAsNonRoot"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext:
#     ^^^^^^^^^^^^^^^ nothing keeps the pod from running as root
        fsGroup: 1000
      containers:
      - {name: web, image: example.com/web:1}
      - {name: side, image: example.com/side:1}
`, `
-- mixed.yaml --
apiVersion: v1
kind: Pod
metadata: {name: mixed}
spec:
  securityContext: {runAsNonRoot: true}
  containers:
  - {name: web, image: example.com/web:1}
  - {name: side, image: example.com/side:1, securityContext: {runAsNonRoot: false}}
#                                                                           ^^^^^ container side is allowed to run as root (runAsNonRoot: false)
`, `
-- numeric.yaml --
apiVersion: v1
kind: Pod
metadata: {name: numeric}
spec:
  containers:
  - name: web
    image: example.com/web:1
    securityContext:
#   ^^^^^^^^^^^^^^^ container web runs as another user than root, but nothing demands it
      runAsUser: 10001
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsNonRoot: true}
  containers:
  - {name: web, image: example.com/web:1}
`, `
-- user-namespace.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostUsers: false
  containers:
  - {name: web, image: example.com/web:1}
`},
	Check: podSecurity("runAsNonRoot", func(w *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		const title = "set securityContext.runAsNonRoot: true"
		about := concerned(w, r.Container)
		kubesec := noContainer(w, func(c *manifest.Container) bool { return isTrue(c.Setting("runAsNonRoot")) })
		numeric := r.Absent && numericUsers(w, r.Container)
		same := aliases("trivy:KSV-0012").
			when(!numeric, "kubescape:C-0013", "checkov:CKV_K8S_23"). // these are content with a number
			when(someContainer(about, linterRoot), "kube-linter:run-as-non-root").
			when(someContainer(about, polarisRoot), "polaris:runAsRootAllowed").
			when(someContainer(about, auditRoot), "kubeaudit:nonroot").
			when(kubesec, "kubesec:RunAsNonRoot")
		f := failing(r, "nothing keeps %s from running as root", who(r.Container))
		base := w.PodSpec
		if r.Container != nil {
			base = r.Container.Field
		}
		f.Fix = add(base, title, "true", "securityContext", "runAsNonRoot")
		switch {
		case !r.Absent:
			f = failing(r, "%s is allowed to run as root (runAsNonRoot: false)", who(r.Container))
			f.Severity = rule.High
			if on, _ := w.PodSpec.Get("securityContext", "runAsNonRoot").Bool(); on { // trivy is content with the pod's word
				f.Aliases = []string{"kube-linter:run-as-non-root", "kubescape:C-0013", "checkov:CKV_K8S_23", "polaris:runAsRootAllowed", "kubeaudit:nonroot"}
			}
			f.Fix = set(r.Field, title, "true")
		case numeric:
			f.Message = who(r.Container) + " runs as another user than root, but nothing demands it"
			f.Severity = rule.Low
		}
		f.Aliases = same
		return f, true
	}),
}

// numericUsers reports whether the manifest names a user other than root for
// the container, or for all of them where c is nil.
func numericUsers(w *manifest.Workload, c *manifest.Container) bool {
	for _, each := range w.Containers {
		if c != nil && each != c {
			continue
		}
		if uid, ok := each.Setting("runAsUser").Int(); !ok || uid == 0 {
			return false
		}
	}
	return true
}

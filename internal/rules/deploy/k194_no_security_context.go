package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noSecurityContext = rule.Rule{
	ID:       "TW-K194",
	Name:     "security-context-absent",
	Title:    "No securityContext at all",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Everything is as the cluster has it by default, which is made for old images, not for safety. Other rules name each setting; this one says that nobody has looked.",
	Fix:      "Start with `runAsNonRoot: true` and a seccomp profile for the pod, and `allowPrivilegeEscalation: false`, `readOnlyRootFilesystem: true` and `capabilities: {drop: [ALL]}` for each container.",
	Refs:     refs(cis, "5.7.3", nist, "4.4.3", practice, "M51", practice, "M52"),
	Aliases:  []string{"trivy:KSV-0118", "checkov:CKV_K8S_29", "checkov:CKV_K8S_30"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
#   ^^^^^^^^^ containers web and side have no securityContext, nor has the pod
    image: example.com/web:1
  - name: side
    image: example.com/side:1
`, `
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ the pod has no securityContext
  containers:
  - {name: web, image: "example.com/web:1", securityContext: {privileged: false}}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsNonRoot: true}
  containers:
  - {name: web, image: "example.com/web:1", securityContext: {privileged: false}}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		var bare []*manifest.Container
		for _, c := range w.Containers {
			if empty(c.Field.Get("securityContext")) {
				bare = append(bare, c)
			}
		}
		pod := empty(w.PodSpec.Get("securityContext"))
		if !pod && len(bare) == 0 {
			return
		}
		f := aggregated(w, w.PodSpec.Get("securityContext"), "securityContext", "the pod has no securityContext")
		if len(bare) > 0 {
			word, rest := "has", ""
			if len(bare) > 1 {
				word = "have"
			}
			if pod {
				rest = ", nor has the pod"
			}
			f = aggregated(w, bare[0].Field.Get("securityContext"), "securityContext", "%s %s no securityContext%s", whoAll(bare), word, rest)
		}
		f.Aliases = some(map[string]bool{"trivy:KSV-0118": pod || bareInTrivy(w, bare), "checkov:CKV_K8S_29": pod, "checkov:CKV_K8S_30": len(bare) > 0})
		f.Fix = &rule.Fix{Title: "start with runAsNonRoot, seccompProfile, allowPrivilegeEscalation, readOnlyRootFilesystem and capabilities"}
		p.Report(f)
	}),
}

func empty(f manifest.Field) bool {
	for range f.Entries() {
		return false
	}
	return true
}

// bareInTrivy reports whether one of the containers has no context for trivy,
// which counts what it inherits from the pod and passes over ephemeral ones.
func bareInTrivy(w *manifest.Workload, bare []*manifest.Container) bool {
	for _, name := range []string{"runAsGroup", "runAsNonRoot", "runAsUser", "seLinuxOptions", "seccompProfile", "windowsOptions"} {
		if w.PodSpec.Get("securityContext", name).Exists() {
			return false
		}
	}
	for _, c := range bare {
		if c.Kind != "ephemeral" {
			return true
		}
	}
	return false
}

package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noSeccomp = rule.Rule{
	ID:       "TW-K016",
	Name:     "no-seccomp",
	Title:    "Container runs without a seccomp profile",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without a profile a container may make every system call, among them those that most kernel exploits need. Kubernetes applies the runtime's own profile only where a pod asks for it or the kubelet is told to.",
	Fix:      "Set `seccompProfile: {type: RuntimeDefault}` in the pod's securityContext.",
	Refs: refs(podSecurityStandards, "restricted/seccompProfile", cis, "5.7.2", nsa, nsaPods,
		nist, "4.4.3", practice, "M61"),
	Aliases: []string{"kube-score:container-seccomp-profile", "trivy:KSV-0030", "trivy:KSV-0104", "kubescape:C-0210", "checkov:CKV_K8S_31", "kubescape:C-0055",
		"kubeaudit:seccomp", "kubesec:SeccompAny"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ the pod runs without a seccomp profile
  containers:
  - {name: web, image: example.com/web:1}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  containers:
  - {name: web, image: example.com/web:1}
`},
	Check: podSecurity("seccompProfile", func(w *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		if !r.Absent {
			return rule.Finding{}, false // switched off: seccomp-off
		}
		f := failing(r, "%s runs without a seccomp profile", who(r.Container))
		f.Aliases = []string{"kube-score:container-seccomp-profile", "trivy:KSV-0030", "trivy:KSV-0104", "kubescape:C-0210", "checkov:CKV_K8S_31",
			"kubeaudit:seccomp", "kubesec:SeccompAny"}
		if unhardened(w) {
			f.Aliases = append(f.Aliases, "kubescape:C-0055")
		}
		base := w.PodSpec
		if r.Container != nil {
			base = r.Container.Field
		}
		f.Fix = add(base, seccompTitle, "RuntimeDefault", "securityContext", "seccompProfile", "type")
		return f, true
	}),
}

// unhardened reports whether nothing confines one of the containers: no profile
// of seccomp, SELinux or AppArmor, of its own or the pod's, and no dropped capability.
func unhardened(w *manifest.Workload) bool {
	confined := func(of manifest.Field) bool {
		return of.Get("securityContext", "seccompProfile").Exists() || of.Get("securityContext", "seLinuxOptions").Exists()
	}
	if confined(w.PodSpec) || w.Object.Kind == "ReplicationController" {
		return false
	}
	for name := range w.PodMeta.Get("annotations").StringMap() {
		if strings.HasPrefix(name, "container.apparmor.security.beta.kubernetes.io") {
			return false
		}
	}
	return len(containers(w, func(c *manifest.Container) bool {
		return ordinary(c) && !confined(c.Field) && !c.Field.Get("securityContext", "capabilities", "drop").Exists()
	})) > 0
}

package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var privilegeEscalation = rule.Rule{
	ID:       "TW-K002",
	Name:     "privilege-escalation",
	Title:    "Container may gain privileges that its parent process lacks",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Unless `allowPrivilegeEscalation` is false, a process can become root through a setuid program of the image, even where the container starts as another user.",
	Fix:      "Set `securityContext.allowPrivilegeEscalation: false` on every container.",
	Refs: refs(podSecurityStandards, "restricted/allowPrivilegeEscalation", cis, "5.2.6", nsa, nsaPods, nist, "4.4.3",
		practice, "M52"),
	Aliases: []string{"kube-linter:privilege-escalation-container", "trivy:KSV-0001", "kubescape:C-0016", "kubescape:C-0013", "checkov:CKV_K8S_20",
		"polaris:privilegeEscalationAllowed", "kubeaudit:privesc", "kubesec:AllowPrivilegeEscalation"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
#   ^^^^^^^^^ container web does not forbid privilege escalation
    image: example.com/web:1
  - name: side
    image: example.com/side:1
    securityContext:
#   ^^^^^^^^^^^^^^^ container side does not forbid privilege escalation
      runAsUser: 1000
  - name: legacy
    image: example.com/legacy:1
    securityContext:
      allowPrivilegeEscalation: true
#                               ^^^^ container legacy allows privilege escalation
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: example.com/web:1, securityContext: {allowPrivilegeEscalation: false}}
`, `
-- windows.yaml --
apiVersion: v1
kind: Pod
metadata: {name: windows}
spec:
  os: {name: windows}
  containers:
  - {name: web, image: example.com/web:1}
`},
	Check: podSecurity("allowPrivilegeEscalation", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		f := failing(r, "%s does not forbid privilege escalation", who(r.Container))
		const title = "set securityContext.allowPrivilegeEscalation: false"
		f.Fix = add(r.Container.Field, title, "false", "securityContext", "allowPrivilegeEscalation")
		if r.Absent && !allPowerful(r.Container) { // kube-linter finds what allows it, not what fails to forbid it
			f.Aliases = []string{"trivy:KSV-0001", "kubescape:C-0016", "kubescape:C-0013", "checkov:CKV_K8S_20", "polaris:privilegeEscalationAllowed", "kubeaudit:privesc"}
		}
		if r.Absent && allPowerful(r.Container) {
			f.Aliases = []string{"kube-linter:privilege-escalation-container", "trivy:KSV-0001", "kubescape:C-0016", "kubescape:C-0013", "checkov:CKV_K8S_20", "polaris:privilegeEscalationAllowed", "kubeaudit:privesc"}
		}
		if !r.Absent {
			f = failing(r, "%s allows privilege escalation", who(r.Container))
			f.Severity = rule.High
			f.Fix = set(r.Field, title, "false")
		}
		return f, true
	}),
}

// allPowerful reports whether the container has by other means what privilege
// escalation would give it.
func allPowerful(c *manifest.Container) bool {
	privileged, _ := c.Field.Get("securityContext", "privileged").Bool()
	added := c.Field.Get("securityContext", "capabilities", "add").Strings()
	return privileged || slices.ContainsFunc(added, func(name string) bool { return capability(name) == "SYS_ADMIN" })
}

// capability is the name of a capability without the prefix that some write.
func capability(name string) string { return strings.TrimPrefix(strings.ToUpper(name), "CAP_") }

package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var seccompOff = rule.Rule{
	ID:       "TW-K298",
	Name:     "seccomp-off",
	Title:    "Seccomp profile is switched off",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "`Unconfined` gives the container every system call of the node's kernel, and with them each flaw that one of the rarer ones has. Even the baseline level of the Pod Security Standards refuses it.",
	Fix:      "Set `seccompProfile: {type: RuntimeDefault}`, or a profile of the program's own by `Localhost`.",
	Refs: refs(podSecurityStandards, "baseline/seccompProfile", podSecurityStandards, "restricted/seccompProfile", cis, "5.7.2", nsa, nsaPods,
		nist, "4.4.3", practice, "M61"),
	Aliases: []string{"trivy:KSV-0030", "trivy:KSV-0104", "kubescape:C-0210", "checkov:CKV_K8S_31", "kubeaudit:seccomp", "kubesec:SeccompUnconfined"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext:
    seccompProfile: {type: RuntimeDefault}
  containers:
  - {name: web, image: example.com/web:1}
  - name: debug
    image: example.com/debug:1
    securityContext:
      seccompProfile:
        type: Unconfined
#             ^^^^^^^^^^ container debug has its seccomp profile switched off (Unconfined)
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: podSecurity("seccompProfile", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		if r.Absent {
			return rule.Finding{}, false
		}
		f := failing(r, "%s has its seccomp profile switched off (%s)", who(r.Container), r.Field.String())
		f.Fix = set(r.Field, seccompTitle, "RuntimeDefault")
		return f, true
	}),
}

// seccompTitle names the edit that sets the profile that every runtime has.
const seccompTitle = "set securityContext.seccompProfile: {type: RuntimeDefault}"

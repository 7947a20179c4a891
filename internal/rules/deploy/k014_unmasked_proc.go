package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unmaskedProc = rule.Rule{
	ID:       "TW-K014",
	Name:     "unmasked-proc",
	Title:    "Container sees the whole of /proc",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Runtimes hide the parts of /proc through which a container could read or change the node's kernel. `procMount: Unmasked` shows them; only inside a user namespace is that bearable.",
	Fix:      "Remove `procMount`, or set it to `Default`.",
	Refs: refs(podSecurityStandards, "baseline/procMount", nist, "4.4.3",
		practice, "M56"),
	Aliases: []string{"kube-linter:unsafe-proc-mount", "trivy:KSV-0027", "polaris:procMount"},
	Bad: []string{`
-- nested.yaml --
apiVersion: v1
kind: Pod
metadata: {name: nested}
spec:
  containers:
  - name: nested
    image: example.com/nested:1
    securityContext:
      procMount: Unmasked
#                ^^^^^^^^ container nested sees the parts of /proc that runtimes hide
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: example.com/web:1, securityContext: {procMount: Default}}
`},
	Check: podSecurity("procMount", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		if r.Level == "restricted" {
			return rule.Finding{}, false // in a user namespace: mapped-proc
		}
		f := failing(r, "%s sees the parts of /proc that runtimes hide", who(r.Container))
		f.Aliases = aliases("kube-linter:unsafe-proc-mount", "trivy:KSV-0027").when(ordinary(r.Container), "polaris:procMount")
		f.Fix = set(r.Field, "set procMount: Default", "Default")
		return f, true
	}),
}

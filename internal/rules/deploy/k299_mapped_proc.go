package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var mappedProc = rule.Rule{
	ID:       "TW-K299",
	Name:     "mapped-proc",
	Title:    "Container in a user namespace sees the whole of /proc",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "With `hostUsers: false` the users of the container are nobody on the node, and the baseline level lets it see all of /proc. The restricted level does not: a flaw in the kernel's user namespaces would be enough.",
	Fix:      "Remove `procMount`, unless containers are built or run inside the container.",
	Refs:     refs(podSecurityStandards, "restricted/procMount", nist, "4.4.3", practice, "M56"),
	Aliases:  []string{"kube-linter:unsafe-proc-mount", "trivy:KSV-0027", "polaris:procMount"},
	Bad: []string{`
-- mapped.yaml --
apiVersion: v1
kind: Pod
metadata: {name: mapped}
spec:
  hostUsers: false
  containers:
  - {name: nested, image: example.com/nested:1, securityContext: {procMount: Unmasked}}
#                                                                            ^^^^^^^^ container nested sees all of /proc, in a user namespace
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostUsers: false
  containers:
  - {name: web, image: example.com/web:1, securityContext: {procMount: Default}}
`},
	Check: podSecurity("procMount", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		if r.Level != "restricted" {
			return rule.Finding{}, false
		}
		f := failing(r, "%s sees all of /proc, in a user namespace", who(r.Container))
		f.Aliases = aliases("kube-linter:unsafe-proc-mount", "trivy:KSV-0027").when(ordinary(r.Container), "polaris:procMount")
		f.Fix = set(r.Field, "set procMount: Default", "Default")
		return f, true
	}),
}

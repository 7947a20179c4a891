package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var selinuxOptions = rule.Rule{
	ID:       "TW-K018",
	Name:     "selinux-options",
	Title:    "Container asks for an SELinux label beyond those of containers",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "SELinux keeps containers apart from the node by their type. Another type, such as `spc_t`, another user or another role puts the container on the node's side of that wall.",
	Fix:      "Remove `seLinuxOptions`, or keep only a `level` and one of the types `container_t`, `container_init_t`, `container_kvm_t`, `container_engine_t`.",
	Refs: refs(podSecurityStandards, "baseline/seLinuxOptions", nsa, nsaPods, nist, "4.4.3",
		practice, "M59"),
	Aliases: []string{"trivy:KSV-0025"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext:
    seLinuxOptions: {level: "s0:c1,c2", role: sysadm_r}
#                                             ^^^^^^^^ the pod sets the SELinux role sysadm_r
  containers:
  - name: web
    image: example.com/web:1
    securityContext:
      seLinuxOptions:
        type: spc_t
#             ^^^^^ container web has SELinux switched off by the type spc_t
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {seLinuxOptions: {level: "s0:c1,c2", type: container_t}}
  containers:
  - {name: web, image: example.com/web:1}
`},
	Check: podSecurity("seLinuxOptions", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		path := r.Field.Path()
		option := path[strings.LastIndexByte(path, '.')+1:]
		f := failing(r, "%s sets the SELinux %s %s", who(r.Container), option, r.Field.String())
		if r.Field.String() == "spc_t" {
			f = failing(r, "%s has SELinux switched off by the type spc_t", who(r.Container))
			f.Severity = rule.High
		}
		f.Fix = &rule.Fix{Title: "remove seLinuxOptions." + option}
		return f, true
	}),
}

package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unsafeSysctl = rule.Rule{
	ID:       "TW-K015",
	Name:     "unsafe-sysctl",
	Title:    "Pod sets a kernel parameter that is not safe to set",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Parameters outside the safe set reach beyond the pod. The kubelet refuses to start such a pod unless its administrator has allowed the parameter on that node.",
	Fix:      "Remove the parameter, or have it set on the node.",
	Refs: refs(podSecurityStandards, "baseline/sysctls", nist, "4.4.3",
		practice, "M57"),
	Aliases: []string{"kube-linter:unsafe-sysctls", "trivy:KSV-0026"},
	Bad: []string{`
-- db.yaml --
apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  securityContext:
    sysctls:
    - {name: net.ipv4.tcp_syncookies, value: "1"}
    - {name: kernel.msgmax, value: "65536"}
#            ^^^^^^^^^^^^^ the pod sets the kernel parameter kernel.msgmax, which kubelets refuse by default
  containers:
  - {name: db, image: example.com/db:1}
`},
	Good: []string{`
-- db.yaml --
apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  securityContext: {sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "0"}]}
  containers:
  - {name: db, image: example.com/db:1}
`},
	Check: podSecurity("sysctls", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		f := failing(r, "the pod sets the kernel parameter %s, which kubelets refuse by default", r.Field.String())
		f.Key += "." + r.Field.String()
		if !slices.ContainsFunc([]string{"kernel.msg", "kernel.sem", "kernel.shm", "fs.mqueue.", "net."}, func(prefix string) bool {
			return strings.HasPrefix(r.Field.String(), prefix)
		}) {
			f.Aliases = []string{"trivy:KSV-0026"} // kube-linter names those prefixes
		}
		f.Fix = &rule.Fix{Title: "remove the parameter, or have it set on the node"}
		return f, true
	}),
}

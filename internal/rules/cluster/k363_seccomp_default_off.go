package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var seccompDefault = rule.Rule{
	ID:       "TW-K363",
	Name:     "seccomp-default-off",
	Title:    "Pods that name no seccomp profile run without one",
	Severity: rule.Medium,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without a profile a container may make every system call of the kernel; most breakouts need some that no ordinary program makes.",
	Fix:      "Set `seccompDefault: true`, or `--seccomp-default`.",
	Refs:     benchmark("4.2.14", nsa, "Kubernetes Pod security", nist, "4.3", practice, "M61"),
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
seccompDefault: false
#               ^^^^^ kubelet runs pods without a seccomp profile: seccompDefault is false
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
^^^^^^^^^^^^^^^^^^^^^^^^^^ kubelet runs pods without a seccomp profile: seccompDefault is not set
maxPods: 110
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
seccompDefault: true
`},
	Check: must(demand{
		program: controlplane.Kubelet, setting: "seccomp-default",
		bad:     off,
		says:    "runs pods without a seccomp profile",
		absent:  everywhere,
		missing: rule.Low,
		want:    "true",
	}),
}

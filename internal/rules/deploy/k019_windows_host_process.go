package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var windowsHostProcess = rule.Rule{
	ID:       "TW-K019",
	Name:     "windows-host-process",
	Title:    "Pod runs as a process of the Windows node",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A HostProcess container is no container: it runs on the node, with the node's files, network and accounts.",
	Fix:      "Remove `windowsOptions.hostProcess: true`.",
	Refs:     refs(podSecurityStandards, "baseline/windowsHostProcess", cis, "5.2.11", practice, "M53"),
	Aliases:  []string{"trivy:KSV-0103", "polaris:hostProcess"},
	Bad: []string{`
-- agent.yaml --
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  os: {name: windows}
  hostNetwork: true
  securityContext:
    windowsOptions:
      hostProcess: true
#                  ^^^^ the pod runs as a process of the Windows node
  containers:
  - {name: agent, image: example.com/agent:1}
`},
	Good: []string{`
-- agent.yaml --
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  os: {name: windows}
  securityContext: {windowsOptions: {hostProcess: false, runAsUserName: ContainerUser}}
  containers:
  - {name: agent, image: example.com/agent:1}
`},
	Check: podSecurity("windowsHostProcess", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		f := failing(r, "%s runs as a process of the Windows node", who(r.Container))
		f.Aliases = aliases("trivy:KSV-0103").when(r.Container == nil || ordinary(r.Container), "polaris:hostProcess")
		f.Fix = &rule.Fix{Title: "remove windowsOptions.hostProcess: true"}
		return f, true
	}),
}

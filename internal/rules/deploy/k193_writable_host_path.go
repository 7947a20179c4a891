package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var writableHostPath = rule.Rule{
	ID:       "TW-K193",
	Name:     "writable-host-path",
	Title:    "Container may write to a folder of the node",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "What a container writes on the node outlives it and is read by others: a cron file, a key, a library that root of the node loads. That a folder of the node is mounted at all is the matter of host-path; this is about each mount that could be read-only.",
	Fix:      "Set `readOnly: true` on the mount where the container only reads.",
	Refs:     refs(nist, "4.5.5", practice, "M57"),
	Aliases:  []string{"kube-linter:writable-host-mount", "kubescape:C-0045"},
	Bad: []string{`
-- agent.yaml --
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  containers:
  - name: agent
    image: example.com/agent:1
    volumeMounts:
    - name: logs
#     ^^^^^^^^^^ container agent may write to /var/log of the node
      mountPath: /logs
  volumes:
  - {name: logs, hostPath: {path: /var/log}}
`},
	Good: []string{`
-- agent.yaml --
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  containers:
  - name: agent
    image: example.com/agent:1
    volumeMounts:
    - {name: logs, mountPath: /logs, readOnly: true}
    - {name: tmp, mountPath: /tmp}
  volumes:
  - {name: logs, hostPath: {path: /var/log}}
  - {name: tmp, emptyDir: {}}
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		for _, v := range c.Workload.PodSpec.Get("volumes").Items() {
			host := v.Get("hostPath")
			if !host.Exists() {
				continue
			}
			for _, m := range c.Field.Get("volumeMounts").Items() {
				readOnly, _ := m.Get("readOnly").Bool()
				if readOnly || m.Get("name").String() != v.Get("name").String() {
					continue
				}
				f := finding(m.Get("readOnly"), c, "%s may write to %s of the node", who(c), host.Get("path").String())
				f.Key += "." + v.Get("name").String() + "." + m.Get("mountPath").String()
				f.Fix = &rule.Fix{Title: "set readOnly: true where the container only reads"}
				p.Report(f)
			}
		}
	}),
}

package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var sshPort = rule.Rule{
	ID:       "TW-K192",
	Name:     "container-ssh-port",
	Title:    "Container offers SSH",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A shell by SSH goes past the API server: no RBAC, no admission, no audit log, and keys or passwords of its own that somebody has to rotate.",
	Fix:      "Use `kubectl exec` or a debug container; a program that speaks SSH for its own sake (git, SFTP) should listen on another port.",
	Refs:     refs(nsa, nsaNetwork, nist, "4.4.2", practice, "M30"),
	Aliases:  []string{"kube-linter:ssh-port"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    ports:
    - containerPort: 22
#                    ^^ container web offers SSH
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.com/web:1", ports: [{containerPort: 2222}, {containerPort: 22, protocol: UDP}]}
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		for _, port := range c.Field.Get("ports").Items() {
			at, protocol := port.Get("containerPort"), port.Get("protocol").String()
			if at.String() != "22" || protocol != "" && protocol != "TCP" {
				continue
			}
			f := finding(at, c, "%s offers SSH", who(c))
			f.Fix = &rule.Fix{Title: "use kubectl exec or a debug container instead"}
			p.Report(f)
		}
	}),
}

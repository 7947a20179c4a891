package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var hostPort = rule.Rule{
	ID:       "TW-K013",
	Name:     "host-port",
	Title:    "Container listens on a port of the node",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A host port is reachable from wherever the node is, whatever Services and NetworkPolicies say, and only one pod a node can have it.",
	Fix:      "Remove `hostPort` and publish the port by a Service.",
	Refs: refs(podSecurityStandards, "baseline/hostPorts", cis, "5.2.13", nsa, nsaPods, nist, "4.4.2",
		practice, "M57"),
	Aliases: []string{"trivy:KSV-0024", "kubescape:C-0044", "checkov:CKV_K8S_26", "polaris:hostPortSet"},
	Bad: []string{`
-- proxy.yaml --
apiVersion: v1
kind: Pod
metadata: {name: proxy}
spec:
  containers:
  - name: proxy
    image: example.com/proxy:1
    ports:
    - containerPort: 8080
    - containerPort: 8443
      hostPort: 443
#               ^^^ container proxy listens on port 443 of the node
`, `
-- node.yaml --
apiVersion: v1
kind: Pod
metadata: {name: node}
spec:
  hostNetwork: true
  containers:
  - name: exporter
    image: example.com/exporter:1
    ports:
#   ^^^^^ the ports of container exporter are the node's, because of hostNetwork
    - containerPort: 9100
`},
	Good: []string{`
-- proxy.yaml --
apiVersion: v1
kind: Pod
metadata: {name: proxy}
spec:
  containers:
  - {name: proxy, image: example.com/proxy:1, ports: [{containerPort: 8080, hostPort: 0}]}
`},
	Check: podSecurity("hostPorts", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		if strings.HasSuffix(r.Field.Path(), ".hostPort") {
			f := failing(r, "%s listens on port %s of the node", who(r.Container), r.Field.String())
			f.Key += "." + r.Field.String()
			f.Fix = &rule.Fix{Title: "remove hostPort and publish the port by a Service"}
			return f, true
		}
		f := failing(r, "the ports of %s are the node's, because of hostNetwork", who(r.Container))
		f.Severity = rule.Info
		f.Aliases = []string{} // the other checks read hostPort
		f.Fix = &rule.Fix{Title: "remove hostNetwork: true"}
		return f, true
	}),
}

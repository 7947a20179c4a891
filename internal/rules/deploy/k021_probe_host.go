package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var probeHost = rule.Rule{
	ID:       "TW-K021",
	Name:     "probe-host",
	Title:    "Probe or lifecycle hook calls another host than the pod",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Probes are sent by the kubelet, from the node's network. With a `host` of its own, the author of a pod has the node call any address, past every NetworkPolicy.",
	Fix:      "Remove `host`: the probe then asks the pod itself. To name a virtual host, send a `Host` header by `httpHeaders`.",
	Refs:     refs(podSecurityStandards, "baseline/hostProbesAndHostLifecycle", nist, "4.4.2"),
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    livenessProbe:
      httpGet:
        host: 169.254.169.254
#             ^^^^^^^^^^^^^^^ a probe or hook of container web has the node call 169.254.169.254
        port: 80
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: example.com/web:1, livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: Host, value: web}]}}}
`},
	Check: podSecurity("hostProbesAndHostLifecycle", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		f := failing(r, "a probe or hook of %s has the node call %s", who(r.Container), r.Field.String())
		f.Fix = &rule.Fix{Title: "remove host, so that the pod itself is asked"}
		return f, true
	}),
}

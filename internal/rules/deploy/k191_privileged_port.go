package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var privilegedPort = rule.Rule{
	ID:       "TW-K191",
	Name:     "privileged-port",
	Title:    "Container listens on a port below 1024",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Ports below 1024 are for root or for NET_BIND_SERVICE where the runtime does not lift that rule; nothing in a pod needs one, since a Service maps any port to any other.",
	Fix:      "Let the program listen on a high port, and the Service map 80 or 443 to it by `targetPort`.",
	Refs:     refs(nist, "4.4.3", practice, "M58"),
	Aliases:  []string{"kube-linter:privileged-ports", "trivy:KSV-0117"},
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
    - containerPort: 8080
    - containerPort: 80
#                    ^^ container web listens on a port below 1024
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.com/web:1", ports: [{containerPort: 8080}]}
`},
	Check: eachWorkloadLacking(func(c *manifest.Container) (manifest.Field, bool) {
		for _, port := range c.Field.Get("ports").Items() {
			if n, ok := port.Get("containerPort").Int(); ok && n > 0 && n < 1024 {
				return port.Get("containerPort"), true
			}
		}
		return manifest.Field{}, false
	}, func(_ *rule.Pass, w *manifest.Workload, at manifest.Field, who string, faulty []*manifest.Container) rule.Finding {
		word := "listens"
		if len(faulty) > 1 {
			word = "listen"
		}
		f := aggregated(w, at, "containerPort", "%s %s on a port below 1024", who, word)
		f.Fix = &rule.Fix{Title: "listen on a high port and map it by the Service's targetPort"}
		return f
	}),
}

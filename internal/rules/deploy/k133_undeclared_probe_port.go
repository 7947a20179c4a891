package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var undeclaredProbePort = rule.Rule{
	ID:       "TW-K133",
	Name:     "undeclared-probe-port",
	Title:    "Probe of a port that the container does not declare",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A probe that names a port the container has not declared fails always: the pod is restarted again and again, or never becomes ready. A number works without being declared, but is often the port the program had before.",
	Fix:      "Declare the port under `ports` with the name that the probe uses.",
	Refs:     refs(practice, "M33"),
	Aliases:  []string{"kube-linter:liveness-port", "kube-linter:readiness-port", "kube-linter:startup-port"},
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
    - {name: http, containerPort: 8080}
    - {name: dns, containerPort: 53, protocol: UDP}
    livenessProbe:
      httpGet: {path: /, port: web}
#                              ^^^ the liveness probe of container web asks port web, which the container does not declare: it fails always
    readinessProbe:
      tcpSocket:
        port: 8081
#             ^^^^ the readiness probe of container web asks port 8081, which the container does not declare
    startupProbe:
      grpc:
        port: 53
#             ^^ the startup probe of container web asks port 53, which the container does not declare
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    ports: [{name: http, containerPort: 8080}]
    livenessProbe: {httpGet: {path: /, port: http}}
    readinessProbe: {tcpSocket: {port: 8080}}
    startupProbe: {exec: {command: [check]}}
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		for _, kind := range [...]string{"liveness", "readiness", "startup"} {
			for _, handler := range [...]string{"httpGet", "tcpSocket", "grpc"} {
				port := c.Field.Get(kind+"Probe", handler, "port")
				if !port.Exists() || declares(c, port.String()) || strings.Contains(port.String(), "$") {
					continue
				}
				f := finding(port, c, "the %s probe of %s asks port %s, which the container does not declare", kind, who(c), port.String())
				if _, number := port.Int(); number {
					f.Severity = rule.Info
				} else {
					f.Message += ": it fails always"
				}
				f.Fix = &rule.Fix{Title: "declare the port in the container's ports"}
				f.Aliases = aliases().when(ordinary(c) && handler != "grpc", "kube-linter:"+kind+"-port")
				p.Report(f)
			}
		}
	}),
}

// declares reports whether a container has a TCP port of that number or name.
func declares(c *manifest.Container, port string) bool {
	for _, f := range c.Field.Get("ports").Items() {
		if protocol := f.Get("protocol").String(); protocol != "" && protocol != "TCP" {
			continue
		}
		if f.Get("containerPort").String() == port || f.Get("name").String() == port {
			return true
		}
	}
	return false
}

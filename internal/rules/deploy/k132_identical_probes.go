package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var identicalProbes = rule.Rule{
	ID:       "TW-K132",
	Name:     "identical-probes",
	Title:    "Liveness and readiness probe are the same",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Readiness takes a pod out of service while it cannot answer, liveness kills it. If both ask the same and wait equally long, a pod that is only busy is killed at the moment when it should rest, and its load kills the next one.",
	Fix:      "Let the liveness probe ask less, or wait longer (`failureThreshold`), or leave it out.",
	Refs:     refs(practice, "M70"),
	Aliases:  []string{"kube-score:pod-probes-identical"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    readinessProbe:
      httpGet: {path: /health, port: 80}
    livenessProbe:
#   ^^^^^^^^^^^^^ the liveness probe of container web and container side asks what readiness asks, and waits no longer
      httpGet: {port: 80, path: /health}
  - name: side
    image: example.com/side:1
    readinessProbe: {exec: {command: [check, -q]}}
    livenessProbe: {exec: {command: [check, -q]}, periodSeconds: 5}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: patient
    image: example.com/web:1
    readinessProbe: {httpGet: {path: /health, port: 80}}
    livenessProbe: {httpGet: {path: /health, port: 80}, failureThreshold: 10}
  - name: other
    image: example.com/web:1
    readinessProbe: {httpGet: {path: /ready, port: 80}}
    livenessProbe: {httpGet: {path: /health, port: 80}}
  - name: kinds
    image: example.com/web:1
    readinessProbe: {httpGet: {path: /ready, port: 80}}
    livenessProbe: {tcpSocket: {port: 80}}
  - {name: one, image: "example.com/web:1", readinessProbe: {tcpSocket: {port: 80}}}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		same := containers(w, func(c *manifest.Container) bool {
			live, ready := c.Field.Get("livenessProbe"), c.Field.Get("readinessProbe")
			return live.Exists() && ready.Exists() && !batch(w) && asksTheSame(live, ready) && patience(live) <= patience(ready)
		})
		if len(same) == 0 {
			return
		}
		f := lacks(same, []string{"livenessProbe"}, "the liveness probe of %s asks what readiness asks, and waits no longer", everyOne(same))
		f.Fix = &rule.Fix{Title: "let the liveness probe wait longer, ask less, or leave it out"}
		p.Report(f)
	}),
}

// asksTheSame compares the handlers of two probes.
func asksTheSame(a, b manifest.Field) bool {
	for _, h := range [...][2]string{{"httpGet", "path"}, {"httpGet", "port"}, {"tcpSocket", "port"}, {"grpc", "port"}, {"grpc", "service"}, {"exec", ""}} {
		if a.Get(h[0]).Exists() != b.Get(h[0]).Exists() || a.Get(h[:]...).String() != b.Get(h[:]...).String() {
			return false
		}
	}
	return slices.Equal(a.Get("exec", "command").Strings(), b.Get("exec", "command").Strings())
}

// patience is how many seconds a probe fails before something happens.
func patience(probe manifest.Field) int64 {
	threshold, period := int64(3), int64(10)
	if n, ok := probe.Get("failureThreshold").Int(); ok {
		threshold = n
	}
	if n, ok := probe.Get("periodSeconds").Int(); ok {
		period = n
	}
	return threshold * period
}

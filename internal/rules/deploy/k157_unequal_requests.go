package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unequalRequests = rule.Rule{
	ID:       "TW-K157",
	Name:     "unequal-requests",
	Title:    "Requests that are not the limits",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Pods whose requests are their limits get the class `Guaranteed`: they are evicted last, and no node promises more than it has.",
	Fix:      "Set request and limit to the same amount where the workload must not be evicted.",
	Refs:     refs(practice, "M42"),
	Aliases: []string{"kube-score:container-resource-requests-equal-limits", "kube-score:container-cpu-requests-equal-limits",
		"kube-score:container-memory-requests-equal-limits", "kube-score:container-ephemeral-storage-request-equals-limit"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    resources:
      requests:
        cpu: 100m
        memory: 1Gi
#               ^^^ memory request and limit differ for container web
        ephemeral-storage: 1Gi
#                          ^^^ ephemeral-storage request and limit differ for container web
      limits:
        cpu: 0.1
        memory: 2Gi
        ephemeral-storage: 2Gi
  - name: side
    image: example.com/side:1
    resources:
#   ^^^^^^^^^ cpu request and limit differ for container side
      limits:
        cpu: 1
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: nothing, image: "example.com/web:1"}
  - name: same
    image: example.com/web:1
    resources: {requests: {cpu: 1000m, memory: 1Gi}, limits: {cpu: 1, memory: 1024Mi, ephemeral-storage: 1Gi}}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		for _, resource := range [...]string{"cpu", "memory", "ephemeral-storage"} {
			local := resource == "ephemeral-storage"
			differ := containers(w, func(c *manifest.Container) bool {
				r := c.Field.Get("resources")
				request, limit := r.Get("requests", resource), r.Get("limits", resource)
				return c.Kind != "ephemeral" && !sameAmount(request, limit) && !(local && (none(request) || none(limit)))
			})
			if len(differ) == 0 {
				continue
			}
			f := lacks(differ, []string{"resources", "requests", resource}, "%s request and limit differ for %s", resource, everyOne(differ))
			f.Fix = &rule.Fix{Title: "set the request to the limit"}
			f.Aliases = aliases().
				when(local, "kube-score:container-ephemeral-storage-request-equals-limit").
				when(!local, "kube-score:container-resource-requests-equal-limits", "kube-score:container-"+resource+"-requests-equal-limits")
			p.Report(f)
		}
	}),
}

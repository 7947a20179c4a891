package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var danglingServiceMonitor = rule.Rule{
	ID:       "TW-K167",
	Name:     "dangling-servicemonitor",
	Title:    "ServiceMonitor that selects no Service",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Nobody notices metrics that were never collected, until an alarm that needs them stays silent.",
	Fix:      "Select the labels of the Service, which are not those of its pods, and its namespace.",
	Refs:     refs(practice, "M74", practice, "M33"),
	Aliases:  []string{"kube-linter:dangling-servicemonitor"},
	Bad: []string{`
-- monitor.yaml --
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
# ^^^^^^^^ ServiceMonitor web selects no Service that is known here
  endpoints: [{port: metrics}]
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: away, namespace: ops}
spec:
  selector: {matchLabels: {tier: front}}
# ^^^^^^^^ ServiceMonitor away selects no Service of its namespace; one elsewhere needs a namespaceSelector
  endpoints: [{port: metrics}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {tier: front}}
spec: {selector: {app: web}, ports: [{port: 80}]}
`},
	Good: []string{`
-- monitor.yaml --
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: ops}
spec:
  namespaceSelector: {matchNames: [shop]}
  selector: {matchLabels: {app: web}}
  endpoints: [{port: metrics}]
-- web.yaml --
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {selector: {app: web}, ports: [{port: 80}]}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if o.Group() != "monitoring.coreos.com" || o.Render.Partial {
			return
		}
		selector := manifest.Selector{Field: o.Field("spec", "selector")}
		names := o.Field("spec", "namespaceSelector", "matchNames").Strings()
		anywhere, _ := o.Field("spec", "namespaceSelector", "any").Bool()
		away := false
		for _, s := range kindsBeside(p, o.Render, "Service") {
			if s.Group() != "" || !selector.Matches(s.Labels()) {
				continue
			}
			if anywhere || slices.Contains(names, s.Namespace) || len(names) == 0 && sameNamespace(s.Namespace, o.Namespace) {
				return
			}
			away = true
		}
		f := finding(o.Field("spec", "selector"), nil, "%s selects no Service that is known here", named(o))
		if away {
			f.Message = named(o) + " selects no Service of its namespace; one elsewhere needs a namespaceSelector"
		}
		f.Fix = &rule.Fix{Title: "select the labels of the Service and its namespace"}
		f.Aliases = aliases().when(!away || len(names) > 0, p.Rule.Aliases...)
		p.Report(f)
	}, "ServiceMonitor"),
}

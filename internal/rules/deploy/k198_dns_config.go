package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var dnsConfig = rule.Rule{
	ID:       "TW-K198",
	Name:     "dns-config",
	Title:    "Every name is first looked up in the cluster",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "With the default `ndots: 5` a name such as api.example.com is tried below each search domain first: four questions to the cluster's DNS for one answer, each of which tells it who is asked.",
	Fix:      "Set `ndots` to 2 in `dnsConfig.options` where the program asks for many names outside, or write those with a dot at the end.",
	Refs:     refs(practice, "M33"),
	Aliases:  []string{"kube-linter:dnsconfig-options"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ names outside the cluster are looked up below each search domain first (ndots 5)
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  dnsConfig: {options: [{name: ndots, value: "2"}]}
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		options := w.PodSpec.Get("dnsConfig", "options")
		ndots := "5"
		for _, o := range options.Items() {
			if o.Get("name").String() != "ndots" {
				continue
			}
			if n, ok := o.Get("value").Int(); ok && n <= 2 {
				return
			}
			ndots = o.Get("value").String()
		}
		f := aggregated(w, options, "dnsConfig", "names outside the cluster are looked up below each search domain first (ndots %s)", ndots)
		f.Fix = &rule.Fix{Title: "set ndots to 2 in dnsConfig.options"}
		p.Report(f)
	}),
}

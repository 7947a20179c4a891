package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var hostAliases = rule.Rule{
	ID:       "TW-K195",
	Name:     "host-aliases",
	Title:    "Pod overrules DNS",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Entries in /etc/hosts send a name to an address that nobody who changes DNS knows of. They outlive the server they meant, and are a way to have a program talk to somebody else.",
	Fix:      "Give the address a name in DNS, or a Service of type ExternalName or without a selector.",
	Refs:     refs(practice, "M33"),
	Aliases:  []string{"trivy:KSV-0007", "kubesec:HostAliases"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostAliases:
# ^^^^^^^^^^^ the pod overrules DNS for db.example.com
  - {ip: 192.0.2.7, hostnames: [db.example.com]}
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {hostAliases: [], containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		aliases := w.PodSpec.Get("hostAliases")
		var names []string
		for _, a := range aliases.Items() {
			names = append(names, a.Get("hostnames").Strings()...)
		}
		if len(aliases.Items()) == 0 {
			return
		}
		f := aggregated(w, aliases, "hostAliases", "the pod overrules DNS for %s", verbList(names))
		f.Fix = &rule.Fix{Title: "give the address a name in DNS, or a Service"}
		p.Report(f)
	}),
}

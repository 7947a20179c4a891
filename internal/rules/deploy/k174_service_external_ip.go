package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var serviceExternalIP = rule.Rule{
	ID:       "TW-K174",
	Name:     "service-external-ip",
	Title:    "Service claims an address from outside the cluster",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Nothing checks who an external address belongs to: every node sends traffic for it to the pods of this Service, so a Service can take over the traffic of a DNS server or a cloud API (CVE-2020-8554). Clusters with the admission plug-in DenyServiceExternalIPs refuse it.",
	Fix:      "Remove `externalIPs`; use a load balancer, an Ingress or a Gateway.",
	Refs:     refs(cis, "1.2.3", nist, "4.4.2", practice, "M33"),
	Aliases:  []string{"trivy:KSV-0108"},
	Bad: []string{`
-- dns.yaml --
apiVersion: v1
kind: Service
metadata: {name: dns}
spec:
  externalIPs: [192.0.2.53, 192.0.2.54]
# ^^^^^^^^^^^ service dns takes the traffic of 192.0.2.53, 192.0.2.54, whoever they belong to
  ports: [{port: 53}]
`},
	Good: []string{`
-- dns.yaml --
apiVersion: v1
kind: Service
metadata: {name: dns}
spec: {externalIPs: [], type: LoadBalancer, ports: [{port: 53}]}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if at := o.Field("spec", "externalName"); o.APIVersion == "v1" && at.Exists() {
			f := finding(at, nil, "service %s is another name of %s", o.Name, at.String())
			f.Severity = rule.Info
			f.Fix = &rule.Fix{Title: "see that the name stays yours"}
			p.Report(f)
		}
		ips := o.Field("spec", "externalIPs")
		if o.APIVersion != "v1" || len(ips.Items()) == 0 {
			return
		}
		f := finding(ips, nil, "service %s takes the traffic of %s, whoever they belong to", o.Name, strings.Join(ips.Strings(), ", "))
		f.Fix = &rule.Fix{Title: "remove externalIPs and use a load balancer, an Ingress or a Gateway"}
		p.Report(f)
	}, "Service"),
}

package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var exposedService = rule.Rule{
	ID:       "TW-K033",
	Name:     "exposed-service",
	Title:    "Service opens a port to the outside by itself",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A LoadBalancer or NodePort is reachable without the TLS, authentication and logging that an Ingress or Gateway brings, and a load balancer is public unless an annotation says otherwise.",
	Fix:      "Use ClusterIP behind an Ingress or Gateway, or limit the callers by `loadBalancerSourceRanges`.",
	Refs: refs(nist, "4.4.2",
		practice, "M33", practice, "M82"),
	Aliases: []string{"kube-linter:exposed-services", "kube-score:service-type", "kubescape:C-0256"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: LoadBalancer
#       ^^^^^^^^^^^^ service web is open to the outside as LoadBalancer
  ports: [{port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: debug}
spec: {type: NodePort, ports: [{port: 80}]}
#            ^^^^^^^^ service debug is open to the outside as NodePort
---
apiVersion: v1
kind: Service
metadata: {name: partners}
spec:
  type: LoadBalancer
#       ^^^^^^^^^^^^ service partners is open as LoadBalancer, but not to everybody
  loadBalancerSourceRanges: [192.0.2.0/24]
  ports: [{port: 443}]
---
apiVersion: v1
kind: Service
metadata: {name: inner, annotations: {networking.gke.io/load-balancer-type: Internal}}
spec: {type: LoadBalancer, ports: [{port: 443}]}
#            ^^^^^^^^^^^^ service inner is open as LoadBalancer, but not to everybody
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: fn}
spec: {type: LoadBalancer}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		for _, s := range r.Services() {
			if s.Type != "LoadBalancer" && s.Type != "NodePort" {
				continue
			}
			f := finding(s.Object.Field("spec", "type"), nil, "service %s is open to the outside as %s", s.Object.Name, s.Type)
			if restricted(s.Object) || internalOnly(s.Object) {
				f = finding(s.Object.Field("spec", "type"), nil, "service %s is open as %s, but not to everybody", s.Object.Name, s.Type)
				f.Severity = rule.Info
			}
			if s.Type != "NodePort" {
				f.Aliases = []string{"kube-linter:exposed-services", "kubescape:C-0256"}
			}
			f.Fix = &rule.Fix{Title: "use ClusterIP behind an Ingress or Gateway, or set loadBalancerSourceRanges"}
			p.Report(f)
		}
	}),
}

// restricted reports whether a load balancer is limited to some callers.
func restricted(service *manifest.Object) bool {
	ranges := service.Field("spec", "loadBalancerSourceRanges").Strings()
	for _, r := range ranges {
		if r == "0.0.0.0/0" || r == "::/0" {
			return false
		}
	}
	return len(ranges) > 0
}

// internalOnly reports whether an annotation of the cloud keeps a load balancer in
// the private network.
func internalOnly(service *manifest.Object) bool {
	for name, value := range service.Annotations() {
		switch name {
		case "service.beta.kubernetes.io/aws-load-balancer-internal", "service.beta.kubernetes.io/azure-load-balancer-internal",
			"service.beta.kubernetes.io/aws-load-balancer-scheme", "networking.gke.io/load-balancer-type", "cloud.google.com/load-balancer-type":
			if strings.EqualFold(value, "internal") || value == "true" {
				return true
			}
		}
	}
	return false
}

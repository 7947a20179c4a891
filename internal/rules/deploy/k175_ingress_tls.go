package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var ingressTLS = rule.Rule{
	ID:       "TW-K175",
	Name:     "ingress-tls",
	Title:    "Ingress without TLS",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What an Ingress serves without TLS, sessions and passwords too, is read and changed by whoever sits on the way.",
	Fix:      "Name the hosts and the Secret of their certificate in `spec.tls`; cert-manager keeps such Secrets by itself.",
	Refs:     refs(nist, "4.4.2", practice, "M33", practice, "M82"),
	Aliases:  []string{"kubescape:C-0263", "polaris:tlsSettingsMissing"},
	Bad: []string{`
-- web.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
^^^^ ingress web has no TLS
  rules: [{host: shop.example.com}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: two}
spec:
  tls: [{hosts: [shop.example.com, "*.shop.example.com"], secretName: shop}]
  rules:
  - host: shop.example.com
  - host: api.shop.example.com
  - host: pay.example.com
#         ^^^^^^^^^^^^^^^ ingress two has TLS, but not for pay.example.com
`},
	Good: []string{`
-- web.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  tls: [{secretName: default}]
  rules: [{host: shop.example.com}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: alb
  annotations: {alb.ingress.kubernetes.io/certificate-arn: "arn:aws:acm:eu-central-1:1:certificate/2"}
spec: {rules: [{host: shop.example.com}]}
---
apiVersion: networking.internal.knative.dev/v1alpha1
kind: Ingress
metadata: {name: kn}
spec: {rules: [{hosts: [shop.example.com]}]}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if !isIngress(o) || certifiedElsewhere(o) {
			return
		}
		fix := &rule.Fix{Title: "name the hosts and the Secret of their certificate in spec.tls"}
		tls := o.Field("spec", "tls")
		if len(tls.Items()) == 0 {
			f := finding(tls, nil, "ingress %s has no TLS", o.Name)
			f.Fix = fix
			p.Report(f)
			return
		}
		for _, r := range o.Field("spec", "rules").Items() {
			if host := r.Get("host"); host.String() != "" && !encrypted(tls, host.String()) {
				f := finding(host, nil, "ingress %s has TLS, but not for %s", o.Name, host.String())
				f.Key += "." + host.String()
				f.Severity = rule.Low
				f.Aliases = []string{}
				f.Fix = fix
				p.Report(f)
			}
		}
	}, "Ingress"),
}

func isIngress(o *manifest.Object) bool {
	return o.Kind == "Ingress" && (o.Group() == "networking.k8s.io" || o.Group() == "extensions")
}

// certifiedElsewhere reports whether the cloud's load balancer has the
// certificate, by an annotation.
func certifiedElsewhere(o *manifest.Object) bool {
	for name := range o.Annotations() {
		switch name {
		case "alb.ingress.kubernetes.io/certificate-arn", "networking.gke.io/managed-certificates",
			"ingress.gcp.kubernetes.io/pre-shared-cert", "networking.gke.io/certmap", "appgw.ingress.kubernetes.io/appgw-ssl-certificate":
			return true
		}
	}
	return false
}

// encrypted reports whether an entry is for the host. One without hosts is for
// all, and a star stands for one label.
func encrypted(tls manifest.Field, host string) bool {
	for _, t := range tls.Items() {
		hosts := t.Get("hosts").Strings()
		if len(hosts) == 0 {
			return true
		}
		for _, h := range hosts {
			_, parent, _ := strings.Cut(host, ".")
			if h == host || h == "*."+parent {
				return true
			}
		}
	}
	return false
}

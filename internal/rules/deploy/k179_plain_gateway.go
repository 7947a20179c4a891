package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var plainGateway = rule.Rule{
	ID:       "TW-K179",
	Name:     "plain-gateway",
	Title:    "Gateway takes requests without TLS",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Requests that come in as plain HTTP are read and changed by whoever sits on the way. A listener for HTTP is needed for one thing only: to send the browser to HTTPS.",
	Fix:      "Serve HTTPS, and have the HTTP listener redirect: `tls.httpsRedirect: true` with Istio, an HTTPRoute with a RequestRedirect filter with the Gateway API.",
	Refs:     refs(nist, "4.4.2", practice, "M33", practice, "M82"),
	Bad: []string{`
-- gateway.yaml --
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  listeners:
  - name: web
    port: 80
    protocol: HTTP
#             ^^^^ gateway public takes requests on port 80 without TLS, and serves nothing with it
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: mesh}
spec:
  servers:
  - hosts: ["*"]
    port: {number: 80, name: http, protocol: HTTP}
#                                            ^^^^ gateway mesh takes requests on port 80 without TLS, and serves nothing with it
`},
	Good: []string{`
-- gateway.yaml --
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  listeners:
  - {name: web, port: 80, protocol: HTTP}
  - {name: tls, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: web}]}}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: mesh}
spec:
  servers:
  - {hosts: ["*"], port: {number: 80, name: http, protocol: HTTP}, tls: {httpsRedirect: true}}
  - {hosts: ["*"], port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: web}}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		var plain, protocol manifest.Field
		entries, istio := o.Field("spec", "listeners").Items(), o.Group() == "networking.istio.io"
		if istio {
			entries = o.Field("spec", "servers").Items()
		} else if o.Group() != "gateway.networking.k8s.io" {
			return
		}
		for _, e := range entries {
			at, port := e.Get("protocol"), e.Get("port")
			if istio {
				at, port = e.Get("port", "protocol"), e.Get("port", "number")
			}
			switch strings.ToUpper(at.String()) {
			case "HTTPS", "TLS":
				return // the other listener may redirect to it
			case "HTTP", "HTTP2", "GRPC":
				if redirect, _ := e.Get("tls", "httpsRedirect").Bool(); !redirect && !plain.Exists() {
					plain, protocol = port, at
				}
			}
		}
		if !plain.Exists() {
			return
		}
		f := finding(protocol, nil, "gateway %s takes requests on port %s without TLS, and serves nothing with it", o.Name, plain.String())
		f.Key += "." + plain.String()
		f.Fix = &rule.Fix{Title: "serve HTTPS, and have the HTTP listener redirect to it"}
		p.Report(f)
	}, "Gateway"),
}

package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var ingressSnippet = rule.Rule{
	ID:       "TW-K176",
	Name:     "ingress-snippet",
	Title:    "Ingress brings its own nginx configuration",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A snippet is written into the configuration of the ingress controller as it is. Whoever may edit an Ingress reads the controller's token by it, and with that all TLS keys and secrets of the cluster (CVE-2021-25742); ingress-nginx has it switched off by default since 1.9.",
	Fix:      "Use the annotations made for the purpose (headers, rewrites, limits), and leave `allow-snippet-annotations` off.",
	Refs:     refs(nist, "4.4.2", practice, "M33", practice, "M43"),
	Aliases:  []string{"checkov:CKV_K8S_152", "checkov:CKV_K8S_153", "checkov:CKV_K8S_154"},
	Bad: []string{`
-- web.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/configuration-snippet: "more_set_headers 'x: y';"
#                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^ ingress web brings its own nginx configuration
    nginx.ingress.kubernetes.io/server-snippet: "content_by_lua_block { ngx.say(1) }"
#                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ingress web runs Lua in the ingress controller
    nginx.ingress.kubernetes.io/auth-snippet: "location /x { alias /var/run/secrets/; }"
#                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ingress web serves files of the ingress controller
spec: {tls: [{secretName: web}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ingress-nginx-controller}
data:
  allow-snippet-annotations: "true"
#                            ^^^^^^ every Ingress may bring its own nginx configuration
`},
	Good: []string{`
-- web.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: {nginx.ingress.kubernetes.io/rewrite-target: /, nginx.ingress.kubernetes.io/server-snippet: ""}
spec: {tls: [{secretName: web}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ingress-nginx-controller}
data: {allow-snippet-annotations: "false"}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		fix := &rule.Fix{Title: "remove the snippet; use the annotations made for the purpose"}
		if on := o.Field("data", "allow-snippet-annotations"); o.Kind == "ConfigMap" && on.String() == "true" {
			f := finding(on, nil, "every Ingress may bring its own nginx configuration")
			f.Aliases = []string{}
			f.Fix = &rule.Fix{Title: "set allow-snippet-annotations to \"false\""}
			p.Report(f)
		}
		if !isIngress(o) {
			return
		}
		for name, value := range o.Field("metadata", "annotations").Entries() {
			if !snippet(name) || value.String() == "" {
				continue
			}
			f := finding(value, nil, "ingress %s brings its own nginx configuration", o.Name)
			f.Aliases = []string{"checkov:CKV_K8S_153"}
			switch {
			case luaDirective.MatchString(value.String()):
				f.Message = "ingress " + o.Name + " runs Lua in the ingress controller"
				f.Severity = rule.High
				f.Aliases = append(f.Aliases, "checkov:CKV_K8S_152")
			case aliasDirective.MatchString(value.String()):
				f.Message = "ingress " + o.Name + " serves files of the ingress controller"
				f.Severity = rule.High
				f.Aliases = append(f.Aliases, "checkov:CKV_K8S_154")
			}
			f.Fix = fix
			p.Report(f)
		}
	}, "Ingress", "ConfigMap"),
}

// The directives that the checks for CVE-2021-25742 are about.
var (
	luaDirective   = lazyregexp.New(`\blua_|_lua_|_lua\b`)
	aliasDirective = lazyregexp.New(`\balias\b`)
)

// snippet reports whether an annotation of ingress-nginx is configuration as it
// is. https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
func snippet(annotation string) bool {
	key, ok := strings.CutPrefix(annotation, "nginx.ingress.kubernetes.io/")
	return ok && strings.HasSuffix(key, "snippet")
}

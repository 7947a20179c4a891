package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var missingServiceAccount = rule.Rule{
	ID:       "TW-K204",
	Name:     "missing-service-account",
	Title:    "Service account that does not exist",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The cluster refuses pods of an account that does not exist: the Deployment is accepted, and stands at 0 replicas with the reason in an event.",
	Fix:      "Add the ServiceAccount, or correct its name or namespace.",
	Refs:     refs(practice, "M46"),
	Aliases:  []string{"kube-linter:non-existent-service-account", "kubescape:C-0307"},
	Bad: []string{`
-- kustomization.yaml --
resources: [web.yaml]
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: wbe
#                     ^^^ Pod web runs as service account wbe, which does not exist here
  containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
`},
	Good: []string{`
-- accounts/account.yaml --
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web, containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: shop}
spec: {serviceAccountName: default, containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		name := w.ServiceAccount()
		if name == "default" || strings.ContainsAny(name, "${}<>") || !lacking(p, w.Object, "ServiceAccount", name) {
			return
		}
		at := w.PodSpec.Get("serviceAccountName")
		if !at.Exists() {
			at = w.PodSpec.Get("serviceAccount")
		}
		f := aggregated(w, at, "serviceAccountName", "%s %s runs as service account %s, which does not exist here", w.Object.Kind, w.Object.Name, name)
		if !meantToBring(p, w.Object.Render, "ServiceAccount") {
			f.Severity = rule.Low
		}
		f.Fix = &rule.Fix{Title: "add the ServiceAccount, or correct its name or namespace"}
		p.Report(f)
	}),
}

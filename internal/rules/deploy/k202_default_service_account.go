package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var defaultServiceAccount = rule.Rule{
	ID:       "TW-K202",
	Name:     "default-service-account",
	Title:    "Pod without a service account of its own",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "All pods of a namespace that were given no account are one and the same to the API server, to a service mesh and to the cloud: what one of them is granted all have, and the audit log cannot tell them apart.",
	Fix:      "Give each application a ServiceAccount, and set `automountServiceAccountToken: false` on the default one.",
	Refs:     refs(cis, "5.1.5", nsa, nsaAccess, nist, "4.3.1", practice, "M45", practice, "M46"),
	Aliases:  []string{"kube-linter:default-service-account", "checkov:CKV_K8S_41", "kubesec:ServiceAccountName"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ Pod web runs as the default service account of its namespace
  containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: shop}
#                ^^^^^^^ the default service account hands its token to every pod that has no account of its own
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {serviceAccountName: web, containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default}
automountServiceAccountToken: false
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		for _, w := range r.Workloads() {
			if w.ServiceAccount() != "default" {
				continue
			}
			f := aggregated(w, w.PodSpec.Get("serviceAccountName"), "serviceAccountName", "%s %s runs as the default service account of its namespace", w.Object.Kind, w.Object.Name)
			mount, set := w.PodSpec.Get("automountServiceAccountToken").Bool()
			f.Aliases = some(map[string]bool{"kube-linter:default-service-account": mount || !set,
				"kubesec:ServiceAccountName": !w.PodSpec.Get("serviceAccountName").Exists()})
			f.Fix = &rule.Fix{Title: "give the application a ServiceAccount of its own"}
			p.Report(f)
		}
		for _, o := range r.Objects {
			if o.Kind != "ServiceAccount" || o.APIVersion != "v1" || o.Name != "default" {
				continue
			}
			if mount, set := o.Field("automountServiceAccountToken").Bool(); set && !mount {
				continue
			}
			f := finding(o.Field("metadata", "name"), nil, "the default service account hands its token to every pod that has no account of its own")
			f.Aliases = []string{"checkov:CKV_K8S_41"}
			f.Fix = &rule.Fix{Title: "set automountServiceAccountToken: false"}
			p.Report(f)
		}
	}),
}

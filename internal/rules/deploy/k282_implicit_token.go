package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var implicitToken = rule.Rule{
	ID:       "TW-K282",
	Name:     "implicit-token",
	Title:    "Pod does not refuse its service account's token",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Whether a pod gets a token is decided in three places: the pod, the ServiceAccount, the API's default, which is yes. A pod that says no itself is safe whatever the others say. What certainly has no use for its token is [mounted-token](mounted-token.md)'s matter.",
	Fix:      "Set `automountServiceAccountToken: false` in the pod where the program does not ask the API server.",
	Refs:     refs(cis, "5.1.6", practice, "M47"),
	Aliases:  []string{"polaris:automountServiceAccountToken", "kubesec:AutomountServiceAccountToken"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ Pod web takes the token of its service account
  serviceAccountName: web
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {automountServiceAccountToken: false, containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: side}
spec: {serviceAccountName: side, containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: side}
automountServiceAccountToken: false
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		setting := w.PodSpec.Get("automountServiceAccountToken")
		if isFalse(setting) {
			return
		}
		account := serviceAccount(p, w.Object.Render, w.Object.Namespace, w.ServiceAccount())
		refused := account != nil && !setting.Exists() && isFalse(account.Field("automountServiceAccountToken"))
		if refused {
			return
		}
		f := finding(setting, nil, "%s takes the token of its service account", named(w.Object))
		f.Fix = &rule.Fix{Title: "set automountServiceAccountToken: false"}
		p.Report(f)
	}),
}

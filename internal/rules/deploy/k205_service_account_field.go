package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var serviceAccountField = rule.Rule{
	ID:       "TW-K205",
	Name:     "deprecated-service-account-field",
	Title:    "Service account by its old field",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "`serviceAccount` is an old name of `serviceAccountName`. Where both stand and differ, one of them is silently overruled; a policy that looks at the new one may not see the other.",
	Fix:      "Write `serviceAccountName`.",
	Refs:     refs(practice, "M72"),
	Aliases:  []string{"kube-linter:deprecated-service-account-field", "kubescape:C-0294", "kubeaudit:asat"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccount: web
#                 ^^^ the service account web is named by the old field serviceAccount
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {serviceAccountName: web, containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		old, name := w.PodSpec.Get("serviceAccount"), w.PodSpec.Get("serviceAccountName")
		if old.String() == "" {
			return
		}
		f := aggregated(w, old, "serviceAccount", "the service account %s is named by the old field serviceAccount", old.String())
		switch {
		case old.String() == name.String():
			f.Message = "the service account " + name.String() + " is named by the old field serviceAccount as well, as clusters write it"
			f.Severity = rule.Info
		case name.Exists():
			f.Message += ", and another by serviceAccountName: " + name.String()
			f.Severity = rule.Medium
		}
		f.Aliases = aliases("kube-linter:deprecated-service-account-field", "kubescape:C-0294").when(!name.Exists(), "kubeaudit:asat")
		f.Fix = &rule.Fix{Title: "write serviceAccountName"}
		if !name.Exists() {
			f.Fix.Field, f.Fix.Write = w.PodSpec, func() []source.Edit { return old.RenameKey("serviceAccountName") }
		}
		p.Report(f)
	}),
}

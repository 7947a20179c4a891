package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noEmailAnnotation = rule.Rule{
	ID:       "TW-K161",
	Name:     "no-email-annotation",
	Title:    "Workload without an address to write to",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Whoever finds a workload in trouble should not have to look for a person.",
	Fix:      "Add an annotation such as `email: team-shop@example.com`.",
	Refs:     refs(practice, "M68"),
	Aliases:  []string{"kube-linter:required-annotation-email"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: {email: nobody}
# ^^^^^^^^^^^ no annotation says whom to write to about Pod web
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {email: team-shop@example.com}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: eachUnlabelled("annotations", "add an annotation such as email: team-shop@example.com", func(_ *rule.Pass, annotations map[string]string) bool {
		for k, v := range annotations {
			name, host, ok := strings.Cut(v, "@")
			if strings.Contains(k, "email") && ok && name != "" && strings.Contains(strings.TrimLeft(host, "."), ".") {
				return true
			}
		}
		return false
	}, "no annotation says whom to write to about %s"),
}

package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var duplicateEnv = rule.Rule{
	ID:       "TW-K169",
	Name:     "duplicate-env",
	Title:    "Environment variable that is set twice",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The last one counts, and which of them survives the next apply is chance: server-side apply refuses such a list, and a merge by name drops one of the two.",
	Fix:      "Keep the one that is meant.",
	Refs:     refs(practice, "M33"),
	Aliases:  []string{"kube-linter:duplicate-env-var", "kube-score:environment-variable-key-duplication"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    env:
    - {name: MODE, value: test}
    - {name: LEVEL, value: info}
    - {name: MODE, value: live}
#            ^^^^ container web sets MODE twice; the last one counts
    - {name: MODE, value: live}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers: [{name: first, image: "example.com/first:1", env: [{name: MODE, value: test}]}]
  containers: [{name: web, image: "example.com/web:1", env: [{name: MODE, value: test}, {name: mode, value: test}]}]
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		env := c.Field.Get("env").Items()
		if len(env) < 2 {
			return
		}
		first, told := map[string]manifest.Field{}, map[string]bool{}
		for _, e := range env {
			name := e.Get("name")
			before, twice := first[name.String()]
			if !twice {
				first[name.String()] = name
				continue
			}
			if told[name.String()] || name.String() == "" {
				continue
			}
			told[name.String()] = true
			f := finding(name, c, "%s sets %s twice; the last one counts", who(c), name.String())
			if at := before.Span(); at.Valid() {
				f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: at, Message: "set before"})
			}
			f.Key += "(" + name.String() + ")"
			f.Fix = &rule.Fix{Title: "keep the one that is meant"}
			p.Report(f)
		}
	}),
}

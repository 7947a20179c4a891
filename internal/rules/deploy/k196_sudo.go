package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var sudoAtStart = rule.Rule{
	ID:       "TW-K196",
	Name:     "sudo-in-entrypoint",
	Title:    "Container starts by sudo",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "sudo in an image is a way to become root that everything in the container can take. It works only as long as privilege escalation is allowed.",
	Fix:      "Start the program as the user that it needs (`runAsUser`), and give it the one capability it lacks.",
	Refs:     refs(nist, "4.4.3", practice, "M52"),
	Aliases:  []string{"kubescape:C-0062"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    command: [sudo, -E, /app]
#             ^^^^ container web starts by sudo
  - name: side
    image: example.com/side:1
    command: [sh, -c]
    args: ["chown x /y; sudo -u x /app"]
#                       ^^^^ container side starts by sudo
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.com/web:1", command: [/app, --sudoers=no], args: [pseudo]}
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		for _, field := range []string{"command", "args"} {
			for i, item := range c.Field.Get(field).Items() {
				text := item.String()
				if !strings.Contains(text, "sudo") || !sudoWord.MatchString(text) || field == "args" && i > 0 && !strings.ContainsAny(text, " \n") {
					continue
				}
				f := finding(item, c, "%s starts by sudo", who(c))
				f.At = narrow(f.At, "sudo")
				f.Key = key(c.Field.Get(field).Path(), c) + ".sudo"
				if field == "args" {
					f.Aliases = []string{} // the other check reads the command
				}
				f.Fix = &rule.Fix{Title: "set runAsUser, and give it the one capability it lacks"}
				p.Report(f)
				return
			}
		}
	}),
}

var sudoWord = lazyregexp.New(`(?:^|[\s;&|(/])sudo(?:\s|$)`)

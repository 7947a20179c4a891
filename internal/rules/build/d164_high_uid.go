package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var highUID = rule.Rule{
	ID:       "TW-D164",
	Name:     "high-uid",
	Title:    "User with a high number is created without -l",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "`useradd` writes the new user into `/var/log/lastlog` and `faillog` at the place of its number. These files are sparse on disk and not in a layer: a user with the number of a company directory makes an image of gigabytes that takes minutes to pull and to scan.",
	Fix:      "Add `-l` (`--no-log-init`): `useradd -l -u 1234567 app`.",
	Refs:     refs(nist, "4.1.2", practice, "M8"),
	Aliases:  []string{"hadolint:DL3046"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN groupadd -g 123456 app && useradd -g app -u 123456 app
#                                            ^^ useradd of user number 123456 without -l makes a large layer
RUN useradd --uid=123456 app
#           ^^^^^^^^^^^^ useradd of user number 123456 without -l makes a large layer
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN useradd -u 12345 app; useradd -lu 123456 app; useradd --no-log-init -u 1234567 app
RUN adduser -u 123456 app; useradd -u $ID app; useradd app
`},
	Check: rule.EachRun(checkHighUID),
}

// longUID is how many digits a number has that makes the login records large.
const longUID = 6

func checkHighUID(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		if c.Name != "useradd" {
			continue
		}
		a, _ := created(c)
		if a.short || len(a.id.Value) < longUID || strings.Trim(a.id.Value, "0123456789") != "" {
			continue
		}
		p.Report(rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, run.Instruction.Stage),
			Message:  fmt.Sprintf("useradd of user number %s without -l makes a large layer", a.id.Value),
			At:       a.id.At,
			Subject:  stageSubject(run.Instruction.Stage),
			Key:      a.id.Value,
			Fix:      &rule.Fix{Title: "add -l: useradd -l …"},
		})
	}
}

package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// The checks of other tools for commands that are not in JSON form.
const (
	hadolintJSON = "hadolint:DL3025"
	buildkitJSON = "buildkit:JSONArgsRecommended"
	kicsJSON     = "kics:not-using-json-in-cmd-and-entrypoint-arguments"
	semgrepJSON  = "semgrep:prefer-json-notation"
)

var shellForm = rule.Rule{
	ID:       "TW-D177",
	Name:     "shell-form",
	Title:    "CMD or ENTRYPOINT runs through a shell",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without JSON form `/bin/sh -c` is the first process. It passes no signals on: the program is killed instead of stopped, after ten seconds of waiting, and loses what it had not written. It also needs a shell in the image, and expands whatever the environment brings. Where a SHELL is set, that is taken as intended.",
	Fix:      "Write `CMD [\"app\", \"--flag\"]`. Where a shell is needed, say so: `SHELL [\"/bin/bash\", \"-c\"]` above, or an entrypoint script that ends in `exec \"$@\"`.",
	Refs:     refs(practice, "M2", practice, "M28"),
	Aliases:  []string{hadolintJSON, buildkitJSON, kicsJSON, semgrepJSON},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
CMD nginx -g "daemon off;"
#   ^^^^^ nginx is run by /bin/sh -c, which passes no signals on
`, `
-- Dockerfile --
FROM debian:12
ENTRYPOINT /usr/bin/app --listen=0.0.0.0:80
#          ^^^^^^^^^^^^ /usr/bin/app is run by /bin/sh -c, which passes no signals on
`, `
-- Dockerfile --
FROM debian:12
CMD ['node', 'app.js']
#   ^^^^^^^^ this is no JSON, so /bin/sh -c runs it as it stands; strings need double quotes
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 AS base
SHELL ["/bin/bash", "-c"]
FROM base
CMD app --flag
FROM debian:12
ENTRYPOINT ["/usr/bin/app"]
CMD []
HEALTHCHECK CMD curl -f http://localhost
ONBUILD CMD app
`},
	Check: rule.EachInstruction(checkShellForm, "CMD", "ENTRYPOINT"),
}

func checkShellForm(p *rule.Pass, in *dockerfile.Instruction) {
	if in.JSON || in.OnBuild || shellSet(in) != nil {
		return
	}
	first := dockerfile.Word{At: in.KeywordAt, Value: "nothing"}
	if len(in.Args) > 0 {
		first = in.Args[0]
	}
	f := rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, in.Stage),
		Message:  first.Value + " is run by /bin/sh -c, which passes no signals on",
		At:       first.At, Subject: stageSubject(in.Stage), Key: in.Keyword,
		Fix: &rule.Fix{Title: fmt.Sprintf(`write it in JSON form: %s ["program", "argument"]`, in.Keyword)},
	}
	switch {
	case strings.HasPrefix(first.Text, "["):
		f.Severity = stageSeverity(rule.Medium, in.Stage)
		f.Message = "this is no JSON, so /bin/sh -c runs it as it stands; strings need double quotes"
		f.Fix.Title = "put every string into double quotes and separate them by commas"
	case alone(in):
		f.Fix.Edits = execForm(in.Args)
	}
	p.Report(f)
}

// alone reports whether of CMD and ENTRYPOINT only one is written: with both,
// the form of each changes what the other one means.
func alone(in *dockerfile.Instruction) bool {
	other := "CMD"
	if in.Keyword == "CMD" {
		other = "ENTRYPOINT"
	}
	for _, s := range chain(in.Stage) {
		for _, i := range s.Instructions {
			if i.Keyword == other && !i.OnBuild {
				return false
			}
		}
	}
	return true
}

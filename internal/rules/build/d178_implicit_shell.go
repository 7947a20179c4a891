package build

import (
	"encoding/json"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var implicitShell = rule.Rule{
	ID:       "TW-D178",
	Name:     "implicit-shell",
	Title:    "Command is not in JSON form",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A command in JSON form says which program runs, shell or not, and works in images without one. This holds for HEALTHCHECK and for commands below a SHELL too, where the other form is no fault.",
	Fix:      "Write `HEALTHCHECK CMD [\"app\", \"--check\"]`, and `[\"/bin/sh\", \"-c\", \"…\"]` where a shell is needed.",
	Refs:     refs(practice, "M2"),
	Aliases:  []string{hadolintJSON, kicsJSON, semgrepJSON},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
SHELL ["/bin/bash", "-c"]
HEALTHCHECK --interval=5m CMD curl -f http://localhost/ || exit 1
#                             ^^^^ the command of HEALTHCHECK is not in JSON form
CMD app $FLAGS
#   ^^^ the command of CMD is not in JSON form
`, `
-- Dockerfile --
FROM debian:12
healthcheck cmd app --check
#               ^^^ the command of HEALTHCHECK is not in JSON form
ONBUILD ENTRYPOINT app
#                  ^^^ the command of ENTRYPOINT is not in JSON form
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
HEALTHCHECK NONE
CMD app
FROM debian:12
HEALTHCHECK --interval=5m CMD ["curl", "-f", \
   "http://localhost/"]
`},
	Check: rule.EachInstruction(checkImplicitShell, "CMD", "ENTRYPOINT", "HEALTHCHECK"),
}

func checkImplicitShell(p *rule.Pass, in *dockerfile.Instruction) {
	args, aliases := in.Args, []string{hadolintJSON, kicsJSON, semgrepJSON}
	switch {
	case in.JSON || in.Stage == nil:
		return
	case in.Keyword == "HEALTHCHECK":
		if len(args) < 2 || !strings.EqualFold(args[0].Text, "CMD") {
			return
		}
		if args = args[1:]; jsonList(words(args)) {
			return
		}
		aliases = aliases[:1]
	case len(args) == 0 || !in.OnBuild && shellSet(in) == nil:
		return
	case in.OnBuild:
		aliases = aliases[:1]
	}
	f := rule.Finding{
		Message: "the command of " + in.Keyword + " is not in JSON form", At: args[0].At,
		Subject: stageSubject(in.Stage), Key: in.Keyword, Aliases: aliases,
		Fix: &rule.Fix{Title: `write it in JSON form: ["program", "argument"]`},
	}
	if in.Keyword == "HEALTHCHECK" && !windowsBase(rootStage(in.Stage).Base) && shellSet(in) == nil {
		f.Fix.Edits = execForm(args)
	}
	p.Report(f)
}

// jsonList reports whether a text is a JSON array of strings.
func jsonList(text string) bool {
	var list []string
	return strings.HasPrefix(text, "[") && json.Unmarshal([]byte(text), &list) == nil
}

package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var chownFlag = rule.Rule{
	ID:       "TW-D163",
	Name:     "chown-flag",
	Title:    "Files are given to the user that runs the program",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "What `--chown` gives to the running user, that user can change: a flaw in the program is enough to replace the program itself. Programs and their libraries are better left to root and only readable; folders for data are what the user needs to own.",
	Fix:      "Take `--chown` off where the program only reads, and keep it for folders that it writes to.",
	Refs:     refs(practice, "M22", practice, "M54"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
COPY --chown=1000:1000 . /app
#    ^^^^^^^^^^^^^^^^^ COPY gives the files to 1000:1000, who can then change them
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
COPY --chown=0:0 . /app
COPY --chmod=755 x /app/
ADD --chown=root x /app/
`},
	Check: rule.EachInstruction(checkChown, "COPY", "ADD"),
}

func checkChown(p *rule.Pass, in *dockerfile.Instruction) {
	flag, ok := in.Flag("chown")
	if !ok || flag.Value == "" || isRoot(userPart(flag.Value)) {
		return
	}
	p.Report(rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, in.Stage),
		Message:  fmt.Sprintf("%s gives the files to %s, who can then change them", in.Keyword, flag.Value),
		At:       flag.At,
		Subject:  stageSubject(in.Stage),
		Key:      flag.Value,
		Fix:      &rule.Fix{Title: "leave programs to root, and give away only what the program writes to"},
	})
}

package build

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var shellLink = rule.Rule{
	ID:       "TW-D184",
	Name:     "shell-link",
	Title:    "/bin/sh is replaced by a link",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Every script of the distribution then runs in another shell than it was written and tested for, in the build and in the running container, and an upgrade of the shell package turns the link back.",
	Fix:      "`SHELL [\"/bin/bash\", \"-c\"]` changes the shell of the build alone.",
	Refs:     refs(practice, "M2"),
	Aliases:  []string{"hadolint:DL4005"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN rm /bin/sh && ln -s /bin/bash /bin/sh
#                                 ^^^^^^^ ln replaces /bin/sh for everything in the image
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
SHELL ["/bin/bash", "-c"]
RUN ln -s /bin/true /bin/shutdown && echo /bin/sh
`},
	Check: rule.EachRun(checkShellLink),
}

func checkShellLink(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		if c.Name != "ln" || c.Inner {
			continue
		}
		i := slices.IndexFunc(c.Args, func(w dockerfile.Word) bool { return w.Value == "/bin/sh" })
		if i < 0 {
			continue
		}
		f := rule.Finding{
			Message: "ln replaces /bin/sh for everything in the image", At: c.Args[i].At,
			Subject: stageSubject(run.Instruction.Stage), Key: "/bin/sh",
			Fix: &rule.Fix{Title: `write SHELL ["/bin/bash", "-c"] instead`},
		}
		if written(c) != "ln" {
			f.Aliases = []string{}
		}
		p.Report(f)
	}
}

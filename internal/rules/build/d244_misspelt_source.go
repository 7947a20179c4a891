package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var misspeltSource = rule.Rule{
	ID:       "TW-D244",
	Name:     "misspelt-source",
	Title:    "Copied file does not exist, one of nearly the same name does",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The build ends with \"not found\", at the latest on a file system that knows upper from lower case, on which the author's may not be. Files that are made before the build are not meant: only where a name differs in case or in one letter from one that exists there is a finding, and only where the build context is certain.",
	Fix:      "Write the name of the file that exists.",
	Refs:     refs(practice, "M27"),
	Bad: []string{`
-- Dockerfile --
FROM python:3.13.1
COPY requirments.txt app.py ./
#    ^^^^^^^^^^^^^^^ requirments.txt is not in the build context; requirements.txt is
COPY src/Main.py conf/nginx.cnf /app/
#    ^^^^^^^^^^^ src/Main.py is not in the build context; src/main.py is
#                ^^^^^^^^^^^^^^ conf/nginx.cnf is not in the build context; conf/nginx.conf is
-- requirements.txt --
-- app.py --
-- src/main.py --
-- conf/nginx.conf --
`},
	Good: []string{`
-- Dockerfile --
FROM python:3.13.1 AS build
COPY app.py server-2.jar libs target/app.jar Makefiles/x ./
COPY --from=build /apps.py vendor/x $X ./
-- app.py --
-- server-1.jar --
-- lib/x --
-- target.txt --
`, `
-- app/Dockerfile --
FROM python:3.13.1
COPY requirments.txt ./
-- app/requirements.txt --
`},
	Check: rule.EachInstruction(checkMisspeltSource, "COPY", "ADD"),
}

func checkMisspeltSource(p *rule.Pass, in *dockerfile.Instruction) {
	for _, c := range in.FromContext {
		if c.Near == "" || c.Ignored || !in.Stage.File.Context.Certain {
			continue
		}
		p.Report(rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, in.Stage),
			Message:  fmt.Sprintf("%s is not in the build context; %s is", c.Path, c.Near),
			At:       c.Word.At,
			Subject:  stageSubject(in.Stage),
			Key:      c.Path,
			Fix:      &rule.Fix{Title: "write " + c.Near},
		})
	}
}

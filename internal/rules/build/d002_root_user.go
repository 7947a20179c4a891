package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var rootUser = rule.Rule{
	ID:       "TW-D002",
	Name:     "root-user",
	Title:    "Final stage runs as root",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A process that runs as root in the container is root for the kernel too. One flaw in the runtime, one mounted socket or host path, and it owns the node. Few services need it: ports from 1024 on, and since Linux 4.11 with the default container settings the lower ones too, can be opened by any user.",
	Fix:      "End the final stage with a numeric user: `USER 65532`. Where a step must be root, go back to the user after it.",
	Refs:     refs(cis, "4.1", nist, "4.1.2", practice, "M8"),
	Aliases:  []string{"hadolint:DL3002", "trivy:DS-0002", "checkov:CKV_DOCKER_8"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
USER 65532
RUN true
USER root
#    ^^^^ the image runs as root
`, `
-- Dockerfile --
FROM debian:12 AS base
USER 0:0
#    ^^^ the image runs as root, inherited from stage base
FROM base
COPY . /app
`, `
-- Dockerfile --
ARG RUN_AS=0
FROM debian:12
ARG RUN_AS
USER ${RUN_AS}
#    ^^^^^^^^^ the image runs as root
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
USER root
RUN go build -o /app .
FROM debian:12
USER root
COPY --from=build /app /app
USER 65532:0
`, `
-- Dockerfile --
FROM debian:12
USER ${RUN_AS}
`},
	Check: rule.EachFinalStage(checkRootUser),
}

func checkRootUser(p *rule.Pass, s *dockerfile.Stage) {
	user := s.Config.User.By
	if user == nil || s.Config.User.Trigger != "" || s.Config.Root() != dockerfile.Yes {
		return // what the base image decides is another rule's
	}
	f := rule.Finding{
		Message: "the image runs as root",
		At:      user.Args[0].At,
		Subject: stageSubject(s),
		Key:     "USER",
		Fix:     &rule.Fix{Title: "name a numeric user that is not 0 in the last USER: USER 65532"},
	}
	if user.Stage != s {
		f.Message += fmt.Sprintf(", inherited from %s", stageSubject(user.Stage))
		f.Related = []source.Related{{At: s.From.Span, Message: "the final stage sets no user of its own"}}
	}
	p.Report(f)
}

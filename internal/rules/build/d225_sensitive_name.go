package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var sensitiveVariable = rule.Rule{
	ID:       "TW-D225",
	Name:     "sensitive-name",
	Title:    "Name of a variable that other tools take for sensitive",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Some linters go by a part of the name alone: a user name, a path to a token, GOPRIVATE. Mostly such a variable holds nothing secret, and where its value or its whole name says that it does, `secret-literal` and `secret-variable` speak. This is for those who want the wider net.",
	Fix:      "Where it is a secret, mount it: `RUN --mount=type=secret,id=token,env=TOKEN …`. Otherwise leave it.",
	Refs:     refs(practice, "M20"),
	Aliases:  []string{"hadolint:DL3064", "trivy:DS-0031"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ENV GOPRIVATE=example.com DB_USERNAME=app
#   ^^^^^^^^^ ENV GOPRIVATE has a name that may be taken for that of a secret
#                         ^^^^^^^^^^^ ENV DB_USERNAME has a name that may be taken for that of a secret
ARG AZURE_CLIENT_ID
#   ^^^^^^^^^^^^^^^ ARG AZURE_CLIENT_ID has a name that may be taken for that of a secret
`},
	Good: []string{`
-- Dockerfile --
# secret-variable speaks of the token
FROM debian:12
ARG NPM_TOKEN VERSION=1
ENV PATH=/opt/bin
`},
	Check: rule.EachInstruction(func(p *rule.Pass, in *dockerfile.Instruction) {
		for _, pair := range in.Pairs {
			name := pair.Key.Value
			same := sameSecretName(in, name)
			if len(same) == 0 || in.Stage != nil && namesSecret(name) || judgedByValue(in.Keyword, pair) {
				continue
			}
			p.Report(rule.Finding{
				Message: fmt.Sprintf("%s %s has a name that may be taken for that of a secret", in.Keyword, name),
				At:      pair.Key.At, Subject: stageSubject(in.Stage), Key: name, Aliases: same,
				Fix: &rule.Fix{Title: "mount it where it is a secret: RUN --mount=type=secret"},
			})
		}
	}, "ARG", "ENV"),
}

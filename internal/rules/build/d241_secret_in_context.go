package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var secretInContext = rule.Rule{
	ID:       "TW-D241",
	Name:     "secret-in-context",
	Title:    "A copied folder holds files with credentials",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`COPY . .` takes whatever lies in the build context and is not listed in `.dockerignore`: the settings and keys of the machine that builds as well. The files that it would take here were looked at. Where one plainly holds a credential the finding is high, where only its name says so medium, for keys in folders of tests low.",
	Fix:      "List the files in `.dockerignore`, or copy the folders that are needed by name. Take what is secret out of the repository; a RUN that needs it mounts it: `RUN --mount=type=secret,id=…`.",
	Refs:     refs(cis, "4.10", nist, "4.1.4", practice, "M19", practice, "M20"),
	Bad: []string{`
-- Dockerfile --
FROM node:22.1.0
WORKDIR /app
COPY . .
#    ^ . takes .env along, which holds a GitHub token; deploy/id_rsa, which holds a private key
-- .env --
PORT=8080
TOKEN=ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX
-- deploy/id_rsa --
-----BEGIN OPENSSH PRIVATE KEY-----
-- app.js --
`, `
-- .dockerignore --
.env
-- Dockerfile --
FROM node:22.1.0
COPY . /app
#    ^ . takes conf/.env along, which holds settings with their secrets; conf/tls/server.key, which holds a private key
COPY co*/ /conf
#    ^^^^ co* takes conf/.env along, which holds settings with their secrets; conf/tls/server.key, which holds a private key
COPY --exclude=*.env conf /conf
#                    ^^^^ conf takes conf/tls/server.key along, which holds a private key
-- .env --
API_KEY=f8s7dfgh2kjh34
-- conf/.env --
DB_PASSWORD=hunter2
-- conf/tls/server.key --
MHcCAQEE
`, `
-- app/Dockerfile --
FROM golang:1.26 AS build
COPY . /src
#    ^ . takes key.pem along, which holds a private key
-- app/key.pem --
-----BEGIN PRIVATE KEY-----
-- app/go.mod --
`},
	Good: []string{`
-- .dockerignore --
**/.env
*.pem
secrets
-- Dockerfile --
FROM node:22.1.0
COPY . /app
COPY src/ /app
COPY .env.example package.json /app/
-- .env --
TOKEN=ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX
-- deploy/.env --
TOKEN=ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX
-- secrets/id_rsa --
-----BEGIN OPENSSH PRIVATE KEY-----
-- package.json --
-- src/.npmrc --
engine-strict=true
-- src/ca.pem --
-----BEGIN CERTIFICATE-----
-- src/app.key --
-----BEGIN PUBLIC KEY-----
-- .env.example --
TOKEN=ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX
-- src/.env --
PORT=8080
REGISTRY_TOKEN=
DB_PASSWORD=${DB_PASSWORD}
-- src/.ssh/known_hosts --
-- src/.ssh/id_rsa.pub --
`},
	Check: rule.EachInstruction(checkSecretInContext, "COPY", "ADD"),
}

func checkSecretInContext(p *rule.Pass, in *dockerfile.Instruction) {
	for _, c := range in.FromContext {
		if len(c.Delicate) == 0 || c.Ignored {
			continue
		}
		if what, _ := secretContent(c.Word.Value); what != "" {
			continue // secret-file speaks of sources that are named
		}
		found, severity := secretsAmong(c.Delicate)
		if len(found) == 0 {
			continue
		}
		reportSecretInContext(p, in, c, found, severity)
	}
}

func reportSecretInContext(p *rule.Pass, in *dockerfile.Instruction, c dockerfile.Copied, found []heldSecret, severity rule.Severity) {
	var names, phrases []string
	for i, s := range found {
		names = append(names, s.path)
		switch {
		case i == 0:
			phrases = append(phrases, fmt.Sprintf("%s along, which holds %s", s.path, s.what))
		case i < 3:
			phrases = append(phrases, fmt.Sprintf("%s, which holds %s", s.path, s.what))
		}
	}
	message := c.Path + " takes " + strings.Join(phrases, "; ")
	if more := len(found) - len(phrases); more > 0 {
		message += fmt.Sprintf("; and %d more", more)
	}
	if !in.Stage.File.Context.Certain && severity > rule.Medium {
		severity = rule.Medium // another folder may be the context
	}
	p.Report(rule.Finding{
		Severity: stageSeverity(severity, in.Stage),
		Message:  message,
		At:       c.Word.At,
		Subject:  stageSubject(in.Stage),
		Key:      strings.Join(names, ","), // a new file is a new finding, whatever was accepted before
		Fix:      &rule.Fix{Title: "list " + names[0] + " in .dockerignore, or copy what is needed by name"},
	})
}

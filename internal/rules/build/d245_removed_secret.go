package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var removedSecret = rule.Rule{
	ID:       "TW-D245",
	Name:     "removed-secret",
	Title:    "Secret is removed in a later layer than it came in",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Each instruction makes a layer, and removing a file in a later one only hides it: whoever pulls the image still has the layer with the file in it. Where the content of the file is known to be a credential, the finding is high.",
	Fix:      "Never let the file into a layer: `RUN --mount=type=secret,id=…,target=…` shows it to one RUN only. Or use it in a stage of its own and copy the result. Replace a secret that was in a pushed image.",
	Refs:     refs(cis, "4.10", nist, "4.1.4", practice, "M19", practice, "M20"),
	Bad: []string{`
-- Dockerfile --
FROM node:22.1.0
WORKDIR /app
COPY .npmrc package.json ./
COPY id_rsa /root/.ssh/id_rsa
RUN npm ci && rm -f .npmrc
#                   ^^^^^^ /app/.npmrc is removed here, but stays in the layer of line 3 with a registry's token where it needs one
RUN rm -rf ~/.ssh /var/lib/x
#          ^^^^^^ /root/.ssh/id_rsa is removed here, but stays in the layer of line 4 with a private key
`, `
-- Dockerfile --
FROM debian:12 AS base
WORKDIR /src
COPY . .
FROM base
RUN rm *.pem conf/.env
#      ^^^^^ /src/tls.pem is removed here, but stays in the layer of line 3 with a private key
#            ^^^^^^^^^ /src/conf/.env is removed here, but stays in the layer of line 3 with settings with their secrets
-- tls.pem --
-----BEGIN PRIVATE KEY-----
-- conf/.env --
DB_PASSWORD=hunter2
`, `
-- Dockerfile --
FROM python:3.13.1
RUN echo "machine x login y password $TOKEN" > ~/.netrc && npm config set //registry.example.com/:_authToken $T
RUN rm ~/.netrc $HOME/.npmrc
#      ^^^^^^^^ /root/.netrc is removed here, but stays in the layer of line 2 with credentials
#               ^^^^^^^^^^^^ /root/.npmrc is removed here, but stays in the layer of line 2 with a registry's token
`},
	Good: []string{`
-- Dockerfile --
FROM node:22.1.0 AS build
WORKDIR /app
COPY .npmrc ./
RUN npm ci
RUN rm .npmrc
FROM node:22.1.0
WORKDIR /app
RUN echo "x $TOKEN" > .npmrc && npm ci && rm .npmrc
RUN --mount=type=secret,id=npmrc,target=/app/.npmrc cat x > /app/.npmrc
RUN rm -rf .npmrc /etc/nginx/conf.d
COPY .env.example /app/
RUN rm .env.example
COPY .npmrc /app/
`},
	Check: rule.EachFinalStage(checkRemovedSecret),
}

func checkRemovedSecret(p *rule.Pass, s *dockerfile.Stage) {
	if !removes(s) {
		return
	}
	effects := effectsOf(s)
	for i, e := range effects {
		for _, secret := range secretsIn(e) {
			by := gone(effects, i, secret.path)
			if by == nil || by.step == e.step {
				continue
			}
			line := e.word.At.Start.Line
			p.Report(rule.Finding{
				Severity: secret.severity,
				Message:  fmt.Sprintf("%s is removed here, but stays in the layer of line %d with %s", secret.path, line, secret.what),
				At:       by.word.At,
				Related:  []source.Related{{At: e.word.At, Message: "it comes in here"}},
				Subject:  stageSubject(s),
				Key:      secret.path,
				Fix:      &rule.Fix{Title: "mount it for the RUN that needs it: RUN --mount=type=secret,id=…,target=" + secret.path},
			})
		}
	}
}

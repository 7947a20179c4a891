package build

import (
	"fmt"
	"path"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var carriedSecret = rule.Rule{
	ID:       "TW-D168",
	Name:     "carried-secret",
	Title:    "Secret of a build stage is carried into the final image",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A stage of its own keeps keys and tokens out of the image only as long as nobody copies the folder they lie in. `COPY --from=build /root …` or `/app` takes along what was copied or written there before. Where the content of the file is known to be a credential, the finding is high; the history of a repository (`.git`) is low.",
	Fix:      "Copy the files that are needed by name, use `--exclude`, and mount the secret in the build stage instead of writing it: `RUN --mount=type=secret,id=…`.",
	Refs:     refs(cis, "4.10", nist, "4.1.4", practice, "M7", practice, "M19"),
	Bad: []string{`
-- Dockerfile --
FROM node:22.1.0 AS build
WORKDIR /app
COPY .npmrc package.json ./
RUN echo "machine x password $T" > ~/.netrc && npm ci
FROM node:22.1.0
COPY --from=build /app /app
#                 ^^^^ /app takes /app/.npmrc of stage build along, which holds a registry's token where it needs one
COPY --from=build /root/ /root/
#                 ^^^^^^ /root/ takes /root/.netrc of stage build along, which holds credentials
`, `
-- Dockerfile --
FROM debian:12 AS src
WORKDIR /src
COPY . .
FROM src AS build
RUN git clone https://example.com/a/b.git lib/b
FROM debian:12
COPY --from=build /src /opt/src
#                 ^^^^ /src takes /src/deploy.key of stage build along, which holds a private key; and 1 more
COPY --from=build /src/lib* /opt/lib
#                 ^^^^^^^^^ /src/lib* takes /src/lib/b/.git of stage build along, which holds the history of a repository
-- deploy.key --
-----BEGIN PRIVATE KEY-----
`, `
-- Dockerfile --
FROM node:24 AS build
WORKDIR /src
COPY .git .git
RUN --mount=type=secret,id=t echo "token=$(cat /run/secrets/t)" > conf/.netrc
FROM node:24-slim
COPY --from=build /src /app
#                 ^^^^ /src takes /src/conf/.netrc of stage build along, which holds credentials; and 1 more
`},
	Good: []string{`
-- Dockerfile --
FROM node:22.1.0 AS build
WORKDIR /app
COPY .npmrc package.json ./
RUN --mount=type=secret,id=netrc,target=/root/.netrc npm ci && rm .npmrc
RUN git clone https://example.com/a/b.git /b && rm -rf /b/.git
COPY id_rsa /keys/
FROM node:22.1.0
COPY --from=build /app /app
COPY --from=build /b /root /x/
COPY --from=build --exclude=id_rsa /keys /keys
COPY --from=other /keys /keys2
`},
	Check: rule.EachFinalStage(checkCarriedSecret),
}

func checkCarriedSecret(p *rule.Pass, s *dockerfile.Stage) {
	known := map[*dockerfile.Stage][]leftSecret{}
	for _, st := range chain(s) {
		for _, in := range st.Instructions {
			if in.From == nil || in.From.Stage == nil || in.OnBuild || len(in.Args) < 2 {
				continue
			}
			from := in.From.Stage
			secrets, ok := known[from]
			if !ok {
				secrets = remaining(from)
				known[from] = secrets
			}
			for _, src := range in.Args[:len(in.Args)-1] {
				reportCarried(p, in, src, secrets)
			}
		}
	}
}

// remaining returns the secrets, and the histories of repositories, that lie in
// a stage when it is done.
func remaining(s *dockerfile.Stage) []leftSecret {
	var out []leftSecret
	effects := effectsOf(s)
	for i, e := range effects {
		found := secretsIn(e)
		if git := gitOf(e); git != "" {
			found = append(found, leftSecret{e, git, "the history of a repository", rule.Low})
		}
		for _, f := range found {
			if gone(effects, i, f.path) == nil {
				out = append(out, f)
			}
		}
	}
	return out
}

// reportCarried reports the worst of what a source takes along.
func reportCarried(p *rule.Pass, in *dockerfile.Instruction, src dockerfile.Word, secrets []leftSecret) {
	if what, _ := secretContent(src.Value); what != "" {
		return // secret-file speaks of sources that are named
	}
	taken := path.Clean("/" + src.Value)
	var worst *leftSecret
	more := 0
	for i := range secrets {
		if !covers(taken, secrets[i].path) || in.LeavesOut(src, secrets[i].path) {
			continue
		}
		if more++; worst == nil || secrets[i].severity > worst.severity {
			worst = &secrets[i]
		}
	}
	if worst == nil {
		return
	}
	f := rule.Finding{
		Severity: worst.severity,
		Message:  fmt.Sprintf("%s takes %s of %s along, which holds %s", src.Value, worst.path, stageSubject(in.From.Stage), worst.what),
		At:       src.At,
		Related:  []source.Related{{At: worst.effect.word.At, Message: "it comes in here"}},
		Subject:  stageSubject(in.Stage),
		Key:      worst.path,
		Fix:      &rule.Fix{Title: "copy what is needed by name, or leave it out: --exclude=" + path.Base(worst.path)},
	}
	if more > 1 {
		f.Message += fmt.Sprintf("; and %d more", more-1)
	}
	p.Report(f)
}

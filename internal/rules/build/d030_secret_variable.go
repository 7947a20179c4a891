package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var secretVariable = rule.Rule{
	ID:       "TW-D030",
	Name:     "secret-variable",
	Title:    "Secret is handed over in ARG or ENV",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What `--build-arg` gives to an ARG stands in the history of the image and in its provenance, and an ENV in its configuration, for everyone who can pull it. This judges the name only: where the value is a credential, `secret-literal` says so. Names that often hold something harmless, such as a `KEY`, are low.",
	Fix:      "Mount it for the one step that needs it, `RUN --mount=type=secret,id=token,env=TOKEN …`, and give it to the running container from the orchestrator.",
	Refs:     refs(cis, "4.10", nist, "4.1.4", practice, "M19", practice, "M20"),
	Aliases:  []string{"buildkit:SecretsUsedInArgOrEnv", "hadolint:DL3064", "trivy:DS-0031"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ARG NPM_TOKEN
#   ^^^^^^^^^ ARG NPM_TOKEN names a secret
ENV MODE=fast DB_PASSWORD=${DB_PASSWORD} API_KEY=changeme
#             ^^^^^^^^^^^ ENV DB_PASSWORD names a secret
#                                        ^^^^^^^ ENV API_KEY names a secret
ENV CACHE_KEY=web
#   ^^^^^^^^^ ENV CACHE_KEY names what may be a secret
`},
	Good: []string{`
-- Dockerfile --
ARG TOKEN
FROM debian:12
ARG PUBLIC_KEY TOKEN_FILE KEY_VERSION KEYBOARD TOKENIZERS_PARALLELISM AUTHOR
ENV DB_PASSWORD_FILE=/run/secrets/db
LABEL token=x
RUN --mount=type=secret,id=token,env=TOKEN make
`, `
-- Dockerfile --
# judged as secret-literal
FROM debian:12
ENV ADMIN_PASSWORD=wintergarden
`},
	Check: rule.EachInstruction(checkSecretVariable, "ARG", "ENV"),
}

// The words by which BuildKit takes a name for that of a secret, and those that
// make it harmless (https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/).
var (
	secretWord   = lazyregexp.New(`(?i)(_|^)(apikey|auth|credentials?|key|password|pword|passwd|secret|token)(_|$)`)
	harmlessWord = lazyregexp.New(`(?i)(_|^)(public|file|version)(_|$)`)
)

// namesSecret reports whether BuildKit's check finds a variable's name.
func namesSecret(name string) bool {
	return secretWord.MatchString(name) && !harmlessWord.MatchString(name)
}

func checkSecretVariable(p *rule.Pass, in *dockerfile.Instruction) {
	if in.Stage == nil { // those before the first FROM are in no image
		return
	}
	for _, pair := range in.Pairs {
		name := pair.Key.Value
		if !namesSecret(name) || judgedByValue(in.Keyword, pair) {
			continue
		}
		f := rule.Finding{
			Message: fmt.Sprintf("%s %s names a secret", in.Keyword, name),
			At:      pair.Key.At, Subject: stageSubject(in.Stage), Key: name,
			Severity: stageSeverity(p.Rule.Severity, in.Stage), Aliases: sameSecretName(in, name),
			Fix: &rule.Fix{Title: "mount it where it is needed: RUN --mount=type=secret,id=…,env=" + name},
		}
		if in.OnBuild { // BuildKit looks at it where it runs
			f.Aliases = []string{}
		}
		if !secretLike(name) {
			f.Message = fmt.Sprintf("%s %s names what may be a secret", in.Keyword, name)
			f.Severity = stageSeverity(rule.Low, in.Stage)
		}
		p.Report(f)
	}
}

// judgedByValue reports whether secret-literal speaks of the variable.
func judgedByValue(keyword string, pair dockerfile.Pair) bool {
	found := false
	checkSecretPair(keyword, pair, func(source.Span, rule.Severity, string, string, ...any) { found = true })
	return found
}

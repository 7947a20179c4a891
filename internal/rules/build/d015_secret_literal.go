package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var secretLiteral = rule.Rule{
	ID:       "TW-D015",
	Name:     "secret-literal",
	Title:    "Credential written in the Dockerfile",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever can read the repository or pull the image has the credential: ENV and ARG stand in the image's configuration and history, and a RUN's text and files stay in their layer even when a later one removes them. Values that are only suspected, by the name of their variable, are medium; passwords of the kind that local set-ups use are low.",
	Fix:      "Revoke the credential first: it has been published. Hand it to the build with `RUN --mount=type=secret,id=token …` and to the running container from the orchestrator.",
	Refs:     refs(cis, "4.10", nist, "4.1.4", practice, "M19", practice, "M20"),
	Aliases:  []string{"buildkit:SecretsUsedInArgOrEnv", "hadolint:DL3064", "trivy:DS-0031"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ENV APP=1 GITHUB=ghp_Zm9vYmFyYmF6cXV4Y29ycmdlZ3JhdWx0Z2Fy
#         ^^^^^^ ENV GITHUB holds a GitHub token
ARG DB_PASSWORD=Wq8pLr2Zt6Vb9Nx4Ks7M
#   ^^^^^^^^^^^ ARG DB_PASSWORD holds a secret
ENV ADMIN_PASSWORD=wintergarden
#   ^^^^^^^^^^^^^^ ENV ADMIN_PASSWORD seems to hold a secret
ENV MYSQL_ROOT_PASSWORD=password
#   ^^^^^^^^^^^^^^^^^^^ ENV MYSQL_ROOT_PASSWORD sets a well-known password
RUN git clone https://bot:k3yb04rdw4rr10r@git.example.com/x
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RUN holds a password in a URL
RUN login --user=bot --password=wintergarden
#                    ^^^^^^^^^^^^^^^^^^^^^^^ RUN --password seems to hold a secret
RUN curl -u bot:wintergarden https://example.com/x && curl -u "bot:${PASSWORD}" -H "Authorization: Bearer $TOKEN" https://example.com/y
#        ^^ RUN hands curl a credential
RUN <<EOF
cat <<KEY > /root/.ssh/id
^^^ RUN holds a private key
-----BEGIN OPENSSH PRIVATE KEY-----
KEY
EOF
COPY <<EOF /etc/x
AKIAZQ3DRSTUVWXY2345
^^^^^^^^^^^^^^^^^^^^ COPY holds an AWS access key
port = 80
db_password = "wintergarden"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^ COPY writes a secret, db_password
"api_key": "Wq8pLr2Zt6Vb9Nx4Ks7M",
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ COPY writes a secret, api_key
EOF
ENV APP_KEY=base64:Wq8pLr2Zt6Vb9Nx4Ks7MWq8pLr2Zt6Vb=
#   ^^^^^^^ ENV APP_KEY seems to hold a secret
LABEL url=https://bot:k3yb04rdw4rr10r@git.example.com/x
#     ^^^ LABEL url holds a password in a URL
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ARG GITHUB_TOKEN
ARG DB_PASSWORD=changeme
ENV AWS_KEY=AKIAIOSFODNN7EXAMPLE PASSWORD_FILE=/run/secrets/p TOKEN_TTL=3600s API_KEY=${API_KEY} SSH_AUTH_SOCK=/agent.sock
ENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D CACHE_KEY=deps-v1-linux-amd64-Release12 APP_KEY=${APP_KEY}
COPY <<EOF /etc/app.conf
password_file = /run/secrets/db
token: ${TOKEN}
secret_name = "database-credentials"
password = changeme
EOF
ENV SECRET_NAME=database-credentials AUTH_MODE=token PUBLIC_KEY=AAAAC3NzaC1lZDI1NTE5 TOKEN=""
RUN --mount=type=secret,id=token TOKEN=$(cat /run/secrets/token) curl -u user:$TOKEN https://user:${TOKEN}@example.com
`},
	Sensitive: true,
	Check:     rule.EachInstruction(checkSecretLiteral),
}

func checkSecretLiteral(p *rule.Pass, in *dockerfile.Instruction) {
	report := func(at source.Span, severity rule.Severity, key, format string, args ...any) {
		same := []string{}
		if (in.Keyword == "ARG" || in.Keyword == "ENV") && in.Stage != nil && !in.OnBuild && namesSecret(key) {
			same = p.Rule.Aliases
		}
		p.Report(rule.Finding{
			Aliases:  same,
			Severity: severity, Message: fmt.Sprintf(format, args...), At: at.FirstLine(), Subject: stageSubject(in.Stage), Key: key,
			Fix: &rule.Fix{Title: "revoke it, then hand it over with RUN --mount=type=secret or at run time"},
		})
	}
	for _, pair := range in.Pairs {
		checkSecretPair(in.Keyword, pair, report)
	}
	for _, d := range in.HereDocs {
		checkSecretLines(in.Keyword, d, report)
	}
	if in.Run == nil {
		return
	}
	for _, c := range in.Run.Commands {
		for _, pair := range c.Env {
			checkSecretPair(in.Keyword, pair, report)
		}
		for _, w := range c.Args {
			name, val, assigned := strings.Cut(w.Text, "=")
			switch what := knownToken(w.Text); {
			case c.Name == "export": // read as assignments
			case what != "":
				report(w.At, rule.High, what, "%s holds %s", in.Keyword, what)
			case assigned && strings.HasPrefix(name, "--"):
				checkSecretPair(in.Keyword, flagPair(w, name, val), report)
			}
		}
		if w, text := credentialArgument(c); !placeholder(text) && knownToken(text) == "" {
			severity := rule.Medium
			if random(text) {
				severity = rule.High
			}
			report(w.At, severity, c.Name, "%s hands %s a credential", in.Keyword, c.Name)
		}
		if c.HereDoc == "" {
			continue
		}
		if what := knownToken(c.HereDoc); what != "" {
			report(c.At, rule.High, what, "%s holds %s", in.Keyword, what)
		} else if name, high := settingIn(c.HereDoc); name != "" && !flow.IsShell(c.Name) {
			report(c.At, secretSeverity(high), name, "%s writes a secret, %s", in.Keyword, name)
		}
	}
}

func checkSecretPair(keyword string, pair dockerfile.Pair, report func(source.Span, rule.Severity, string, string, ...any)) {
	name, value := pair.Key.Value, pair.Value.Text
	switch what := knownToken(value); {
	case what != "":
		report(pair.Key.At, rule.High, name, "%s %s holds %s", keyword, name, what)
	case keyword != "LABEL" && mayHoldKey(name, pair.Value.Value) && !placeholder(value):
		report(pair.Key.At, rule.Medium, name, "%s %s seems to hold a secret", keyword, name)
	case keyword == "LABEL" || !secretLike(name):
	case weakDefault(value) && len(pair.Value.Value) > 0:
		report(pair.Key.At, rule.Low, name, "%s %s sets a well-known password", keyword, name)
	case placeholder(value):
	case random(pair.Value.Value):
		report(pair.Key.At, rule.High, name, "%s %s holds a secret", keyword, name)
	default:
		report(pair.Key.At, rule.Medium, name, "%s %s seems to hold a secret", keyword, name)
	}
}

// flagPair reads --name=value of a command as a variable.
func flagPair(w dockerfile.Word, name, value string) dockerfile.Pair {
	value = strings.Trim(value, `"'`)
	return dockerfile.Pair{
		Key:   dockerfile.Word{At: w.At, Text: name, Value: name},
		Value: dockerfile.Word{At: w.At, Text: value, Value: value}, HasValue: true,
	}
}

// checkSecretLines reads an inline file: credentials by their form, and settings
// whose name and value say that they are secret.
func checkSecretLines(keyword string, d dockerfile.HereDoc, report func(source.Span, rule.Severity, string, string, ...any)) {
	for line := d.At.Start.Line; line <= d.At.End.Line; line++ {
		text := d.At.File.Line(line)
		if what := knownToken(text); what != "" {
			report(d.At.File.LineSpan(line), rule.High, what, "%s holds %s", keyword, what)
		} else if name, high := settingIn(text); name != "" {
			report(d.At.File.LineSpan(line), secretSeverity(high), name, "%s writes a secret, %s", keyword, name)
		}
	}
}

func secretSeverity(high bool) rule.Severity {
	if high {
		return rule.High
	}
	return rule.Medium
}

// setting is one line of a settings file: NAME=value, "name": "value".
var setting = lazyregexp.New(`(?m)^[ \t]*(?:export[ \t]+|-[ \t]+)?["']?([A-Za-z_][A-Za-z0-9_.-]*)["']?[ \t]*[:=][ \t]*["']?([^"'\s,;]+)["']?[,;]?[ \t]*$`)

// settingIn returns the name of a setting whose value is a secret, and whether
// the value looks made by a machine.
func settingIn(text string) (name string, high bool) {
	if !strings.ContainsAny(text, "=:") {
		return "", false
	}
	for _, m := range setting.FindAllStringSubmatch(text, -1) {
		if secretLike(m[1]) && !placeholder(m[2]) && !weakDefault(m[2]) {
			return m[1], random(m[2])
		}
	}
	return "", false
}

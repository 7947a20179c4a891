package build

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var secretFile = rule.Rule{
	ID:       "TW-D016",
	Name:     "secret-file",
	Title:    "File that holds credentials is copied into the image",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A key or password file that is copied stays in its layer for everyone who can pull the image, also when a later instruction deletes it. Files that often hold no secret, such as `.npmrc`, are medium.",
	Fix:      "Mount it for the one RUN that needs it: `RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci`. Give it to the running container from the orchestrator, and list it in `.dockerignore`.",
	Refs:     refs(cis, "4.10", nist, "4.1.4", practice, "M19"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
COPY id_rsa /root/.ssh/id_rsa
#    ^^^^^^ id_rsa is copied into the image and holds a private key
COPY --chown=1:1 [".env.production", "config/tls.key", "/app/"]
#                  ^^^^^^^^^^^^^^^ .env.production is copied into the image and holds settings with their secrets
#                                     ^^^^^^^^^^^^^^ config/tls.key is copied into the image and holds a private key
ADD .npmrc /root/
#   ^^^^^^ .npmrc is copied into the image and holds a registry's token where it needs one
COPY --from=build /root/.aws/credentials /root/.aws/
#                 ^^^^^^^^^^^^^^^^^^^^^^ /root/.aws/credentials is copied into the image and holds credentials
COPY .env* tls/server-key.pem /etc/
#    ^^^^^ .env* is copied into the image and holds settings with their secrets
#          ^^^^^^^^^^^^^^^^^^ tls/server-key.pem is copied into the image and holds a private key
COPY testdata/client.key /etc/
#    ^^^^^^^^^^^^^^^^^^^ testdata/client.key is copied into the image and holds a private key
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
COPY .env.example public.pem ca.crt tls.crt id_rsa.pub app.keys.go /app/
COPY . .
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
COPY keyboard.keymap translations/key /x/
COPY dhparam.pem cacerts.jks truststore.p12 repo.key RPM-GPG-KEY.key /etc/
COPY nodesource.key /etc/apt/trusted.gpg.d/
`},
	Check: rule.EachInstruction(checkSecretFile, "COPY", "ADD"),
}

var publicFile = lazyregexp.New(`(?i)(^|[._-])(pub|public|ca|cacerts?|cert|certs|certificate|chain|fullchain|bundle|root|trust|trust[_-]?store|dhparams?|dh\d+|gpg|apt|rpm|repo|archive|keyring)([._-]|$)|\.(example|sample|template|tmpl|dist|defaults?|schema|md)$`)

// secretFiles say by name what a file holds.
var secretFiles = []struct {
	name *lazyregexp.Regexp
	what string
	sure bool
}{
	{lazyregexp.New(`^(id_(rsa|dsa|ecdsa|ed25519)(_sk)?|ssh_host_\w+_key|(deploy|ssh|private|signing)[-_]?key)$`), "a private key", true},
	{lazyregexp.New(`(?i)(^|[._-])(priv(ate)?[._-]?)?key\d*\.pem$`), "a private key", true},
	{lazyregexp.New(`(?i).\.(key|p12|pfx|jks|keystore|ppk)$`), "a private key", true},
	{lazyregexp.New(`(?i).\.pem$`), "a private key or a certificate", false},
	{lazyregexp.New(`^\.env\.(dev|development|test|testing|ci|docker)$`), "settings, with their secrets where there are any", false},
	{lazyregexp.New(`^\.env(\..+)?$`), "settings with their secrets", true},
	{lazyregexp.New(`^\.?secrets?\.(ya?ml|json|toml|env)$`), "settings with their secrets", false},
	{lazyregexp.New(`^\.htpasswd$`), "hashed passwords", false},
	{lazyregexp.New(`^\.(npmrc|yarnrc\.yml)$`), "a registry's token where it needs one", false},
	{lazyregexp.New(`^(\.pypirc|\.netrc|_netrc|\.git-credentials|\.dockercfg|\.pgpass|\.my\.cnf|\.vault-token)$`), "credentials", true},
	{lazyregexp.New(`^(kubeconfig(\.ya?ml)?|kube\.config|.+\.kubeconfig)$`), "cluster credentials", true},
	{lazyregexp.New(`(?i)^(credentials|service[-_]?account([-_].*)?|.*[-_]?gcp[-_]?key|client_secret.*)\.json$`), "cloud credentials", true},
	{lazyregexp.New(`(\.tfstate|^terraform\.tfvars)$`), "infrastructure secrets", true},
}

// trialFile matches keys that are made for trying things out. They are no secret
// of anybody's, unless somebody takes one into use.
var trialFile = lazyregexp.New(`(?i)snakeoil|(^|[/._-])(tests?|testdata|fixtures?|examples?|samples?|dummy|fake|debug|demo|localhost|self[-_]?signed)([/._-]|$)`)

// publicPlace matches folders of an image that hold the keys of others.
var publicPlace = lazyregexp.New(`(^|/)(apt|keyrings|trusted\.gpg\.d|rpm-gpg|apk/keys|ca-certificates|anchors)(/|$)`)

// secretFolders are those of which every file, or the named one, is a secret.
var secretFolders = lazyregexp.New(`(^|/)\.(aws(/credentials)?|docker/config\.json|kube(/config)?|ssh|gnupg|azure|config/gcloud(/.*)?)/?$`)

func checkSecretFile(p *rule.Pass, in *dockerfile.Instruction) {
	if len(in.Args) < 2 || publicPlace.MatchString(in.Args[len(in.Args)-1].Value) {
		return
	}
	for _, src := range in.Args[:len(in.Args)-1] {
		what, sure := secretContent(src.Value)
		if what == "" {
			continue
		}
		severity := p.Rule.Severity
		if !sure {
			severity = rule.Medium
		}
		p.Report(rule.Finding{
			Severity: stageSeverity(severity, in.Stage),
			Message:  fmt.Sprintf("%s is copied into the image and holds %s", src.Value, what),
			At:       src.At,
			Subject:  stageSubject(in.Stage),
			Key:      src.Text,
			Fix:      &rule.Fix{Title: "mount it for the RUN that needs it: RUN --mount=type=secret,id=…,target=…"},
		})
	}
}

// secretContent says what a file or folder of that name holds, "" for nothing
// secret.
func secretContent(name string) (what string, sure bool) {
	if !soundsSecret(name) || strings.Contains(name, "://") || strings.HasPrefix(name, "<<") {
		return "", false
	}
	if secretFolders.MatchString(name) {
		return "credentials", true
	}
	base := strings.TrimSuffix(path.Base(name), "*")
	if publicFile.MatchString(base) {
		return "", false
	}
	for _, f := range secretFiles {
		if f.name.MatchString(base) {
			return f.what, f.sure && !trialFile.MatchString(name)
		}
	}
	return "", false
}

// soundsSecret tells the names that are worth a closer look from most others.
func soundsSecret(name string) bool {
	if strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return true
	}
	base := strings.ToLower(name[strings.LastIndexByte(strings.TrimRight(name, "/"), '/')+1:])
	return slices.ContainsFunc(secretSounds[:], func(sound string) bool { return strings.Contains(base, sound) })
}

var secretSounds = [...]string{"key", "id_", "pem", "p12", "pfx", "jks", "ppk", "secret", "netrc", "kube", "credential", "account", "tfstate", "tfvars"}

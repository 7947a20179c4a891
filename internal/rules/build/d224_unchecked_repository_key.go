package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var uncheckedRepositoryKey = rule.Rule{
	ID:       "TW-D224",
	Name:     "unchecked-repository-key",
	Title:    "Foreign package source is trusted without a look at its key",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The key decides which packages are installed as root. One that is fetched in the build is whatever the server answers that day; a key added with apt-key even vouches for all other sources, those of the distribution included.",
	Fix:      "Keep the key in the repository and COPY it, or compare its checksum or fingerprint, and name it for its source alone: `deb [signed-by=/etc/apt/keyrings/x.gpg] …`.",
	Refs:     refs(cis, "4.11", nist, "4.1.5", practice, "M10"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /etc/apt/keyrings/x.gpg
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/key.asc is trusted as a key without a look at its fingerprint
RUN wget -qO- https://example.com/key.gpg | apt-key add -
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/key.gpg is trusted as a key without a look at its fingerprint
RUN rpm --import https://example.com/RPM-GPG-KEY && yum-config-manager --add-repo https://example.com/x.repo
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/RPM-GPG-KEY is trusted as a key without a look at its fingerprint
#                                                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/x.repo is taken as a source of packages without a check
RUN wget -O /etc/apk/keys/x.rsa.pub https://example.com/x.rsa.pub && add-apt-repository -y ppa:acme/x
#                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/x.rsa.pub is trusted as a key without a look at its fingerprint
#                                                                                          ^^^^^^^^^^ ppa:acme/x is taken as a source of packages without a check
RUN gpg --keyserver keys.example.com --recv-keys 01234567
#                                                ^^^^^^^^ 01234567 is too short to name one key only
ADD https://example.com/y.asc /etc/apt/keyrings/y.asc
#   ^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/y.asc is trusted as a key without a look at its fingerprint
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
COPY keys/x.asc /etc/apt/keyrings/x.asc
RUN curl -fsSLo /etc/apt/keyrings/x.asc https://example.com/key.asc && echo "abc  /etc/apt/keyrings/x.asc" | sha256sum -c
RUN curl -fsSLo k.asc https://example.com/key.asc && gpg --show-keys --with-fingerprint k.asc | grep -q "0123 4567" && mv k.asc /etc/apt/keyrings/
RUN gpg --keyserver hkps://keys.openpgp.org --recv-keys 0123456789ABCDEF0123456789ABCDEF01234567
RUN rpm --import /etc/pki/rpm-gpg/RPM-GPG-KEY-x && dnf config-manager --add-repo /src/x.repo
RUN curl -fsSLO https://example.com/t.tgz -O https://example.com/t.tgz.asc && gpg --verify t.tgz.asc t.tgz
`},
	Check: rule.EachDockerfile(func(p *rule.Pass, f *dockerfile.File) {
		for _, d := range p.Downloads(f) {
			if trustedKey(d) {
				reportKey(p, d.Stage, d.URL, "%s is trusted as a key without a look at its fingerprint")
			}
		}
		for _, s := range f.Stages {
			for _, run := range runs(s) {
				for _, c := range run.Commands {
					checkKeyCommand(p, s, c)
				}
			}
		}
	}),
}

func reportKey(p *rule.Pass, s *dockerfile.Stage, w dockerfile.Word, format string) {
	f := rule.Finding{
		Severity: flowSeverity(p.Rule.Severity, s), Message: fmt.Sprintf(format, w.Value), At: w.At, Subject: stageSubject(s), Key: w.Text,
		Fix: &rule.Fix{Title: "keep the key in the repository, or compare its checksum or fingerprint"},
	}
	p.Report(f)
}

var (
	keyPlace = lazyregexp.New(`(/keyrings?/|/trusted\.gpg\.d/|/apk/keys/|/rpm-gpg/|/yum\.repos\.d/|/sources\.list\.d/)`)
	fullKey  = lazyregexp.New(`^(0x)?[0-9A-Fa-f]{40}$|\$`)
	shortKey = lazyregexp.New(`^(0x)?[0-9A-Fa-f]{8,16}$`)
)

// trustedKey reports whether a download becomes a key of a package manager.
func trustedKey(d *flow.Download) bool {
	if d.Checked() || local(d.URL.Value) || openScheme(d.URL.Value) != "" || commitURL.MatchString(d.URL.Value) {
		return false
	}
	if d.Command == nil {
		return keyPlace.MatchString(d.File) && !strings.HasPrefix(d.URL.Value, "git")
	}
	trusted := keyPlace.MatchString(d.File)
	for next := d.Command.PipeTo; next != nil && !trusted; next = next.PipeTo {
		_, dearmor := word(next.Args, "--dearmor", "--import")
		trusted = next.Name == "apt-key" || dearmor && strings.HasPrefix(next.Name, "gpg")
	}
	return trusted && !looksAtKeys(d.Instruction.Run.Script)
}

// looksAtKeys reports whether a script prints keys to compare them.
func looksAtKeys(script string) bool {
	return strings.Contains(script, "fingerprint") || strings.Contains(script, "show-keys") || strings.Contains(script, "with-colons")
}

// checkKeyCommand reads the commands that take keys and sources by themselves.
func checkKeyCommand(p *rule.Pass, s *dockerfile.Stage, c *dockerfile.Command) {
	const source = "%s is taken as a source of packages without a check"
	switch c.Name {
	case "rpm", "rpmkeys":
		if w, ok := after(c.Args, "--import"); ok && strings.Contains(w.Value, "://") && openScheme(w.Value) == "" {
			reportKey(p, s, w, "%s is trusted as a key without a look at its fingerprint")
		}
	case "yum-config-manager", "dnf", "yum", "dnf-config-manager":
		if w, ok := after(c.Args, "--add-repo"); ok && strings.HasPrefix(w.Value, "https://") {
			reportKey(p, s, w, source)
		}
	case "add-apt-repository", "apt-add-repository":
		if _, operands := options(c.Args, "-k --keyserver"); len(operands) > 0 && strings.HasPrefix(operands[0].Value, "ppa:") {
			reportKey(p, s, operands[0], source)
		}
	case "gpg", "gpg2", "apt-key":
		if w, ok := after(c.Args, "--recv-keys", "--recv-key", "--recv"); ok && shortKey.MatchString(w.Value) && !fullKey.MatchString(w.Value) {
			reportKey(p, s, w, "%s is too short to name one key only")
		}
	}
}

// after returns the word that follows one of some options.
func after(args []dockerfile.Word, names ...string) (dockerfile.Word, bool) {
	for i, a := range args {
		for _, name := range names {
			if a.Value == name && i+1 < len(args) {
				return args[i+1], true
			}
		}
	}
	return dockerfile.Word{}, false
}

package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var unsignedPackages = rule.Rule{
	ID:       "TW-D017",
	Name:     "unsigned-packages",
	Title:    "Packages are installed without their signatures being checked",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The signature of a distribution is what makes a package from any mirror trustworthy. With the check switched off, every mirror, proxy and network on the way decides what is installed, as root.",
	Fix:      "Take the switch out and install the key of the repository: `signed-by=/etc/apt/keyrings/x.gpg` for apt, `/etc/apk/keys/` for apk, `rpm --import` for rpm.",
	Refs:     refs(cis, "4.11", nist, "4.1.5", practice, "M10"),
	Aliases:  []string{"checkov:CKV2_DOCKER_7", "checkov:CKV2_DOCKER_8", "checkov:CKV2_DOCKER_9", "checkov:CKV2_DOCKER_10", "checkov:CKV2_DOCKER_11"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get install -y --allow-unauthenticated x
#                      ^^^^^^^^^^^^^^^^^^^^^^^ apt-get --allow-unauthenticated installs packages without checking their signatures
RUN apk add --allow-untrusted /tmp/x.apk && yum -y --nogpgcheck install y
#           ^^^^^^^^^^^^^^^^^ apk --allow-untrusted installs packages without checking their signatures
#                                                  ^^^^^^^^^^^^ yum --nogpgcheck installs packages without checking their signatures
RUN apt-get -o APT::Get::AllowUnauthenticated=true install y
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ apt-get APT::Get::AllowUnauthenticated=true installs packages without checking their signatures
RUN echo "deb [trusted=yes] https://example.com/ ./" > /etc/apt/sources.list.d/x.list
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ [trusted=yes] installs packages without checking their signatures
COPY <<EOF /etc/yum.repos.d/x.repo
[x]
gpgcheck=0
^^^^^^^^^^ gpgcheck=0 installs packages without checking their signatures
EOF
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get install -y --no-install-recommends x && apk add --no-cache y && dnf install -y --setopt=gpgcheck=1 z
RUN echo "deb [signed-by=/etc/apt/keyrings/x.gpg] https://example.com/ ./" > /etc/apt/sources.list.d/x.list
RUN echo --allow-untrusted
`},
	Check: rule.EachInstruction(checkUnsigned, "RUN", "COPY", "ADD"),
}

var unsignedConfig = lazyregexp.New(`(?im)\[[^\]]*\btrusted\s*=\s*yes\b[^\]]*\]|^\s*Trusted:\s*yes|\b(repo_)?gpgcheck\s*=\s*(0|false|no|off)\b|^\s*SigLevel\s*=\s*Never|AllowUnauthenticated\s*"?(true|1)"?`)

// unsignedFlag matches the switches of a package manager.
func unsignedFlag(program, arg string) bool {
	switch program {
	case "apt-get", "apt", "aptitude":
		return arg == "--allow-unauthenticated" || arg == "--force-yes" || arg == "--allow-insecure-repositories" || aptSetting.MatchString(arg)
	case "apk":
		return arg == "--allow-untrusted"
	case "yum", "dnf", "microdnf", "tdnf", "yum-config-manager":
		return arg == "--nogpgcheck" || arg == "--no-gpgchecks" || yumSetting.MatchString(arg)
	case "rpm":
		return arg == "--nosignature" || arg == "--nodigest" || arg == "--nogpg" || arg == "--noverify" || arg == "--nofiledigest"
	case "zypper":
		return arg == "--no-gpg-checks" || arg == "--allow-unsigned-rpm" || arg == "--no-gpgcheck" || arg == "-G"
	}
	return false
}

var (
	aptSetting = lazyregexp.New(`(?i)^(-o)?(APT::Get::AllowUnauthenticated|Acquire::AllowInsecureRepositories)=("?)(true|1|yes)("?)$`)
	yumSetting = lazyregexp.New(`^--setopt=([\w*.-]+\.)?(repo_)?gpgcheck=(0|false|no)$`)
)

func checkUnsigned(p *rule.Pass, in *dockerfile.Instruction) {
	report := func(at source.Span, what string, fix *rule.Fix) {
		p.Report(rule.Finding{
			Severity: flowSeverity(p.Rule.Severity, in.Stage),
			Message:  what + " installs packages without checking their signatures",
			At:       at, Subject: stageSubject(in.Stage), Key: what, Fix: fix, Aliases: sameUnsigned(what),
		})
	}
	advice := &rule.Fix{Title: "name the key that signs the repository instead"}
	for _, d := range in.HereDocs {
		for line := d.At.Start.Line; line < d.At.End.Line; line++ {
			if m := unsignedConfig.FindString(d.At.File.Line(line)); m != "" {
				report(d.At.File.LineSpan(line), m, advice)
			}
		}
	}
	if in.Run == nil {
		return
	}
	for _, c := range in.Run.Commands {
		for i, a := range c.Args {
			if !unsignedFlag(c.Name, a.Value) {
				continue
			}
			fix := &rule.Fix{Title: fmt.Sprintf("take %s out", a.Value)}
			if strings.HasPrefix(a.Value, "--") && a.Text == a.Value && i > 0 {
				fix.Edits = []source.Edit{{Span: withSpace(a.At)}}
			}
			report(a.At, c.Name+" "+a.Value, fix)
		}
		unsignedWritten(c, func(at source.Span, what string) { report(at, what, advice) })
	}
}

// unsignedWritten reads what is written into the configuration of package
// managers.
func unsignedWritten(c *dockerfile.Command, report func(source.Span, string)) {
	if m := unsignedConfig.FindString(c.HereDoc); m != "" {
		report(c.At.FirstLine(), m)
	}
	if c.Name != "echo" && c.Name != "printf" && c.Name != "sed" && c.Name != "add-apt-repository" {
		return
	}
	for _, a := range c.Args {
		if m := unsignedConfig.FindString(strings.ReplaceAll(a.Value, `\n`, "\n")); m != "" && (c.Name != "sed" || sedWrites(a.Value)) {
			report(a.At, m)
			return
		}
	}
}

// sedWrites reports whether the setting stands in what sed puts in, not in what
// it looks for.
func sedWrites(script string) bool {
	parts := strings.Split(script, "/")
	return len(parts) > 3 && unsignedConfig.MatchString(parts[len(parts)-2])
}

// sameUnsigned returns checkov's check of the same switch; it has one for each.
func sameUnsigned(what string) []string {
	switch what {
	case "apk --allow-untrusted":
		return []string{"checkov:CKV2_DOCKER_7"}
	case "apt-get --allow-unauthenticated":
		return []string{"checkov:CKV2_DOCKER_8"}
	case "yum --nogpgcheck", "dnf --nogpgcheck", "tdnf --nogpgcheck", "microdnf --nogpgcheck":
		return []string{"checkov:CKV2_DOCKER_9"}
	case "rpm --nosignature", "rpm --nodigest", "rpm --noverify", "rpm --nofiledigest":
		return []string{"checkov:CKV2_DOCKER_10"}
	case "apt-get --force-yes":
		return []string{"checkov:CKV2_DOCKER_11"}
	}
	return []string{}
}

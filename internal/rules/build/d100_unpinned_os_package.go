package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unpinnedOSPackage = rule.Rule{
	ID:       "TW-D100",
	Name:     "unpinned-os-package",
	Title:    "Package of the distribution installed without a version",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Two builds of the same file install different packages. It is a matter of taste all the same: distributions sign their packages and take old versions off the mirrors, so that a fixed version breaks the build within weeks and keeps security updates out. Together with a base pinned by digest and a snapshot of the repository it makes builds repeatable.",
	Fix:      "Name the version, `apt-get install curl=8.14.1-2`, `apk add curl=8.14.1-r1`, `dnf install curl-8.9.1`, and take the packages from a snapshot of the repository.",
	Refs:     refs(nist, "4.1.5", practice, "M6"),
	Aliases:  []string{"hadolint:DL3008", "hadolint:DL3018", "hadolint:DL3033", "hadolint:DL3037", "hadolint:DL3041"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-get install -y -t bookworm-backports ca-certificates curl=8.14.1-2 git
#                                                              ^^^^^^^^^^^^^^^ apt-get installs ca-certificates, git without a version
RUN sudo apt-get install -y $TOOLS
#                           ^^^^^^ apt-get installs $TOOLS without a version
`, `
-- Dockerfile --
FROM alpine:3
RUN apk add --no-cache --virtual .build gcc~=14 make
#                                               ^^^^ apk installs make without a version
`, `
-- Dockerfile --
FROM fedora:42
RUN dnf install -y python3-pip tomcat-9.0.1 && yum install -y httpd-tools && zypper install -y "gcc>=12" zsh
#                  ^^^^^^^^^^^ dnf installs python3-pip without a version
#                                                             ^^^^^^^^^^^ yum installs httpd-tools without a version
#                                                                                                        ^^^ zypper installs zsh without a version
RUN dnf module install -y nodejs postgresql:16
#                         ^^^^^^ dnf installs nodejs without a version
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ARG VERSION=1.2
ARG PACKAGES="a=1 b=2"
RUN apt-get install -y curl=8.14.1-2 ./local.deb vim/testing tool=$VERSION $PACKAGES && apt-get update && apt-get remove -y git
RUN apk add --no-cache curl=8.14.1-r1 ./own.apk -t .deps && yum install -y https://example.com/a.rpm b-1.2 && dnf group install -y x
`},
	Check: rule.EachRun(checkUnpinnedOSPackage),
}

func checkUnpinnedOSPackage(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		call, ok := callsManager(c)
		if !ok {
			continue
		}
		var loose []dockerfile.Word
		for _, w := range call.versioned() {
			if !fixed(c.Name, call.verb.Value == "module", w.Value) {
				loose = append(loose, w)
			}
		}
		if len(loose) == 0 {
			continue
		}
		names := list(loose)
		f := commandFinding(run, loose[0].At, family(c.Name)+" "+names, c.Name+" installs "+names+" without a version",
			"name the version, or waive this: distributions sign their packages")
		f.Aliases = unpinnedAsHadolint(c)
		p.Report(f)
	}
}

// versioned returns what the call installs and what has versions: packages and
// the streams of modules, no groups.
func (c packageCall) versioned() []dockerfile.Word {
	if c.verb.Value == "module" && len(c.operands) > 0 && c.operands[0].Value == "install" {
		return c.operands[1:]
	}
	if c.verb.Value == "groupinstall" {
		return nil
	}
	return c.packages()
}

// fixed reports whether a package of a program, or the packages of a variable,
// are fixed to a version or come from a file.
func fixed(program string, module bool, value string) bool {
	for pkg := range strings.FieldsSeq(value) {
		if !fixedPackage(program, module, pkg) {
			return false
		}
	}
	return true
}

func fixedPackage(program string, module bool, pkg string) bool {
	switch {
	case strings.HasPrefix(pkg, "$"):
		return false
	case module:
		return strings.Contains(pkg, ":")
	}
	switch program {
	case "apk":
		return strings.ContainsAny(pkg, "=~<>") || strings.HasSuffix(pkg, ".apk")
	case "zypper":
		return strings.ContainsAny(pkg, "=<>") || strings.HasSuffix(pkg, ".rpm")
	case "yum", "dnf", "microdnf", "tdnf":
		return rpmVersion(pkg) || strings.HasSuffix(pkg, ".rpm")
	}
	return strings.ContainsAny(pkg, "=/") || strings.HasSuffix(pkg, ".deb")
}

// rpmVersion reports whether a version follows a name: name-1.2, name-2:1.2-3.el9.
func rpmVersion(pkg string) bool {
	for i := 0; i+1 < len(pkg); i++ {
		if pkg[i] == '-' && pkg[i+1] >= '0' && pkg[i+1] <= '9' {
			return true
		}
	}
	return false
}

// unpinnedAsHadolint returns the check of hadolint that finds a package without
// a version in a command.
func unpinnedAsHadolint(c *dockerfile.Command) []string {
	p, ok := plainly(c)
	if !ok {
		return []string{}
	}
	loose := func(dropped, verbs string, fixed func(string) bool) bool {
		return anyWord(p.operands(dropped, verbs), func(a string) bool { return !fixed(a) })
	}
	switch p.name {
	case "apt-get":
		if p.has("install") && loose("t target-release", "install", func(a string) bool { return strings.ContainsAny(a, "=/") || strings.HasSuffix(a, ".deb") }) {
			return []string{"hadolint:DL3008"}
		}
	case "apk":
		if p.has("add") && loose("t virtual repository X", "add", func(a string) bool { return strings.ContainsAny(a, "=~") || strings.HasSuffix(a, ".apk") }) {
			return []string{"hadolint:DL3018"}
		}
	case "zypper":
		if p.has("install in") && loose("", "install in", func(a string) bool { return strings.ContainsAny(a, "=<>") || strings.HasSuffix(a, ".rpm") }) {
			return []string{"hadolint:DL3037"}
		}
	case "yum":
		if p.has("install") && loose("", "install module", rpmAsHadolint(p, func(a string) bool { return strings.Contains(a, "-") || strings.HasSuffix(a, ".rpm") })) {
			return []string{"hadolint:DL3033"}
		}
	case "dnf", "microdnf":
		if p.has("install") && (p.has("module") || !p.has("group")) && loose("", "install module", rpmAsHadolint(p, dnfFixed)) {
			return []string{"hadolint:DL3041"}
		}
	}
	return []string{}
}

// rpmAsHadolint asks for the stream of a module, else for the version of a package.
func rpmAsHadolint(p plain, pkg func(string) bool) func(string) bool {
	if p.has("module") {
		return func(a string) bool { return strings.Contains(a, ":") }
	}
	return pkg
}

// dnfFixed reports whether every part behind the first dash may belong to a
// version, and one of them begins with a digit.
func dnfFixed(pkg string) bool {
	_, rest, ok := strings.Cut(pkg, "-")
	if !ok || strings.HasSuffix(pkg, ".rpm") {
		return ok
	}
	digit := false
	for part := range strings.SplitSeq(rest, "-") {
		if strings.ContainsFunc(part, func(r rune) bool {
			return !(r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || strings.ContainsRune(".~^_:+", r))
		}) {
			return false
		}
		digit = digit || part != "" && part[0] >= '0' && part[0] <= '9'
	}
	return digit
}

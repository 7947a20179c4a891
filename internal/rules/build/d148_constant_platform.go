package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

const constPlatform = "buildkit:FromPlatformFlagConstDisallowed"

var constantPlatform = rule.Rule{
	ID:       "TW-D148",
	Name:     "constant-platform",
	Title:    "FROM is tied to one platform",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A platform in the file wins over the one that the build was asked for: an image for arm64 then holds amd64 programs, starts under emulation or not at all, and a scan by platform looks at the wrong packages. A stage whose name says the platform, and a variable, are only noted.",
	Fix:      "Leave `--platform` to `docker build --platform …`. A stage that compiles for other machines takes `--platform=$BUILDPLATFORM`.",
	Refs:     refs(practice, "M7", practice, "M71"),
	Aliases:  []string{"hadolint:DL3029", constPlatform},
	Bad: []string{`
-- Dockerfile --
FROM --platform=linux/amd64 golang:1.26 AS build
#               ^^^^^^^^^^^ the stage is of linux/amd64 whatever the build is for
FROM --platform=arm64 golang:1.26 AS build-arm64
#               ^^^^^ the stage is of arm64 whatever the build is for
FROM --platform=${MACHINE} debian:12
#               ^^^^^^^^^^ ${MACHINE} decides over the platform instead of the build
`},
	Good: []string{`
-- Dockerfile --
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
FROM --platform=${TARGETPLATFORM:-linux/amd64} debian:12 AS next
FROM debian:12
`},
	Check: rule.EachStage(checkConstantPlatform),
}

func checkConstantPlatform(p *rule.Pass, s *dockerfile.Stage) {
	if s.Platform == "" || strings.Contains(s.Platform, "BUILDPLATFORM") || strings.Contains(s.Platform, "TARGETPLATFORM") {
		return
	}
	f := rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, s),
		Message:  fmt.Sprintf("the stage is of %s whatever the build is for", s.Platform),
		At:       s.PlatformAt,
		Subject:  stageSubject(s),
		Key:      s.Platform,
		Fix:      &rule.Fix{Title: "leave the platform to the build"},
	}
	system, machine, ok := platformParts(s.Platform)
	switch {
	case strings.Contains(s.Platform, "$"):
		f.Message = fmt.Sprintf("%s decides over the platform instead of the build", s.Platform)
		f.Severity, f.Aliases = rule.Info, p.Rule.Aliases[:1]
	case !ok:
		f.Aliases = p.Rule.Aliases[:1]
	case strings.Contains(s.Name, system) || strings.Contains(s.Name, machine):
		f.Severity, f.Aliases = rule.Info, p.Rule.Aliases[:1]
	}
	p.Report(f)
}

// platformWord is one part of a platform, os[(version)] or architecture or variant.
var platformWord = lazyregexp.New(`^[A-Za-z0-9_.-]+(\([^)]*\))?$`)

// platformParts returns operating system and architecture of a platform as
// BuildKit normalises them on an amd64 Linux machine.
// https://pkg.go.dev/github.com/containerd/platforms#Parse has the grammar.
func platformParts(text string) (system, machine string, ok bool) {
	parts := strings.Split(strings.ToLower(text), "/")
	for _, part := range parts {
		if !platformWord.MatchString(part) {
			return "", "", false
		}
	}
	first, _, _ := strings.Cut(parts[0], "(")
	if first == "macos" {
		first = "darwin"
	}
	switch {
	case len(parts) > 3:
		return "", "", false
	case len(parts) > 1:
		return first, architecture(parts[1]), true
	}
	switch first {
	case "linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "dragonfly", "solaris", "illumos", "aix", "plan9", "android", "ios", "js", "zos":
		return first, "amd64", true
	}
	machine = architecture(first)
	switch machine {
	case "386", "amd64", "arm", "arm64", "ppc", "ppc64", "ppc64le", "mips", "mipsle", "mips64", "mips64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "loong64", "wasm":
		return "linux", machine, true
	}
	return "", "", false
}

// architecture gives the other names of an architecture the one that Go has.
func architecture(name string) string {
	switch name {
	case "x86_64", "x86-64":
		return "amd64"
	case "aarch64":
		return "arm64"
	case "i386":
		return "386"
	case "armhf", "armel":
		return "arm"
	}
	return name
}

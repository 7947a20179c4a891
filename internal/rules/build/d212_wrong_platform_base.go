package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var wrongPlatformBase = rule.Rule{
	ID:       "TW-D212",
	Name:     "wrong-platform-base",
	Title:    "Base image is for another platform than the one asked for",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "An image without an index of platforms is taken whatever platform is asked for. What is built on it fails to start, or runs under emulation, and is labelled as what it is not.",
	Fix:      "Name an image that has the platform, or the platform that the image has.",
	Refs:     refs(practice, "M7", practice, "M71"),
	Aliases:  []string{"buildkit:InvalidBaseImagePlatform"},
	Bad: []string{`
-- Dockerfile --
FROM --platform=linux/amd64 registry.test/arm:1
#                           ^^^^^^^^^^^^^^^^^^^ base image registry.test/arm:1 is for linux/arm64, where linux/amd64 is asked for
FROM registry.test/arm:1
#    ^^^^^^^^^^^^^^^^^^^ base image registry.test/arm:1 is for linux/arm64 alone
-- base/arm.json --
{"os": "linux", "architecture": "arm64", "config": {}}
`},
	Good: []string{`
-- Dockerfile --
FROM --platform=linux/arm64/v8 registry.test/arm:1
FROM --platform=linux/arm64 registry.test/unknown:1
FROM debian:13
-- base/arm.json --
{"os": "linux", "architecture": "arm64", "config": {}}
`},
	Check: rule.EachStage(checkWrongPlatform),
}

func checkWrongPlatform(p *rule.Pass, s *dockerfile.Stage) {
	wanted, ok := s.Query()
	if !ok || s.Image == nil || !s.Image.Full || samePlatform(wanted.Platform, s.Image.Platform) {
		return
	}
	f := rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, s),
		Message:  fmt.Sprintf("base image %s is for %s, where %s is asked for", shown(s.Base), s.Image.Platform, wanted.Platform),
		At:       s.Base.At,
		Subject:  stageSubject(s),
		Key:      s.Base.Name,
		Fix:      &rule.Fix{Title: "name an image that has the platform " + wanted.Platform},
	}
	if s.Platform == "" {
		f.Severity = min(f.Severity, rule.Low)
		f.Message = fmt.Sprintf("base image %s is for %s alone", shown(s.Base), s.Image.Platform)
		f.Fix.Title = "name an image with an index of platforms, or say which it is: --platform=" + s.Image.Platform
	}
	p.Report(f)
}

// samePlatform compares system and architecture, as BuildKit does.
func samePlatform(a, b string) bool {
	pa, pb := strings.SplitN(a, "/", 3), strings.SplitN(b, "/", 3)
	return len(pa) > 1 && len(pb) > 1 && pa[0] == pb[0] && normal(pa[1]) == normal(pb[1]) || b == "" || b == "/"
}

// normal is an architecture by the name that Go has for it.
func normal(arch string) string {
	switch arch {
	case "x86_64", "x86-64":
		return "amd64"
	case "aarch64":
		return "arm64"
	case "i386":
		return "386"
	}
	return arch
}

package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var basePlatform = rule.Rule{
	ID:       "TW-D201",
	Name:     "base-of-other-platform",
	Title:    "Base image is not of the platform that is built for",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "The image is labelled with the platform that it was built for, but its programs are of the base image's. Where the two differ it does not start, or runs under emulation, " +
		"and scanners look up the packages of another architecture. It is judged only where the base image's configuration is known.",
	Fix:     "Take a base image that exists for the platform, or name the platform in `FROM --platform=`.",
	Refs:    refs(practice, "M10"),
	Aliases: []string{"buildkit:InvalidBaseImagePlatform"},
	Bad: []string{`
-- base/arm.json --
{"os":"linux","architecture":"arm64","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]}}
-- Dockerfile --
FROM registry.test/arm:1
#    ^^^^^^^^^^^^^^^^^^^ registry.test/arm:1 is of linux/arm64, and the build is for linux/amd64
RUN make
`},
	Good: []string{`
-- base/amd.json --
{"os":"linux","architecture":"amd64","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]}}
-- Dockerfile --
FROM registry.test/amd:1
FROM debian:12
`},
	Check: eachWarning("InvalidBaseImagePlatform", checkBasePlatform),
}

func checkBasePlatform(p *rule.Pass, d *dockerfile.File, w dockerfile.LintWarning) {
	in := instructionOf(d, w)
	if in == nil || in.Stage == nil {
		return
	}
	// "Base image X was pulled with platform "P", expected "Q" for current build"
	parts := strings.Split(w.Detail, `"`)
	if len(parts) < 4 {
		return // another wording: the rule for all warnings takes it
	}
	s := in.Stage
	p.Report(rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, s),
		Message:  s.Base.Text + " is of " + parts[1] + ", and the build is for " + parts[3],
		At:       s.Base.At,
		Subject:  stageSubject(s),
		Key:      s.Base.Name,
		Fix:      &rule.Fix{Title: "take a base image for " + parts[3] + ", or name its platform with --platform"},
	})
}

package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var privilegedBuildStep = rule.Rule{
	ID:       "TW-D020",
	Name:     "privileged-build-step",
	Title:    "RUN asks for rights beyond the build's sandbox",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`--security=insecure` runs the step with every capability and `--network=host` in the network of the build machine, where metadata services and other builds listen; `--device` hands a device of that machine over. Whatever the step downloads has those rights too.",
	Fix:      "Take the flag out. What truly needs the right is better done outside of the build, or on a machine that builds nothing else.",
	Refs:     refs(nist, "4.1.5", practice, "M9", practice, "M94"),
	Bad: []string{`
-- Dockerfile --
# syntax=docker/dockerfile:1
FROM debian:12
RUN --security=insecure mount /x
#   ^^^^^^^^^^^^^^^^^^^ --security=insecure leaves the build's sandbox
RUN --network=host make
#   ^^^^^^^^^^^^^^ --network=host leaves the build's sandbox
RUN --device=vendor.example.com/gpu=all make
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ --device=vendor.example.com/gpu=all leaves the build's sandbox
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN --security=sandbox --network=none make
RUN --network=default make
`},
	Check: rule.EachInstruction(checkPrivilegedStep, "RUN"),
}

func checkPrivilegedStep(p *rule.Pass, in *dockerfile.Instruction) {
	for _, f := range in.Flags {
		if f.Name == "security" && f.Value == "insecure" || f.Name == "network" && f.Value == "host" || f.Name == "device" {
			p.Report(rule.Finding{
				Severity: flowSeverity(p.Rule.Severity, in.Stage),
				Message:  fmt.Sprintf("--%s=%s leaves the build's sandbox", f.Name, f.Value),
				At:       f.At,
				Subject:  stageSubject(in.Stage),
				Key:      f.Name,
				Fix:      &rule.Fix{Title: fmt.Sprintf("take --%s=%s out", f.Name, f.Value)},
			})
		}
	}
}

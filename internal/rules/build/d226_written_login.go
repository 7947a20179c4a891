package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var writtenLogin = rule.Rule{
	ID:       "TW-D226",
	Name:     "written-login",
	Title:    "Step logs in to a cloud, which stays in its layer",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`aws configure set`, `gcloud auth activate-service-account` and `az login` write the credential into the home directory. There it is part of the layer, for everyone who can pull the image.",
	Fix:      "Mount the credential for the one RUN that needs it, `--mount=type=secret,id=aws,target=/root/.aws/credentials`, and give the running container an identity of its own.",
	Refs:     refs(cis, "4.10", nist, "4.1.4", practice, "M19"),
	Aliases:  []string{"trivy:DS-0031"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ARG KEY
RUN aws configure set aws_secret_access_key "$KEY" && aws s3 cp s3://b/x .
#   ^^^ aws writes a credential that stays in this layer
RUN gcloud auth activate-service-account --key-file=/k.json
#   ^^^^^^ gcloud writes a credential that stays in this layer
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN --mount=type=secret,id=aws,target=/root/.aws/credentials aws s3 cp s3://b/x .
RUN --mount=type=secret,id=k gcloud auth activate-service-account --key-file=/run/secrets/k
RUN aws configure set region eu-central-1 && az version
`},
	Check: rule.EachRun(checkWrittenLogin),
}

func checkWrittenLogin(p *rule.Pass, run *dockerfile.Run) {
	if slices.ContainsFunc(run.Instruction.Mounts, func(m dockerfile.Mount) bool { return m.Type == "secret" }) {
		return
	}
	for _, c := range run.Commands {
		if !logsIn(c) {
			continue
		}
		f := rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, run.Instruction.Stage),
			Message:  fmt.Sprintf("%s writes a credential that stays in this layer", c.Name),
			At:       c.Program.At, Subject: stageSubject(run.Instruction.Stage), Key: c.Name,
			Fix: &rule.Fix{Title: "mount the credential: RUN --mount=type=secret,…"},
		}
		if !run.Instruction.Stage.Last || run.Instruction.OnBuild {
			f.Aliases = []string{}
		}
		p.Report(f)
	}
}

// logsIn reports whether a command stores the credential of a cloud.
func logsIn(c *dockerfile.Command) bool {
	words := func(want ...string) bool {
		for i, w := range want {
			if i >= len(c.Args) || !strings.HasPrefix(c.Args[i].Value, w) {
				return false
			}
		}
		return true
	}
	switch c.Name {
	case "aws":
		return words("configure", "set", "aws_access_key_id") || words("configure", "set", "aws_secret_access_key")
	case "gcloud":
		return words("auth", "activate-service-account")
	case "az":
		return words("login")
	}
	return false
}

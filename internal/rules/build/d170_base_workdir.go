package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// The checks of other tools for relative working directories.
const (
	hadolintWorkdir = "hadolint:DL3000"
	buildkitWorkdir = "buildkit:WorkdirRelativePath"
	trivyWorkdir    = "trivy:DS-0009"
	checkovWorkdir  = "checkov:CKV_DOCKER_10"
	kicsWorkdir     = "kics:workdir-path-not-absolute"
)

var baseWorkdir = rule.Rule{
	ID:       "TW-D170",
	Name:     "base-workdir",
	Title:    "First WORKDIR of a stage is relative",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A relative WORKDIR is added to the one before. Where no other stands above it, that is the working directory of the base image: the next release of the base may move the program to another place, and files that were meant to be shadowed or locked down lie elsewhere.",
	Fix:      "Write the path in full: `WORKDIR /app`.",
	Refs:     refs(nist, "4.1.2", practice, "M22"),
	Aliases:  []string{hadolintWorkdir, buildkitWorkdir, trivyWorkdir, checkovWorkdir, kicsWorkdir},
	Bad: []string{`
-- Dockerfile --
ARG DIR=src
FROM node:24-slim AS build
WORKDIR app
#       ^^^ app is below whatever working directory the base image has
WORKDIR more
FROM node:24-slim
ARG DIR
WORKDIR ${DIR}/x
#       ^^^^^^^^ src/x is below whatever working directory the base image has
`},
	Good: []string{`
-- Dockerfile --
FROM node:24-slim AS base
WORKDIR "/app"
FROM base
WORKDIR sub
FROM node:24-slim
WORKDIR ${HOME}/x
FROM mcr.microsoft.com/windows/servercore:ltsc2025
WORKDIR C:\app
`},
	Check: rule.EachStage(func(p *rule.Pass, s *dockerfile.Stage) {
		for _, in := range s.Instructions {
			if workdirRelative(in) && firstWorkdir(s, in) {
				reportWorkdir(p, in, in.Args[0].Value+" is below whatever working directory the base image has", workdirAliases(in, true))
			}
		}
	}),
}

// workdirRelative reports whether an instruction is a WORKDIR with a path that
// is known to be relative. A drive is one on Windows alone, and a variable that
// nothing sets is empty where no base image can set it.
func workdirRelative(in *dockerfile.Instruction) bool {
	if in.Keyword != "WORKDIR" || len(in.Args) == 0 {
		return false
	}
	path := unquoted(in.Args[0].Value)
	if !absolute(path) {
		return true
	}
	base := rootStage(in.Stage).Base
	switch {
	case drive(path):
		return base.Scratch() || external(base) && !windowsBase(base) && !strings.HasPrefix(base.Canonical, "mcr.microsoft.com/") && !strings.Contains(in.Stage.Platform, "windows")
	case path[0] == '$':
		return base.Scratch()
	}
	return false
}

// firstWorkdir reports whether no WORKDIR stands before another in its stage and
// those below; what ONBUILD says counts for other builds.
func firstWorkdir(s *dockerfile.Stage, in *dockerfile.Instruction) bool {
	if in.OnBuild {
		return false
	}
	for _, st := range chain(s) {
		for _, i := range st.Instructions {
			if i == in {
				return true
			}
			if i.Keyword == "WORKDIR" && !i.OnBuild {
				return false
			}
		}
	}
	return false
}

func reportWorkdir(p *rule.Pass, in *dockerfile.Instruction, message string, aliases []string) {
	p.Report(rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, in.Stage), Message: message, At: in.Args[0].At,
		Subject: stageSubject(in.Stage), Key: in.Args[0].Text, Aliases: aliases,
		Fix: &rule.Fix{Title: fmt.Sprintf("write the path in full, such as WORKDIR /%s", unquoted(in.Args[0].Value))},
	})
}

// anywhereAbsolute matches what Trivy takes for absolute beyond a slash at the
// start: a drive or a variable anywhere.
var anywhereAbsolute = lazyregexp.New(`[A-Za-z0-9_+-]:\\|\$[{}A-Za-z0-9_+-]`)

// workdirAliases returns the checks that find a relative WORKDIR too. Those of
// other tools read the text, BuildKit the path that comes of it.
func workdirAliases(in *dockerfile.Instruction, first bool) []string {
	text := in.Args[0].Text
	out := []string{}
	if first {
		out = append(out, buildkitWorkdir)
	}
	if absolute(unquoted(text)) { // by a variable
		return out
	}
	out = append(out, hadolintWorkdir)
	if in.OnBuild { // the others do not look inside
		return out
	}
	if !anywhereAbsolute.MatchString(text) {
		out = append(out, trivyWorkdir)
	}
	return append(out, checkovWorkdir, kicsWorkdir)
}

package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var relativeDestination = rule.Rule{
	ID:       "TW-D180",
	Name:     "relative-destination",
	Title:    "COPY to a relative destination without WORKDIR",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Where the files end up is left to the working directory of the base image. Its next release may have another, and then the program is missing, or lies over files of the system: most images have none, which means the root of the file system.",
	Fix:      "Set `WORKDIR /app` above, or write the destination in full.",
	Refs:     refs(nist, "4.1.2", practice, "M22"),
	Aliases:  []string{"hadolint:DL3045"},
	Bad: []string{`
-- Dockerfile --
FROM node:24-slim
COPY package.json .
#                 ^ the destination . is below whatever working directory the base image has
ADD x.tar.gz lib/
#            ^^^^ the destination lib/ is below whatever working directory the base image has
WORKDIR /app
COPY . .
`},
	Good: []string{`
-- Dockerfile --
ARG DIR=/app
FROM node:24-slim AS base
WORKDIR /app
FROM base
COPY . .
FROM node:24-slim
ARG DIR
COPY . $DIR/
COPY . ${OTHER}
COPY ["a", "c:/x"]
COPY a "/app/"
`},
	Check: rule.EachDockerfile(checkRelativeDestination),
}

func checkRelativeDestination(p *rule.Pass, f *dockerfile.File) {
	seen := workdirsByName{set: map[string]bool{}}
	for _, s := range f.Stages {
		seen.enter(s)
		set := s.Parent != nil && setsWorkdir(s.Parent)
		for _, in := range s.Instructions {
			switch in.Keyword {
			case "WORKDIR":
				set = set || !in.OnBuild
				seen.workdir(in.OnBuild)
			case "COPY", "ADD":
				if len(in.Args) > 1 && !set && (!in.OnBuild || !seen.onBuild) {
					reportDestination(p, in, seen)
				}
			}
		}
	}
}

// setsWorkdir reports whether a stage or one below it has a WORKDIR.
func setsWorkdir(s *dockerfile.Stage) bool {
	for ; s != nil; s = s.Parent {
		for _, in := range s.Instructions {
			if in.Keyword == "WORKDIR" && !in.OnBuild {
				return true
			}
		}
	}
	return false
}

func reportDestination(p *rule.Pass, in *dockerfile.Instruction, seen workdirsByName) {
	dest := in.Args[len(in.Args)-1]
	if absolute(unquoted(dest.Value)) {
		return
	}
	f := rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, in.Stage),
		Message:  fmt.Sprintf("the destination %s is below whatever working directory the base image has", dest.Value),
		At:       dest.At, Subject: stageSubject(in.Stage), Key: in.Args[0].Text,
		Fix: &rule.Fix{Title: "set WORKDIR above, or write the destination in full"},
	}
	if in.Stage.Base.Scratch() { // it has none, and never will
		f.Severity = rule.Info
	}
	if in.Keyword == "ADD" || absolute(unquoted(dest.Text)) || seen.current() {
		f.Aliases = []string{}
	}
	p.Report(f)
}

// workdirsByName is what hadolint knows of working directories: it keeps them by
// the name of the stage, or else of its image, so that two stages on the same
// image share what the first one sets.
type workdirsByName struct {
	name    string
	set     map[string]bool
	onBuild bool
}

func (w *workdirsByName) enter(s *dockerfile.Stage) {
	parent := w.set[s.Base.Name]
	if w.name = s.Base.Name; s.Name != "" {
		w.name = s.Name
	}
	w.set[w.name] = parent
}

func (w *workdirsByName) workdir(onBuild bool) {
	if onBuild {
		w.onBuild = true
		return
	}
	w.set[w.name] = true
}

func (w *workdirsByName) current() bool { return w.set[w.name] }

package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// The checks of other tools for the use of both downloaders.
const (
	hadolintBoth = "hadolint:DL4001"
	trivyBoth    = "trivy:DS-0014"
	kicsBoth     = "kics:run-using-wget-and-curl"
)

var wgetAndCurl = rule.Rule{
	ID:       "TW-D183",
	Name:     "wget-and-curl",
	Title:    "Both wget and curl are used",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Either is enough. Two downloaders are two programs to keep free of flaws, and two for an intruder to fetch more with.",
	Fix:      "Use one of them, and remove it where the image does not need it to run. `ADD --checksum=… URL` needs neither.",
	Refs:     refs(cis, "4.3", practice, "M4"),
	Aliases:  []string{hadolintBoth, trivyBoth, kicsBoth},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN wget -q https://example.com/x
RUN make && curl -fsSLO https://example.com/y
#           ^^^^ curl is used here, and wget too
`, `
-- Dockerfile --
FROM debian:12 AS a
RUN wget -q https://example.com/x
FROM debian:12
RUN curl -fsSLO https://example.com/y
#   ^^^^ curl is used here, and wget in another stage
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get install -y wget curl
RUN curl -fsSLO https://example.com/y && echo wget
`},
	Check: rule.EachDockerfile(checkWgetAndCurl),
}

// fetchers is what is known of the use of both programs.
type fetchers struct{ wget, curl bool }

func (f fetchers) both() bool { return f.wget && f.curl }

func (f *fetchers) add(o fetchers) { f.wget, f.curl = f.wget || o.wget, f.curl || o.curl }

func checkWgetAndCurl(p *rule.Pass, f *dockerfile.File) {
	var file, text fetchers
	reported := false
	for _, s := range f.Stages {
		var stage, stageText fetchers
		for _, run := range runs(s) {
			own, at := fetchersOf(run)
			if !own.wget && !own.curl {
				continue
			}
			stage.add(own)
			file.add(own)
			inText := fetchersInText(run)
			stageText.add(inText)
			text.add(inText)
			switch {
			case stage.both():
				reported = true
				reportBoth(p, at, run, "too", bothAliases(text, stageText, true))
			case file.both() && text.both() && !reported && !run.Instruction.OnBuild:
				reported = true
				reportBoth(p, at, run, "in another stage", bothAliases(text, stageText, false))
			}
		}
	}
}

// fetchersOf returns which of the programs a RUN uses, and the last of them.
func fetchersOf(run *dockerfile.Run) (f fetchers, last *dockerfile.Command) {
	for _, c := range run.Commands {
		if c.Name != "wget" && c.Name != "curl" || written(c) != c.Name {
			continue
		}
		f.add(fetchers{wget: c.Name == "wget", curl: c.Name == "curl"})
		last = c
	}
	return f, last
}

// fetchersInText returns which of the programs stand at the start or after && of
// a RUN, pieces that install something left out: so far other tools look.
func fetchersInText(run *dockerfile.Run) fetchers {
	var f fetchers
	if run.Instruction.OnBuild {
		return f
	}
	if run.Exec {
		first := run.Instruction.Args[0].Value
		return fetchers{wget: first == "wget", curl: first == "curl"}
	}
	for part := range strings.SplitSeq(run.Script, "&&") {
		if part = strings.TrimSpace(part); !strings.Contains(part, "install ") {
			f.add(fetchers{wget: strings.HasPrefix(part, "wget"), curl: strings.HasPrefix(part, "curl")})
		}
	}
	return f
}

func bothAliases(text, stageText fetchers, stage bool) []string {
	out := []string{}
	if stage {
		out = append(out, hadolintBoth)
	}
	if text.both() {
		out = append(out, trivyBoth)
	}
	if stageText.both() {
		out = append(out, kicsBoth)
	}
	return out
}

func reportBoth(p *rule.Pass, c *dockerfile.Command, run *dockerfile.Run, where string, aliases []string) {
	other := "wget"
	if c.Name == "wget" {
		other = "curl"
	}
	p.Report(rule.Finding{
		Message: c.Name + " is used here, and " + other + " " + where, At: c.Program.At,
		Subject: stageSubject(run.Instruction.Stage), Key: c.Name, Aliases: aliases,
		Fix: &rule.Fix{Title: "use one of them for all downloads"},
	})
}

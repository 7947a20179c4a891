package build

import (
	"slices"
	"strings"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var wgetProgress = rule.Rule{
	ID:       "TW-D181",
	Name:     "wget-progress",
	Title:    "wget fills the build's log with its progress",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without a terminal wget writes a line for every 50 KiB. The lines that say what went wrong in a build drown in them.",
	Fix:      "`wget --progress=dot:giga URL`, or `-nv`. BusyBox knows `-q` only.",
	Refs:     refs(practice, "M88"),
	Aliases:  []string{"hadolint:DL3047"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN wget -O /x https://example.com/x
#   ^^^^ wget writes a line for every 50 KiB
RUN apt-get update && apt-get install -y wget && wget https://example.com/x
#                                                ^^^^ wget writes a line for every 50 KiB
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN wget -q https://example.com/x && wget -qO- https://example.com/y && wget --progress=bar:force https://example.com/z
RUN wget -nv https://example.com/x && wget -o log https://example.com/y && wget --append-output=log https://example.com/z
`},
	Check: rule.EachRun(checkWgetProgress),
}

func checkWgetProgress(p *rule.Pass, run *dockerfile.Run) {
	gnu := sync.OnceValue(func() bool { return installsGNU(run) }) // asked once, however often wget is called
	for _, c := range run.Commands {
		if c.Name != "wget" || c.Inner || slices.ContainsFunc(c.Args, limitsOutput) {
			continue
		}
		f := rule.Finding{
			Message: "wget writes a line for every 50 KiB", At: c.Program.At,
			Subject: stageSubject(run.Instruction.Stage), Key: firstText(c.Args),
			Fix: &rule.Fix{Title: "add --progress=dot:giga, or -q"},
		}
		if written(c) != "wget" {
			f.Aliases = []string{}
		}
		if !run.Exec && gnu() {
			end := c.Program.At.End.Offset
			f.Fix.Edits = []source.Edit{{Span: c.Program.At.File.Span(end, end), New: " --progress=dot:giga"}}
		}
		p.Report(f)
	}
}

// limitsOutput reports whether an option of wget leaves less in the log, or
// writes it elsewhere. Among single letters q, o and a are looked for.
func limitsOutput(w dockerfile.Word) bool {
	v := w.Value
	if long, ok := strings.CutPrefix(v, "--"); ok {
		name, _, _ := strings.Cut(long, "=")
		return slices.Contains([]string{"progress", "quiet", "output-file", "append-output", "no-verbose"}, name)
	}
	return v == "-nv" || strings.HasPrefix(v, "-") && strings.ContainsAny(v, "qoa")
}

// installsGNU reports whether GNU's wget was installed by name before: that of
// BusyBox refuses the option.
func installsGNU(run *dockerfile.Run) bool {
	for _, s := range chain(run.Instruction.Stage) {
		for _, r := range runs(s) {
			for _, c := range r.Commands {
				if pkgs, _ := installed(c); slices.ContainsFunc(pkgs, func(w dockerfile.Word) bool { return w.Value == "wget" }) {
					return true
				}
			}
			if r == run {
				return false
			}
		}
	}
	return false
}

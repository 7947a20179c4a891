package build

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var sudoInstalled = rule.Rule{
	ID:       "TW-D026",
	Name:     "sudo-installed",
	Title:    "sudo is installed in the final image",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "sudo is a setuid program whose purpose is to become root: with it, a non-root USER is a formality.",
	Fix:      "Do what needs root before the last USER, and leave sudo out. At run time `gosu` or `setpriv` in an entrypoint gives rights up instead of taking them.",
	Refs:     refs(cis, "4.8", nist, "4.1.2", practice, "M52"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-get install -y --no-install-recommends curl sudo
#                                                                     ^^^^ sudo stays in the final image
USER 1000
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 AS build
RUN apt-get install -y sudo
FROM debian:12
RUN apt-get install -y curl
RUN apk add sudo && true && apk del sudo
`},
	Check: rule.EachFinalStage(checkSudo),
}

func checkSudo(p *rule.Pass, s *dockerfile.Stage) {
	for _, st := range chain(s) {
		for _, run := range runs(st) {
			for _, c := range run.Commands {
				pkgs, _ := installed(c)
				w, ok := word(pkgs, "sudo", "doas")
				if !ok || slices.Contains(removed(run), w.Value) {
					continue
				}
				p.Report(rule.Finding{
					Message: w.Value + " stays in the final image", At: w.At, Subject: stageSubject(s), Key: w.Value,
					Fix: &rule.Fix{Title: "do what needs root before the last USER and leave " + w.Value + " out"},
				})
			}
		}
	}
}

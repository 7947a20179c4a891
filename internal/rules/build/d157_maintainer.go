package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var maintainer = rule.Rule{
	ID:       "TW-D157",
	Name:     "maintainer",
	Title:    "MAINTAINER instead of a label",
	Severity: rule.Low,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Fixable:  true,
	Why:      "MAINTAINER has been deprecated since 2017 and sets a field that registries and scanners no longer show: whom to tell of a flaw gets lost. A label is read by all of them.",
	Fix:      "Write `LABEL org.opencontainers.image.authors=\"…\"`.",
	Refs:     refs(practice, "M68"),
	Aliases:  []string{"hadolint:DL4000", "buildkit:MaintainerDeprecated", "trivy:DS-0022", "checkov:CKV_DOCKER_6"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
MAINTAINER Ann "the captain" Mee <ann@example.com>
^^^^^^^^^^ MAINTAINER is deprecated in favour of a label
maintainer "Bea <bea@example.com>" # $team
^^^^^^^^^^ MAINTAINER is deprecated in favour of a label
MAINTAINER Cee \
^^^^^^^^^^ MAINTAINER is deprecated in favour of a label
  <cee@example.com>
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
LABEL org.opencontainers.image.authors="ann@example.com" maintainer=x
`},
	Check: rule.EachInstruction(checkMaintainer, "MAINTAINER"),
}

func checkMaintainer(p *rule.Pass, in *dockerfile.Instruction) {
	if in.OnBuild {
		return
	}
	f := rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, in.Stage),
		Message:  "MAINTAINER is deprecated in favour of a label",
		At:       in.KeywordAt,
		Subject:  stageSubject(in.Stage),
		Key:      "MAINTAINER",
		Fix:      &rule.Fix{Title: "write it as LABEL org.opencontainers.image.authors"},
	}
	if len(in.Args) == 1 && in.Span.Start.Line == in.Span.End.Line && in.Stage != nil {
		label := "LABEL"
		if in.KeywordAt.Text() == strings.ToLower(in.KeywordAt.Text()) {
			label = "label"
		}
		label += " org.opencontainers.image.authors=" + quotedLabel(in.Args[0].Text, in.Stage.File.Escape)
		f.Fix.Edits = []source.Edit{{Span: in.Span, New: label}}
	}
	p.Report(f)
}

// quotedLabel writes a text so that LABEL takes it as it stands. Quotes around
// the whole of it, which MAINTAINER would keep, are not kept.
func quotedLabel(text string, escape rune) string {
	if n := len(text); n > 1 && (text[0] == '"' || text[0] == '\'') && strings.IndexByte(text[1:], text[0]) == n-2 {
		text = text[1 : n-1]
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		if c == '"' || c == '$' || c == escape {
			b.WriteRune(escape)
		}
		b.WriteRune(c)
	}
	b.WriteByte('"')
	return b.String()
}

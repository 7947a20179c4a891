package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

const definitionDescription = "InvalidDefinitionDescription"

var definitionComment = rule.Rule{
	ID:       "TW-D160",
	Name:     "definition-comment",
	Title:    "Comment above a stage or argument does not begin with its name",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "`docker build --call=outline` shows the comment above a FROM or ARG as what it is for, where it begins with the name of the stage or argument. Any other comment is left out, and whoever builds does not learn what the argument does. BuildKit's own check is experimental; this one too speaks only where the file asks for it, `# check=experimental=all`, or the setting `always` does.",
	Fix:      "Begin the comment with the name, `# VERSION is the version of the base`, or put an empty comment line between.",
	Refs:     refs(practice, "M87"),
	Aliases:  []string{"buildkit:" + definitionDescription},
	Settings: []rule.Setting{{Name: "always", Default: false, Doc: "Whether files that do not ask for experimental checks are looked at, too."}},
	Bad: []string{`
-- Dockerfile --
# check=experimental=all
# the base
FROM debian:12 AS base
#                 ^^^^ comment above FROM does not begin with base, so no outline shows it
`, `
-- settings --
always: true
-- Dockerfile --
FROM debian:12
# what it is
# version, please
ARG VERSION
#   ^^^^^^^ comment above ARG does not begin with VERSION, so no outline shows it
# both
ARG A=1 B=2
#   ^ comment above ARG does not begin with the name of one of them, so no outline shows it
`},
	Good: []string{`
-- Dockerfile --
# check=experimental=InvalidDefinitionDescription
# base is where it starts
FROM debian:12 AS base
# something else
#
ARG VERSION
# B is known
ARG A=1 B=2
# nobody calls it by name
FROM debian:12
`, `
-- Dockerfile --
# the base
FROM debian:12 AS base
`},
	Check: rule.EachDockerfile(checkDefinitionComments),
}

func checkDefinitionComments(p *rule.Pass, f *dockerfile.File) {
	asked := f.Checks.ExperimentalAll || slices.Contains(f.Checks.Experimental, definitionDescription)
	if !asked && !p.Bool("always") {
		return
	}
	for in := range f.Instructions() {
		names := definedNames(in)
		comment := commentAbove(f, in.Span.Start.Line)
		if len(names) == 0 || comment == "" {
			continue
		}
		first, _, _ := strings.Cut(comment, " ")
		if slices.ContainsFunc(names, func(w dockerfile.Word) bool {
			return strings.ToLower(w.Value) == first && in.Keyword == "FROM" || w.Value == first
		}) {
			continue
		}
		want := "the name of one of them"
		if len(names) == 1 {
			want = names[0].Value
		}
		finding := rule.Finding{
			Message: fmt.Sprintf("comment above %s does not begin with %s, so no outline shows it", in.Keyword, want),
			At:      names[0].At,
			Subject: stageSubject(in.Stage),
			Key:     names[0].Value,
			Fix:     &rule.Fix{Title: "begin the comment with " + want},
		}
		if !asked {
			finding.Aliases = []string{}
		}
		p.Report(finding)
	}
}

// definedNames returns the name of a stage, or the keys of an ARG.
func definedNames(in *dockerfile.Instruction) []dockerfile.Word {
	switch {
	case in.OnBuild:
	case in.Keyword == "FROM" && len(in.Args) == 3:
		return in.Args[2:]
	case in.Keyword == "ARG":
		var out []dockerfile.Word
		for _, pair := range in.Pairs {
			out = append(out, pair.Key)
		}
		return out
	}
	return nil
}

// commentAbove returns the text of the comment on the line above, "" where there
// is none or it is a parser directive.
func commentAbove(f *dockerfile.File, line int) string {
	for line--; line > 0 && strings.TrimSpace(f.Source.Line(line)) == ""; line-- {
	}
	text := f.Source.Line(line)
	if line < 1 || !strings.HasPrefix(strings.TrimLeft(text, " \t"), "#") || line == f.Checks.Line || f.SyntaxAt.Valid() && line == f.SyntaxAt.Start.Line {
		return ""
	}
	return strings.TrimSpace(text[1:])
}

package build

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var legacyPair = rule.Rule{
	ID:       "TW-D186",
	Name:     "legacy-pair",
	Title:    "ENV or LABEL separates name and value by a space",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The old form takes all that follows as one value: `ENV A=1 B` fails, `ENV A B=1` sets A to `B=1`, and a second variable on the line becomes text without a word. Builders plan to drop it.",
	Fix:      "Write `ENV NAME=value`, with quotes where the value holds spaces.",
	Refs:     refs(practice, "M5"),
	Aliases:  []string{"buildkit:LegacyKeyValueFormat"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ENV PATH /opt/bin:$PATH
#   ^^^^ write PATH=…: the value of this old form is all that follows
ENV OPTS -a  -b=$C
#   ^^^^ write OPTS=…: the value of this old form is all that follows
LABEL "com.example.x" "a b"
#     ^^^^^^^^^^^^^^^ write "com.example.x"=…: the value of this old form is all that follows
ENV Q it\'s here
#   ^ write Q=…: the value of this old form is all that follows
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ARG A
ENV PATH=/opt/bin:$PATH A="b c" \
    D=e
LABEL x=
`},
	Check: rule.EachInstruction(checkLegacyPair, "ENV", "LABEL"),
}

func checkLegacyPair(p *rule.Pass, in *dockerfile.Instruction) {
	if len(in.Pairs) != 1 || in.Stage == nil {
		return
	}
	pair := in.Pairs[0]
	key, value := pair.Key.At, pair.Value.At
	gap := key.File.Text[key.End.Offset:max(value.Start.Offset, key.End.Offset)]
	escape := in.Stage.File.Escape
	if gap == "" || strings.Contains(pair.Key.Text, "=") || strings.HasPrefix(strings.TrimLeft(gap, string(escape)+" \t\r\n"), "=") {
		return
	}
	f := rule.Finding{
		Message: fmt.Sprintf("write %s=…: the value of this old form is all that follows", pair.Key.Text), At: key,
		Subject: stageSubject(in.Stage), Key: pair.Key.Text,
		Fix: &rule.Fix{Title: "put = between name and value, and quotes around spaces"},
	}
	if in.OnBuild {
		f.Aliases = []string{}
	}
	f.Fix.Edits = pairEdits(pair, gap, escape)
	p.Report(f)
}

// pairEdits returns the edits that join name and value by =, nil where the value
// might come out as another. Quotes are taken off values of both forms, so one
// without spaces outside of quotes stays as it is.
func pairEdits(pair dockerfile.Pair, gap string, escape rune) []source.Edit {
	file, start, end := pair.Key.At.File, pair.Value.At.Start.Offset, pair.Value.At.End.Offset
	text := pair.Value.Text
	if strings.Contains(gap, "#") || text == "" {
		return nil
	}
	edits := []source.Edit{{Span: file.Span(pair.Key.At.End.Offset, start), New: "="}}
	switch {
	case oneWord(text, escape):
		return edits
	case strings.ContainsAny(text, "\"'`\\"), strings.ContainsRune(text, escape):
		return nil
	}
	edits[0].New = `="`
	return append(edits, source.Edit{Span: file.Span(end, end), New: `"`})
}

// oneWord reports whether a value has no white space outside of quotes, and all
// its quotes are closed.
func oneWord(text string, escape rune) bool {
	quote, skip := rune(0), false
	for _, ch := range text {
		switch {
		case skip:
			skip = false
		case ch == escape && quote != '\'':
			skip = true
		case quote != 0:
			if ch == quote {
				quote = 0
			}
		case ch == '\'' || ch == '"':
			quote = ch
		case unicode.IsSpace(ch):
			return false
		}
	}
	return quote == 0 && !skip
}

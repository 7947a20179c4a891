package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var undefinedVariable = rule.Rule{
	ID:       "TW-D200",
	Name:     "undefined-variable",
	Title:    "Variable that nothing defines",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "A variable that neither the stage nor its base image defines is empty: `USER $APP_USER` then leaves root in place, and `COPY $SRC/ /` copies the whole context. " +
		"It is judged only where the base image's configuration is known, since that may define it.",
	Fix:     "Declare it in the stage with `ARG` or `ENV`, or correct its name. An `ARG` before the first `FROM` has to be declared again in the stage.",
	Refs:    refs(practice, "M27"),
	Aliases: []string{"buildkit:UndefinedVar"},
	Bad: []string{`
-- Dockerfile --
ARG APP_USER=65532
FROM scratch
ENV APP_DIR=/app
COPY --chown=$APP_USER . \
#            ^^^^^^^^^ variable APP_USER is defined neither here nor by the base image, so it is empty
  ${APP_DIRR}/ok
# ^^^^^^^^^^^ variable APP_DIRR is defined neither here nor by the base image, so it is empty; APP_DIR is meant, perhaps
USER ${NUMBER:-65532}
#    ^^^^^^^^^^^^^^^^ variable NUMBER is defined neither here nor by the base image, so its default always holds
`},
	Good: []string{`
-- Dockerfile --
FROM scratch AS one
ARG DIR
COPY . $DIR
FROM debian:12
USER $FROM_THE_BASE
`},
	Check: eachWarning("UndefinedVar", checkUndefinedVariable),
}

func checkUndefinedVariable(p *rule.Pass, d *dockerfile.File, w dockerfile.LintWarning) {
	name, similar := variablesOf(w.Detail)
	if name == "" {
		return // another wording: the rule for all warnings takes it
	}
	times := 0
	for _, other := range d.Lint { // one for each word of the instruction
		if other == w {
			times++
		}
	}
	fix := "declare it in the stage: ARG " + name
	if similar != "" {
		fix = "write $" + similar
	}
	for _, at := range variableUses(d, w, name, times) {
		f := rule.Finding{Message: "variable " + name + " is defined neither here nor by the base image, so it is empty", At: at, Key: name, Fix: &rule.Fix{Title: fix}}
		if modifier := strings.TrimPrefix(at.Text(), "${"+name); modifier != at.Text() && modifier != "}" {
			f.Severity = rule.Info
			f.Message = "variable " + name + " is defined neither here nor by the base image, so its default always holds"
		}
		if similar != "" {
			f.Message += "; " + similar + " is meant, perhaps"
		}
		p.Report(f)
	}
}

// variablesOf takes the names out of BuildKit's sentence.
func variablesOf(detail string) (name, similar string) {
	_, rest, _ := strings.Cut(detail, "'$")
	name, rest, _ = strings.Cut(rest, "'")
	_, rest, _ = strings.Cut(rest, "(did you mean $")
	similar, _, _ = strings.Cut(rest, "?)")
	return name, similar
}

// variableUses returns the first places in an instruction that use a variable,
// up to a number of them; the keyword's where it comes from a trigger of the
// base image.
func variableUses(d *dockerfile.File, w dockerfile.LintWarning, name string, most int) []source.Span {
	in := instructionOf(d, w)
	if in == nil {
		return []source.Span{warned(d, w)}
	}
	var out []source.Span
	text, start := in.Span.Text(), in.Span.Start.Offset
	for i := strings.IndexByte(text, '$'); i >= 0 && len(out) < most; {
		from := i + 1
		braced := strings.HasPrefix(text[from:], "{")
		if braced {
			from++
		}
		if end := from + len(name); strings.HasPrefix(text[from:], name) && !continues(text[end:]) {
			if closing := strings.IndexByte(text[end:], '}'); braced && closing >= 0 {
				end += closing + 1
			}
			out = append(out, d.Source.Span(start+i, start+end))
		}
		next := strings.IndexByte(text[i+1:], '$')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if len(out) == 0 {
		out = append(out, in.KeywordAt)
	}
	return out
}

// continues reports whether a name goes on in the text.
func continues(text string) bool {
	return text != "" && (text[0] == '_' || '0' <= text[0] && text[0] <= '9' || 'a' <= text[0]|0x20 && text[0]|0x20 <= 'z')
}

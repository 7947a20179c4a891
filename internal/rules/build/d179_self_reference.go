package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var selfReference = rule.Rule{
	ID:       "TW-D179",
	Name:     "self-reference",
	Title:    "ENV uses a variable that it sets itself",
	Severity: rule.Low,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "All values of one ENV are filled in before any of its variables is set: `ENV A=/x B=$A/y` leaves B with the old A, which is empty most of the time. Paths then begin at the root of the file system.",
	Fix:      "Set the variable in an ENV of its own, above the one that uses it.",
	Refs:     refs(nist, "4.1.2", practice, "M71"),
	Aliases:  []string{"hadolint:DL3044"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ENV HOME=/srv DATA=${HOME}/data
#             ^^^^ DATA uses HOME as it was before this ENV
ENV A=1 \
    B="$A,$C" C=$Cx
#   ^ B uses A as it was before this ENV
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ARG V
ENV HOME=/srv
ENV DATA=$HOME/data HOME=/home
ENV V=$V W=$V
ENV X=$X Y=$Xy Z=\$X
ENV LEGACY $LEGACY and more
`},
	Check: rule.EachDockerfile(checkSelfReference),
}

func checkSelfReference(p *rule.Pass, f *dockerfile.File) {
	known := map[string]bool{}
	for in := range f.Instructions() {
		switch in.Keyword {
		case "ENV":
			reportSelfReference(p, in, known)
			fallthrough
		case "ARG":
			for _, pair := range in.Pairs {
				known[pair.Key.Text] = true
			}
		}
	}
}

// reportSelfReference reports the first value of an ENV that uses a variable
// which the same ENV sets, and nothing before it.
func reportSelfReference(p *rule.Pass, in *dockerfile.Instruction, known map[string]bool) {
	if len(in.Pairs) < 2 {
		return
	}
	for i, user := range in.Pairs {
		if !strings.Contains(user.Value.Text, "$") {
			continue
		}
		for j, set := range in.Pairs {
			name := set.Key.Text
			if i == j || known[name] || !uses(user.Value.Text, name) {
				continue
			}
			p.Report(rule.Finding{
				Severity: stageSeverity(p.Rule.Severity, in.Stage),
				Message:  fmt.Sprintf("%s uses %s as it was before this ENV", user.Key.Text, name),
				At:       user.Key.At, Subject: stageSubject(in.Stage), Key: user.Key.Text,
				Fix: &rule.Fix{Title: fmt.Sprintf("set %s in an ENV of its own above", name)},
			})
			return
		}
	}
}

// uses reports whether a value refers to a variable, as $NAME or ${NAME}.
func uses(value, name string) bool {
	if name == "" {
		return false
	}
	for rest := value; ; {
		i := strings.IndexByte(rest, '$')
		if i < 0 {
			return false
		}
		escaped := i > 0 && rest[i-1] == '\\'
		rest = rest[i+1:]
		after, bare := strings.CutPrefix(rest, name)
		switch {
		case escaped:
		case bare && (after == "" || !variableByte(after[0])), strings.HasPrefix(rest, "{"+name+"}"):
			return true
		}
	}
}

func variableByte(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

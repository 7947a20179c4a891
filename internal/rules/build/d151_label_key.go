package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var labelKey = rule.Rule{
	ID:       "TW-D151",
	Name:     "label-key",
	Title:    "Label key of a form that Docker advises against",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Tools look labels up by their exact keys. A key in capitals, with a stray character, or in a name space that belongs to Docker, is overlooked or overwritten, and with it whose image it is and from which commit.",
	Fix:      "Write keys in lower-case letters, digits, single dots and single hyphens, below a domain of your own: `com.example.team`.",
	Refs:     refs(practice, "M31", practice, "M68"),
	Aliases:  []string{"hadolint:DL3048"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
LABEL Team=a com.example.team=b build_date=c
#     ^^^^ label key Team does not begin with a lower-case letter
#                               ^^^^^^^^^^ label key build_date holds _
LABEL com..example=a "a--b"=c io.docker.x=d e.=f
#     ^^^^^^^^^^^^ label key com..example has two dots or hyphens in a row
#                    ^^^^^^ label key a--b has two dots or hyphens in a row
#                             ^^^^^^^^^^^ label key io.docker.x is in a name space of Docker's
#                                           ^^ label key e. does not end with a letter or digit
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
LABEL org.opencontainers.image.source=x "com.example.a-b1"=y $PREFIX.name=z maintainer=me
`},
	Check: rule.EachInstruction(checkLabelKey, "LABEL"),
}

func checkLabelKey(p *rule.Pass, in *dockerfile.Instruction) {
	for _, pair := range in.Pairs {
		key := pair.Key.Value
		if strings.Contains(key, "$") {
			continue
		}
		if wrong := keyProblem(key); wrong != "" {
			p.Report(rule.Finding{
				Message: fmt.Sprintf("label key %s %s", key, wrong),
				At:      pair.Key.At,
				Subject: stageSubject(in.Stage),
				Key:     key,
				Fix:     &rule.Fix{Title: "write lower-case letters, digits, single dots and hyphens, below a domain of your own"},
			})
		}
	}
}

// keyProblem says how a label key departs from
// https://docs.docker.com/engine/manage-resources/labels/#key-format-recommendations.
func keyProblem(key string) string {
	for _, space := range []string{"com.docker.", "io.docker.", "org.dockerproject."} {
		if strings.HasPrefix(key, space) {
			return "is in a name space of Docker's"
		}
	}
	if key == "" || key[0] < 'a' || key[0] > 'z' {
		return "does not begin with a lower-case letter"
	}
	for i, c := range key {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		case c != '.' && c != '-':
			return fmt.Sprintf("holds %c", c)
		case i == len(key)-1:
			return "does not end with a letter or digit"
		case key[i+1] == byte(c):
			return "has two dots or hyphens in a row"
		}
	}
	return ""
}

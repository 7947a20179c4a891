package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// The checks of BuildKit that casing stands for.
const (
	stageNameCasing   = "buildkit:StageNameCasing"
	fromAsCasing      = "buildkit:FromAsCasing"
	exposeProtoCasing = "buildkit:ExposeProtoCasing"
)

var casing = rule.Rule{
	ID:       "TW-D142",
	Name:     "casing",
	Title:    "Stage name, AS or protocol in unusual case",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Builders read stage names, keywords and protocols in lower case whatever is written. A name that is written in two ways looks like two stages to whoever reviews where files come from, and like two to tools that compare it exactly.",
	Fix:      "Write stage names and protocols in lower case, and `AS` in the case of its `FROM`.",
	Refs:     refs(practice, "M7"),
	Aliases:  []string{stageNameCasing, fromAsCasing, exposeProtoCasing},
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26 as Build
#                ^^ write AS in the case of FROM
#                   ^^^^^ stage name Build is not in lower case
from debian:12 AS run
#              ^^ write as in the case of from
EXPOSE 80/TCP 53/udp
#      ^^^^^^ protocol TCP is not in lower case
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
from debian:12 as run
From build aS x
EXPOSE 80/tcp 53 $PORT/UDP
`},
	Check: rule.EachInstruction(checkCasing, "FROM", "EXPOSE"),
}

func checkCasing(p *rule.Pass, in *dockerfile.Instruction) {
	if in.OnBuild {
		return
	}
	if in.Keyword == "EXPOSE" {
		protocolCasing(p, in)
		return
	}
	if len(in.Args) < 3 {
		return
	}
	if as, want := in.Args[1], likeFrom(in.KeywordAt.Text(), in.Args[1].Text); as.Text != want {
		recase(p, in, as.At, want, fmt.Sprintf("write %s in the case of %s", want, in.KeywordAt.Text()), fromAsCasing)
	}
	if name := in.Args[2]; len(in.Args) == 3 && name.Text != strings.ToLower(name.Text) {
		recase(p, in, name.At, strings.ToLower(name.Text), fmt.Sprintf("stage name %s is not in lower case", name.Text), stageNameCasing)
	}
}

// likeFrom returns AS in the case of its FROM; a FROM of mixed case says nothing.
func likeFrom(from, as string) string {
	switch from {
	case strings.ToLower(from):
		return strings.ToLower(as)
	case strings.ToUpper(from):
		return strings.ToUpper(as)
	}
	return as
}

func protocolCasing(p *rule.Pass, in *dockerfile.Instruction) {
	for _, word := range in.Args {
		slash := strings.IndexByte(word.Value, '/')
		if slash < 0 || strings.Contains(word.Value, "$") || !knownProtocol(word.Value[strings.LastIndexByte(word.Value, ':')+1:]) {
			continue
		}
		protocol := word.Value[slash+1:]
		if lower := strings.ToLower(protocol); lower != protocol {
			recase(p, in, word.At, word.Value[:slash+1]+lower, fmt.Sprintf("protocol %s is not in lower case", protocol), exposeProtoCasing)
		}
	}
}

func recase(p *rule.Pass, in *dockerfile.Instruction, at source.Span, want, message, same string) {
	p.Report(rule.Finding{
		Message: message,
		At:      at,
		Subject: stageSubject(in.Stage),
		Key:     want,
		Aliases: []string{same},
		Fix:     &rule.Fix{Title: "write " + want, Edits: []source.Edit{{Span: at, New: want}}},
	})
}

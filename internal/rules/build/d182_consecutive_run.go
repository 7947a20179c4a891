package build

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var consecutiveRun = rule.Rule{
	ID:       "TW-D182",
	Name:     "consecutive-run",
	Title:    "RUN follows RUN where one would do",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Every RUN is a layer. What one of them leaves behind stays in the image even where the next removes it, and a cached first step feeds stale data to the second. RUNs that chain three commands or more are taken as grouped on purpose.",
	Fix:      "Join them by `&&`, or write one RUN with a here-document that begins with `set -e`.",
	Refs:     refs(practice, "M3", practice, "M4"),
	Aliases:  []string{"hadolint:DL3059"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN make
# and then
RUN make install && make clean
^^^ this RUN can be one with that before it
RUN ["ldconfig"]
^^^ this RUN can be one with that before it
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN make
WORKDIR /x
RUN --mount=type=cache,target=/c make
RUN make
RUN apt-get update && apt-get install -y x && rm -rf /var/lib/apt/lists/*
RUN make
FROM debian:12
RUN make
`},
	Check: rule.EachStage(checkConsecutiveRun),
}

func checkConsecutiveRun(p *rule.Pass, s *dockerfile.Stage) {
	var before *dockerfile.Instruction
	var flags []string
	var count int
	for _, in := range s.Instructions {
		if in.Keyword != "RUN" || in.Run == nil {
			before = nil
			continue
		}
		same := before != nil && before.OnBuild == in.OnBuild
		own, n := flagTexts(in), commandCount(in.Run)
		if !same || !slices.Equal(flags, own) || n > 2 || count > 2 {
			before, flags, count = in, own, n
			continue
		}
		p.Report(rule.Finding{
			Message: "this RUN can be one with that before it", At: in.KeywordAt,
			Subject: stageSubject(s), Key: firstName(in.Run),
			Fix: &rule.Fix{Title: "join them by &&"},
		})
	}
}

// flagTexts returns the flags of an instruction, sorted: their order means
// nothing.
func flagTexts(in *dockerfile.Instruction) []string {
	if len(in.Flags) == 0 {
		return nil
	}
	out := make([]string, 0, len(in.Flags))
	for _, f := range in.Flags {
		out = append(out, f.Name+"="+f.Value)
	}
	slices.Sort(out)
	return out
}

// commandCount counts the commands of a script that have a name; those inside of words
// are part of the command they are given to.
func commandCount(run *dockerfile.Run) int {
	n := 0
	for _, c := range run.Commands {
		if c.Name != "" && c.Name != "[" && !c.Inner {
			n++
		}
	}
	return n
}

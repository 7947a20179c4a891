package build

import (
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var addLeft = rule.Rule{
	ID:       "TW-D176",
	Name:     "add-instruction",
	Title:    "ADD downloads or unpacks",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "ADD decides by itself whether to download, to clone or to unpack. Teams that want every such step in sight, with its own check and its own tool, do without it.",
	Fix:      "Download and check in a RUN of a builder stage, or mount the archive: `RUN --mount=type=bind,source=x.tar,target=/x.tar tar -xf /x.tar`.",
	Refs:     refs(cis, "4.9", practice, "M10"),
	Aliases:  []string{hadolintAdd, trivyAdd, checkovAdd, kicsAdd, dockleAdd},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ADD app.tar.xz /app
#   ^^^^^^^^^^ ADD downloads or unpacks app.tar.xz
ADD https://example.com/x /x
#   ^^^^^^^^^^^^^^^^^^^^^ ADD downloads or unpacks https://example.com/x
ADD $SOURCE /x
#   ^^^^^^^ ADD downloads or unpacks $SOURCE
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ADD run.sh /app
COPY app.tar.xz /app
`},
	Check: rule.EachInstruction(func(p *rule.Pass, in *dockerfile.Instruction) {
		if _, plain := firstPlain(in); plain || len(in.Args) < 2 {
			return
		}
		p.Report(rule.Finding{
			Message: "ADD downloads or unpacks " + in.Args[0].Value, At: in.Args[0].At,
			Subject: stageSubject(in.Stage), Key: in.Args[0].Text, Aliases: append([]string{}, addAliases(in)...),
			Fix: &rule.Fix{Title: "download and check it in a builder stage, or mount the archive"},
		})
	}, "ADD"),
}

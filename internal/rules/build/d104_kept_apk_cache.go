package build

import (
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var keptApkCache = rule.Rule{
	ID:       "TW-D104",
	Name:     "kept-apk-cache",
	Title:    "apk add keeps its index in the image",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "The index of the repository stays in the layer, and a later build that finds it there installs from an old one.",
	Fix:      "Install with `apk add --no-cache`: it fetches the index and keeps nothing.",
	Refs:     refs(cis, "4.7", practice, "M4"),
	Aliases:  []string{"hadolint:DL3019", "trivy:DS-0025"},
	Fixable:  true,
	Bad: []string{`
-- Dockerfile --
FROM alpine:3
RUN apk add curl && apk --update add git
#       ^^^ apk add keeps the index of the repository in the layer
#                                ^^^ apk add keeps the index of the repository in the layer
`},
	Good: []string{`
-- Dockerfile --
FROM alpine:3
RUN apk add --no-cache curl && apk --no-cache add git && apk del git
RUN --mount=type=cache,target=/var/cache/apk apk add curl
RUN --mount=type=tmpfs,target=/etc/apk/cache apk add curl
`},
	Check: rule.EachRun(checkApkCache),
}

func checkApkCache(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		if c.Name != "apk" {
			continue
		}
		call, _ := callsManager(c)
		if call.verb.Value != "add" || call.asked("--no-cache") || mounted(run, call.caches) {
			continue
		}
		f := commandFinding(run, call.verb.At, "apk add "+list(call.operands), "apk add keeps the index of the repository in the layer", "add --no-cache")
		f.Fix.Edits = insertAfter(run, call.verb, " --no-cache")
		if _, ok := plainly(c); !ok {
			f.Aliases = []string{"trivy:DS-0025"}
		}
		p.Report(f)
	}
}

package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unpinnedCopySource = rule.Rule{
	ID:       "TW-D006",
	Name:     "unpinned-copy-source",
	Title:    "Files taken from an image that is not pinned by digest",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "What `COPY --from` or a mount takes out of another image lands in yours, or runs in your build. A tag lets the owner of that image replace it at any time.",
	Fix:      "Add the digest: `COPY --from=ghcr.io/acme/tool:1.2@sha256:… /tool /usr/bin/`. Or name the image once in a FROM of its own, where update bots find it.",
	Refs:     refs(nist, "4.1.5", practice, "M6", practice, "M11"),
	Aliases:  []string{"hadolint:DL3022"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/
#           ^^^^^^^^^^^^^^^^^^^^^^^^ COPY --from takes files from ghcr.io/astral-sh/uv:0.9, which is not pinned by digest
COPY --from=busybox /bin/sh /bin/
#           ^^^^^^^ COPY --from takes files from busybox, which is not pinned by digest
RUN --mount=type=bind,from=docker.io/acme/tools:1,target=/tools /tools/x
#                          ^^^^^^^^^^^^^^^^^^^^^^ RUN --mount from takes files from docker.io/acme/tools:1, which is not pinned by digest
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
FROM debian:12
COPY --from=build /app /app
COPY --from=0 /app /app
COPY --from=ghcr.io/astral-sh/uv:0.9@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef /uv /bin/
COPY --from=assets /x /x
RUN --mount=type=cache,target=/x true
`},
	Check: rule.EachInstruction(checkUnpinnedCopySource, "COPY", "ADD", "RUN"),
}

func checkUnpinnedCopySource(p *rule.Pass, in *dockerfile.Instruction) {
	for _, i := range importsOf(in) {
		if !external(i.ref) || strings.Contains(i.ref.Written, "$") || i.ref.Digest != "" || bareName(i.ref) || isNumeric(i.ref.Text) {
			continue
		}
		// DL3022 wants a stage behind --from, or an image with a tag.
		same := []string{}
		if in.Keyword == "COPY" && !strings.Contains(i.ref.Text, ":") {
			same = p.Rule.Aliases
		}
		p.Report(rule.Finding{
			Aliases:  same,
			Severity: stageSeverity(p.Rule.Severity, in.Stage),
			Message:  fmt.Sprintf("%s takes files from %s, which is not pinned by digest", i.what, i.ref.Text),
			At:       i.ref.At,
			Subject:  stageSubject(in.Stage),
			Key:      i.ref.Name,
			Fix:      &rule.Fix{Title: "add the digest: " + i.ref.Text + "@sha256:<digest>", Lookup: pin(i.ref)},
		})
	}
}

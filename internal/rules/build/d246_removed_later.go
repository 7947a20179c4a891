package build

import (
	"fmt"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var removedLater = rule.Rule{
	ID:       "TW-D246",
	Name:     "removed-in-later-layer",
	Title:    "Files are removed in a later layer than they came in",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Removing in a later layer hides the files and frees nothing: the archive, the cache or the sources still travel with the image, and a scanner still finds what is in them.",
	Fix:      "Remove in the RUN that fetches, `RUN curl -O … && tar xf … && rm …`, use `--mount=type=cache` for caches and `--mount=type=bind` for sources, or do the work in a stage of its own.",
	Refs:     refs(nist, "4.1.2", practice, "M22"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-get install -y curl
RUN curl -fsSL -o /tmp/tool.tgz https://example.com/tool.tgz
RUN tar -xzf /tmp/tool.tgz -C /opt && rm /tmp/tool.tgz && rm -rf /var/lib/apt/lists/*
#                                        ^^^^^^^^^^^^^ /tmp/tool.tgz is removed here, but stays in the layer of line 3
#                                                                ^^^^^^^^^^^^^^^^^^^^ /var/lib/apt/lists is removed here, but stays in the layer of line 2
`, `
-- Dockerfile --
FROM node:22.1.0
WORKDIR /src
COPY . .
RUN make install
WORKDIR /
RUN rm -rf /src && npm cache clean --force
#          ^^^^ /src is removed here, but stays in the layer of line 3
ADD app.deb /tmp/
RUN dpkg -i /tmp/app.deb; rm /tmp/*.deb
#                            ^^^^^^^^^^ /tmp/app.deb is removed here, but stays in the layer of line 7
`, `
-- Dockerfile --
FROM fedora:42
RUN dnf install -y git
RUN git clone https://example.com/a/tool.git /tool
RUN make -C /tool && rm -rf /tool
#                           ^^^^^ /tool is removed here, but stays in the layer of line 3
RUN dnf clean all
#       ^^^^^ /var/cache/dnf is removed here, but stays in the layer of line 2
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 AS build
COPY . /src
RUN rm -rf /src
FROM debian:12
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
RUN curl -o /tmp/x https://example.com/x && rm /tmp/x
RUN --mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt apt-get update
RUN rm -rf /var/lib/apt/lists/* /etc/motd
RUN mkdir /work && touch /work/x
RUN rm -r /work
RUN pip install --no-cache-dir x
RUN rm -rf ~/.cache
COPY a /opt/a
RUN rm -rf /opt/b /opt/a.txt $UNKNOWN/a
`},
	Check: rule.EachFinalStage(checkRemovedLater),
}

func checkRemovedLater(p *rule.Pass, s *dockerfile.Stage) {
	if !removes(s) {
		return
	}
	effects := effectsOf(s)
	said := map[source.Span]bool{}
	for i, e := range effects {
		if !weighs(e) || len(secretsIn(e)) > 0 {
			continue
		}
		for _, name := range e.paths {
			by := gone(effects, i, name)
			if by == nil && e.cache { // apt/lists/*
				by = gone(effects, i, name+"/x")
			}
			if by == nil || by.step == e.step || said[by.word.At] {
				continue
			}
			said[by.word.At] = true
			p.Report(rule.Finding{
				Severity: p.Rule.Severity,
				Message:  fmt.Sprintf("%s is removed here, but stays in the layer of line %d", name, e.word.At.Start.Line),
				At:       by.word.At,
				Related:  []source.Related{{At: e.word.At, Message: "it comes in here"}},
				Subject:  stageSubject(s),
				Key:      name,
				Fix:      &rule.Fix{Title: "remove it in the instruction that brings it, or mount it there"},
			})
			break
		}
	}
}

// weighs reports whether what an effect writes is more than a few lines.
func weighs(e effect) bool {
	return !e.removed && (e.cache || slices.Contains([]string{"COPY", "ADD", "curl", "wget", "tar", "bsdtar", "unzip", "git clone", "cp", "mv", "install", "rsync", "dd", "go", "gcc"}, e.by))
}

package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var outsideAllowedPaths = rule.Rule{
	ID:       "TW-D247",
	Name:     "write-outside-allowed-paths",
	Title:    "Something is written outside of the allowed paths",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A program has its place in an image: who knows that nothing else was touched can mount the rest read-only, compare it with the base image and see at once what does not belong. The rule is silent until `allowed` names the paths. It looks at what ends in the final image: COPY, ADD, WORKDIR, VOLUME and in RUN redirections, `tee`, `cp`, `mv`, `install`, `ln`, `mkdir`, `touch`, `sed -i`, `dd`, `tar`, `unzip`, `curl -o`, `wget -O`, `git clone`, compilers' `-o`. What the same RUN removes again, what goes to a mount, what package managers and `useradd` write in places of their own, and who owns a file (`chmod`, `chown`) do not count. Where a path is not known, because it hangs on a variable or on the base image's WORKDIR, that is a finding of severity low.",
	Fix:      "Write below one of the allowed paths, do the work in a stage of its own, or add the path to the setting `allowed`.",
	Refs:     refs(nist, "4.1.2", practice, "M22"),
	Settings: []rule.Setting{{Name: "allowed", Default: []string{}, Doc: "absolute globs of what may be written, such as /app/**; `**` stands for any number of folders, and a folder for all below it; none switches the rule off"}},
	Bad: []string{`
-- settings --
allowed: /app/** /usr/local/bin/tool
-- Dockerfile --
FROM debian:12 AS build
COPY x /anywhere
FROM debian:12
WORKDIR /srv/x
#       ^^^^^^ WORKDIR writes /srv/x, which is outside of the allowed paths
COPY a.conf /etc/a.conf
#    ^^^^^^ COPY writes /etc/a.conf, which is outside of the allowed paths
COPY --from=build /out/tool /out/other /usr/local/bin/
#                           ^^^^^^^^^^ COPY writes /usr/local/bin/other, which is outside of the allowed paths
VOLUME /data /app/data
#      ^^^^^ VOLUME writes /data, which is outside of the allowed paths
RUN mkdir -p /app/log /var/log/app && echo x > conf && cp a b c /app/
#                     ^^^^^^^^^^^^ mkdir writes /var/log/app, which is outside of the allowed paths
#                                              ^^^^ echo writes /srv/x/conf, which is outside of the allowed paths
RUN cd /opt && curl -fsSLO https://example.com/x.tgz && tar xzf x.tgz -C /usr/share && rm x.tgz
#                                                                        ^^^^^^^^^^ tar writes /usr/share, which is outside of the allowed paths
RUN ln -sf /app/x /usr/bin/x; install -m 755 x -t /sbin; sed -i 's/a/b/' /etc/passwd
#                 ^^^^^^^^^^ ln writes /usr/bin/x, which is outside of the allowed paths
#                                                 ^^^^^ install writes /sbin, which is outside of the allowed paths
#                                                                        ^^^^^^^^^^^ sed writes /etc/passwd, which is outside of the allowed paths
`, `
-- settings --
allowed: /app
-- Dockerfile --
FROM debian:12
COPY app.js lib/
#    ^^^^^^ where COPY writes is not known: lib/ is relative to the WORKDIR of the base image
RUN git clone https://example.com/a/b.git $DIR
#                                         ^^^^ where git clone writes is not known: $DIR
RUN wget -O /usr/bin/x https://example.com/x
#           ^^^^^^^^^^ wget writes /usr/bin/x, which is outside of the allowed paths
`},
	Good: []string{`
-- settings --
allowed: /app /usr/local/bin/* /tmp/**
-- Dockerfile --
FROM golang:1.26 AS build
RUN mkdir /anything
FROM debian:12
WORKDIR /app
COPY . .
COPY --from=build /out/tool /usr/local/bin/
COPY --chmod=755 tool /usr/local/bin/tool
COPY lib/ lib
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/* && useradd app && chown -R app /app /srv
RUN --mount=type=cache,target=/root/.cache echo x > /root/.cache/x 2> /dev/null
RUN curl -o /opt/x.tgz https://example.com/x && tar xf /opt/x.tgz && rm -rf /opt/*
RUN echo x | tee log/x >/dev/null; go build -o /app/bin/x .
VOLUME ["/app/data"]
-- lib/x --
`, `
-- Dockerfile --
FROM debian:12
WORKDIR /anywhere
COPY x /etc/x
`},
	Check: rule.EachFinalStage(checkAllowedPaths),
}

func checkAllowedPaths(p *rule.Pass, s *dockerfile.Stage) {
	allowed := p.Strings("allowed")
	if len(allowed) == 0 {
		return
	}
	effects := effectsOf(s)
	for i, e := range effects {
		if e.removed || e.cache || e.what != "" || allows(allowed, e.paths) || goneAtOnce(effects, i) {
			continue
		}
		f := rule.Finding{
			At:      e.word.At,
			Subject: stageSubject(s),
			Key:     e.by + " " + e.word.Text,
			Fix:     &rule.Fix{Title: "write below " + strings.Join(allowed, ", ")},
		}
		switch {
		case len(e.paths) == 0:
			f.Severity, f.Message = rule.Low, fmt.Sprintf("where %s writes is not known: %s", e.by, e.target())
		case strings.HasPrefix(e.paths[0], unknownRoot):
			f.Severity, f.Message = rule.Low, fmt.Sprintf("where %s writes is not known: %s is relative to the WORKDIR of the base image", e.by, e.target())
		default:
			f.Message = fmt.Sprintf("%s writes %s, which is outside of the allowed paths", e.by, e.paths[0])
		}
		p.Report(f)
	}
}

// target is the word that says where an effect goes.
func (e effect) target() string {
	if e.by == "COPY" || e.by == "ADD" {
		return e.in.Args[len(e.in.Args)-1].Value
	}
	return e.word.Value
}

// allows reports whether one of the paths that are meant is allowed.
func allows(allowed, paths []string) bool {
	return slices.ContainsFunc(paths, func(name string) bool {
		return slices.ContainsFunc(allowed, func(glob string) bool {
			return strings.HasPrefix(name, "/") && source.MatchGlob(strings.TrimPrefix(glob, "/"), strings.TrimPrefix(name, "/"))
		})
	})
}

// goneAtOnce reports whether the instruction that writes a file removes it too.
func goneAtOnce(effects []effect, i int) bool {
	return slices.ContainsFunc(effects[i].paths, func(name string) bool {
		by := gone(effects, i, name)
		return by != nil && by.step == effects[i].step
	})
}

package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var toolchainInFinalStage = rule.Rule{
	ID:       "TW-D008",
	Name:     "toolchain-in-final-stage",
	Title:    "Compiler or toolchain left in the final stage",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A compiler in the running image serves only whoever breaks in, brings hundreds of packages with their flaws, and makes every pull slower. Headers (`-dev` packages) alone are low.",
	Fix:      "Build in one stage and copy the result into another: `FROM gcr.io/distroless/static:nonroot` … `COPY --from=build /app /app`. Where a package must be compiled in place, remove the compiler in the same RUN.",
	Refs:     refs(cis, "4.3", nist, "4.1.2", practice, "M4", practice, "M7"),
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26
#    ^^^^^^^^^^^ the final stage is built on golang:1.26, which is there to compile
RUN go build -o /app .
CMD ["/app"]
`, `
-- Dockerfile --
FROM debian:12
RUN apt-get install -y libpq-dev
#                      ^^^^^^^^^ libpq-dev stays in the final image and is only needed to build
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl build-essential gcc-13
#                                                      ^^^^^^^^^^^^^^^ build-essential, gcc-13 stay in the final image and are only needed to build
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
RUN apt-get install -y build-essential
FROM alpine:3.22
RUN apk add --no-cache --virtual .build-deps gcc musl-dev \
    && make && apk del .build-deps
RUN apt-get install -y gcc && pip install x && apt-get purge -y gcc
RUN apk add --no-cache ca-certificates
RUN apk --no-cache --virtual=.more add g++ && apk --no-cache del .more
RUN apt-mark auto '.*' > /dev/null; apt-get install -y gcc; make; \
    apt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false
`, `
-- Dockerfile --
FROM eclipse-temurin:21-jre
`},
	Check: rule.EachFinalStage(checkToolchain),
}

func checkToolchain(p *rule.Pass, s *dockerfile.Stage) {
	if base := rootStage(s); toolchainBase(base.Base) {
		p.Report(rule.Finding{
			Message: fmt.Sprintf("the final stage is built on %s, which is there to compile", shown(base.Base)),
			At:      base.Base.At,
			Subject: stageSubject(s),
			Key:     base.Base.Name,
			Fix:     &rule.Fix{Title: "name this stage, add a small one below it and COPY --from the result"},
		})
	}
	for _, st := range chain(s) {
		for _, run := range runs(st) {
			leftCompilers(p, s, run)
		}
	}
}

func leftCompilers(p *rule.Pass, s *dockerfile.Stage, run *dockerfile.Run) {
	if sweeps(run) {
		return
	}
	gone := removed(run)
	for _, c := range run.Commands {
		pkgs, group := installed(c)
		if group != "" && slices.Contains(gone, group) {
			continue
		}
		var names []string
		var first dockerfile.Word
		severity := rule.Low // headers alone
		for _, pkg := range pkgs {
			if !isCompiler(pkg.Value) && !isHeaders(pkg.Value) || slices.Contains(gone, pkg.Value) {
				continue
			}
			if names = append(names, pkg.Value); len(names) == 1 {
				first = pkg
			}
			if isCompiler(pkg.Value) {
				severity = p.Rule.Severity
			}
		}
		if len(names) == 0 {
			continue
		}
		verb := "stays in the final image and is"
		if len(names) > 1 {
			verb = "stay in the final image and are"
		}
		list := strings.Join(names, ", ")
		p.Report(rule.Finding{
			Severity: severity,
			Message:  list + " " + verb + " only needed to build",
			At:       first.At,
			Subject:  stageSubject(s),
			Key:      list,
			Fix:      &rule.Fix{Title: "build in a stage of its own and COPY --from the result, or remove it in the same RUN"},
		})
	}
}

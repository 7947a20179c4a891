package build

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var missingUser = rule.Rule{
	ID:       "TW-D003",
	Name:     "missing-user",
	Title:    "Final stage names no user",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without USER the base image decides, and nearly every base image decides for root. What runs as root in the container is root for the kernel: one flaw in the runtime or one mounted host path away from the node.",
	Fix:      "End the final stage with a numeric user, `USER 65532`, or take a base that sets one, such as the `nonroot` tags of distroless.",
	Refs:     refs(cis, "4.1", nist, "4.1.2", practice, "M8"),
	Aliases:  []string{"trivy:DS-0002", "checkov:CKV_DOCKER_3"},
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
USER 65532
FROM gcr.io/distroless/static:latest
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no USER is set, so the image runs as root
COPY --from=build /app /app
`, `
-- Dockerfile --
FROM ghcr.io/acme/base:1 AS base
FROM base
#    ^^^^ no USER is set, and whether base image ghcr.io/acme/base:1 sets one is not known
`, `
-- Dockerfile --
FROM registry.test/app:1
#    ^^^^^^^^^^^^^^^^^^^ no USER is set, so the image runs as root, as base image registry.test/app:1 does by its configuration (registry.test)
-- base/app.json --
{"config": {}}
`, `
-- Dockerfile --
FROM registry.test/node:onbuild
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^ no USER is set, so the image runs as root: base image registry.test/node:onbuild makes it so by ONBUILD USER root
-- base/node.json --
{"config": {"User": "1000", "OnBuild": ["USER root"]}}
`, `
-- Dockerfile --
FROM scratch
#    ^^^^^^^ no USER is set, so the image runs as root
COPY app /app
EXPOSE 8080/tcp
ENTRYPOINT ["/app"]
`},
	Good: []string{`
-- Dockerfile --
FROM registry.test/app:1
-- base/app.json --
{"config": {"User": "1001:0"}}
`, `
-- Dockerfile --
FROM gcr.io/distroless/static:nonroot
COPY app /app
`, `
-- Dockerfile --
FROM debian:12 AS base
USER 65532
FROM base
COPY app /app
`, `
-- Dockerfile --
FROM golang:1.26 AS build
FROM scratch
COPY --from=build /out/app.apk /
`, `
-- Dockerfile --
FROM mcr.microsoft.com/windows/nanoserver:ltsc2025
COPY app.exe /app.exe
`},
	Check: rule.EachFinalStage(checkMissingUser),
}

// starts reports whether a stage says what to run. An empty image that does not
// only carries files out of the build.
func starts(s *dockerfile.Stage) bool {
	return slices.ContainsFunc(chain(s), func(st *dockerfile.Stage) bool {
		return slices.ContainsFunc(st.Instructions, func(in *dockerfile.Instruction) bool { return in.Keyword == "CMD" || in.Keyword == "ENTRYPOINT" })
	})
}

func checkMissingUser(p *rule.Pass, s *dockerfile.Stage) {
	root, user := rootStage(s), s.Config.User
	if user.By != nil && user.Trigger == "" || s.Config.Root() == dockerfile.No || windowsBase(root.Base) || root.Base.Scratch() && !starts(s) {
		return
	}
	f := rule.Finding{
		Message: "no USER is set, so the image runs as root",
		At:      s.Base.At,
		Subject: stageSubject(s),
		Key:     "USER",
		Fix:     &rule.Fix{Title: "add a numeric user at the end of the stage: USER 65532", Edits: endWithUser(s)},
	}
	switch base := root.Image; {
	case user.Trigger != "":
		f.Message += fmt.Sprintf(": base image %s makes it so by ONBUILD %s", shown(root.Base), user.Trigger)
	case s.Config.Root() == dockerfile.Unknown:
		f.Severity = rule.Low
		f.Message = "no USER is set, and whether base image " + shown(root.Base) + " sets one is not known"
		if root.ImageUnknown != "" {
			f.Related = []source.Related{{At: root.Base.At, Message: "why it is not known: " + root.ImageUnknown}}
		}
	case base != nil && base.Full:
		f.Message += fmt.Sprintf(", as base image %s does by its configuration (%s)", shown(root.Base), base.Source)
	}
	p.Report(f)
}

// endWithUser is the edit that ends a stage with a numeric user, where nothing can
// miss being root: the base is empty or distroless, the stage runs nothing and
// keeps no data, and its program is started without a shell. Elsewhere a change of
// user breaks builds and services in ways that no rule sees (files that the
// service writes belong to root, an entrypoint that gives rights up itself, a port
// below 1024), and a repair that breaks a build is worse than none: there the
// remedy stays in words. For the same reason a USER root that stands there on
// purpose is never changed.
func endWithUser(s *dockerfile.Stage) []source.Edit {
	base := rootStage(s).Base
	if s.Config.Root() != dockerfile.Yes || !base.Scratch() && !strings.HasPrefix(base.Canonical, "gcr.io/distroless/") {
		return nil
	}
	last := s.From
	for _, st := range chain(s) {
		for _, in := range st.Instructions {
			if _, mode := in.Flag("chmod"); mode {
				return nil // perhaps one that only root may run
			}
			switch in.Keyword {
			case "COPY", "ENV", "LABEL", "ARG", "STOPSIGNAL":
			case "CMD", "ENTRYPOINT":
				if !in.JSON {
					return nil
				}
			case "EXPOSE":
				if slices.ContainsFunc(in.Args, func(w dockerfile.Word) bool { return !highPort(w.Value) }) {
					return nil
				}
			default:
				return nil
			}
			last = in
		}
	}
	if last.Stage != s || len(last.HereDocs) > 0 || !starts(s) {
		return nil
	}
	f, end := last.Span.File, last.Span.End.Offset
	if i := strings.IndexAny(f.Text[end:], "\r\n"); i >= 0 {
		end += i
	} else {
		end = len(f.Text)
	}
	return []source.Edit{{Span: f.Span(end, end), New: "\nUSER 65532:65532"}}
}

// highPort reports whether any user may listen on a port.
func highPort(port string) bool {
	number, _, _ := strings.Cut(port, "/")
	n, err := strconv.Atoi(number)
	return err == nil && n >= 1024
}

package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var namedUser = rule.Rule{
	ID:       "TW-D004",
	Name:     "named-user",
	Title:    "Final stage names its user by name, not by number",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The kubelet cannot look a name up in the image. With `runAsNonRoot: true` it refuses to start a container whose user is a name, whatever number the name stands for.",
	Fix:      "Write the number: `USER 65532:65532`. Give the account that number when you make it: `adduser -u 65532 app`.",
	Refs:     refs(practice, "M8", practice, "M51"),
	Aliases:  []string{"hadolint:DL3066"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN useradd --uid 10001 app
USER app:app
#    ^^^^^^^ user app is a name, which runAsNonRoot cannot verify
`, `
-- Dockerfile --
FROM node:24-slim
USER node
#    ^^^^ user node is a name, which runAsNonRoot cannot verify
`, `
-- Dockerfile --
FROM alpine:3.22
RUN addgroup -S app && adduser -S -G app app
USER app
#    ^^^ user app is a name, which runAsNonRoot cannot verify
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 AS build
USER builder
FROM debian:12
USER 65532:app
`, `
-- Dockerfile --
FROM debian:12
USER ${APP_USER}
`, `
-- Dockerfile --
FROM debian:12
USER root
`},
	Check: rule.EachFinalStage(checkNamedUser),
}

func checkNamedUser(p *rule.Pass, s *dockerfile.Stage) {
	in := s.Config.User.By
	if in == nil || s.Config.User.Trigger != "" || !s.Config.User.Known {
		return
	}
	user := s.Config.User.Value
	if isNumeric(user) || isRoot(user) || user == "" || strings.Contains(user, "$") || windowsBase(rootStage(s).Base) {
		return
	}
	fix := &rule.Fix{Title: "write the number of the account instead of its name"}
	uid := createdUID(s, user)
	if uid == "" {
		uid = knownUID(rootStage(s).Base, user)
	}
	if uid != "" && in.Args[0].Text == in.Args[0].Value {
		at := in.Args[0].At
		name := at.File.Span(at.Start.Offset, at.Start.Offset+len(user))
		fix = &rule.Fix{Title: fmt.Sprintf("write %s, the number of %s", uid, user), Edits: []source.Edit{{Span: name, New: uid}}}
	}
	p.Report(rule.Finding{
		Message: fmt.Sprintf("user %s is a name, which runAsNonRoot cannot verify", user),
		At:      in.Args[0].At,
		Subject: stageSubject(s),
		Key:     user,
		Fix:     fix,
	})
}

// knownUID returns the number of an account that an official image brings.
func knownUID(base dockerfile.Reference, user string) string {
	name := unmirrored(shortName(base))
	switch {
	case name == "node" && user == "node":
		return "1000"
	case strings.HasPrefix(name, "gcr.io/distroless/") && user == "nonroot":
		return "65532"
	case strings.HasPrefix(name, "mcr.microsoft.com/dotnet/") && user == "app":
		return "1654"
	case name == "nginx" && user == "nginx":
		return "101"
	case user == "nobody" && (name == "alpine" || name == "debian" || name == "ubuntu"):
		return "65534"
	}
	return ""
}

// createdUID returns the number that the stages of the final image give a user
// when they create it, "" where they do not or give two.
func createdUID(s *dockerfile.Stage, user string) string {
	var found []string
	for _, st := range chain(s) {
		for _, run := range runs(st) {
			for _, c := range run.Commands {
				if c.Name != "useradd" && c.Name != "adduser" {
					continue
				}
				opts, rest := options(c.Args, "-u --uid -g --gid -G --groups -s --shell -d --home --home-dir -h -c --comment --gecos --ingroup -k --skel -K -b")
				uid := value(opts, "-u", "--uid")
				if isNumeric(uid) && len(rest) > 0 && rest[0].Value == user && !slices.Contains(found, uid) {
					found = append(found, uid)
				}
			}
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

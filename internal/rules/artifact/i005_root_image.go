package artifact

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rootImage = rule.Rule{
	ID:       "TW-I005",
	Name:     "root-image",
	Title:    "Image runs as root",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever breaks into a process that runs as root can change every file of the container, and every hole in the isolation counts double. This is what the built image says, base image included, not what the Dockerfile seems to say.",
	Fix:      "End the final stage with a numeric user: `USER 65532`. A number, because the kubelet cannot tell whether a name is root.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M8"},
		{Standard: "CIS Docker", Control: "4.1"}, {Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Aliases: []string{"dockle:CIS-DI-0001"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
#    ^^^^^^^^^ the image sets no user, so it runs as root
COPY app /
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY app / # buildkit
-- image/app/layer-0/etc/hostname --
x
-- image/app/layer-1/app --
x
`, `
-- Dockerfile --
FROM scratch
COPY app /
USER root:root
#    ^^^^^^^^^ the image runs as root:root
-- image/app/image.yaml --
user: root:root
history:
- created_by: COPY app / # buildkit
- created_by: USER root:root
  empty_layer: true
-- image/app/layer-0/app --
x
`},
	Good: []string{`
-- Dockerfile --
FROM scratch
COPY app /
USER 65532:0
-- image/app/image.yaml --
user: "65532:0"
history:
- created_by: COPY app / # buildkit
- created_by: USER 65532:0
  empty_layer: true
-- image/app/layer-0/app --
x
`},
	Check: rule.EachBuild(checkRootImage),
}

func checkRootImage(p *rule.Pass, b *facts.Build) {
	user, _, _ := strings.Cut(b.Platform.Config.User, ":")
	if b.Platform.Platform.OS == "windows" {
		return
	}
	f := inImage(b)
	switch user {
	case "":
		f.Message = "the image sets no user, so it runs as root"
	case "root", "0":
		f.Message = fmt.Sprintf("the image runs as %s", b.Platform.Config.User)
	default:
		return
	}
	if in := b.LastStep(func(in *dockerfile.Instruction) bool { return in.Keyword == "USER" && len(in.Args) > 0 }); in != nil {
		f.At = in.Args[0].At
	}
	f.Fix = &rule.Fix{Title: "end the final stage with a numeric user: USER 65532"}
	p.Report(f)
}

package artifact

import (
	"fmt"
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var initSystem = rule.Rule{
	ID:       "TW-I104",
	Name:     "init-system",
	Title:    "Image that starts an init system",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "systemd and its like run as root, want control groups and mounts of the host for it, and start everything that some package enabled, a login server or cron included. One of the services can end or be taken over while the container looks healthy.",
	Fix:      "Start one program, with `exec`, and what else there is in containers of its own; `tini` or `docker run --init` where only zombies have to be reaped.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M4"},
		{Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
#    ^^^^^^^^^ the image starts an init system: /lib/systemd/systemd
CMD ["/lib/systemd/systemd"]
-- image/app/image.yaml --
cmd: [/lib/systemd/systemd]
history:
- created_by: "# debian.sh --arch 'amd64'"
- {created_by: 'CMD ["/lib/systemd/systemd"]', empty_layer: true}
layers:
- modes: {usr/lib/systemd/systemd: "0755"}
  links: {lib: usr/lib}
-- image/app/layer-0/usr/lib/systemd/systemd --
x
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
CMD ["/app", "/lib/systemd/systemd"]
-- image/app/image.yaml --
cmd: [/app, /lib/systemd/systemd]
history:
- created_by: "# debian.sh --arch 'amd64'"
- {created_by: 'CMD ["/app"]', empty_layer: true}
layers:
- modes: {lib/systemd/systemd: "0755"}
-- image/app/layer-0/lib/systemd/systemd --
a library of Debian brings it
`},
	Check: rule.EachBuild(checkInitSystem),
}

func checkInitSystem(p *rule.Pass, b *facts.Build) {
	start := append(append([]string{}, b.Platform.Config.Entrypoint...), b.Platform.Config.Cmd...)
	if len(start) == 0 {
		return
	}
	program := start[0]
	if base := path.Base(program); len(start) > 2 && (base == "sh" || base == "bash") && start[1] == "-c" { // the form without brackets
		program, _, _ = strings.Cut(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(start[2]), "exec ")), " ")
	}
	if program == "/sbin/init" || program == "/usr/sbin/init" { // mostly a link to one
		reportInit(p, b, program)
		return
	}
	for _, f := range distinct(b.Platform.Files, image.InitSystem) {
		if path.Base(f.Path) == path.Base(program) {
			reportInit(p, b, program)
			return
		}
	}
}

func reportInit(p *rule.Pass, b *facts.Build, program string) {
	f := inImage(b)
	f.Message = fmt.Sprintf("the image starts an init system: %s", program)
	f.Key = program
	f.Fix = &rule.Fix{Title: "start one program; put the other services into containers of their own"}
	p.Report(f)
}

package artifact

import (
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var debugTool = rule.Rule{
	ID:       "TW-I103",
	Name:     "debug-tool",
	Title:    "Network and process debuggers in the image",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`nc` and `socat` carry a shell to another machine, `tcpdump` reads what its neighbours send, `gdb` and `strace` read the memory of other processes: what helps to debug a container helps whoever breaks into it.",
	Fix:      "Debug with `kubectl debug --image=…`, which brings the tools for as long as they are needed.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M4"},
		{Standard: "CIS Docker", Control: "4.3"}, {Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get install -y tcpdump socat
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ brings debuggers: /usr/bin/socat, /usr/bin/tcpdump
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: RUN /bin/sh -c apt-get install -y tcpdump socat # buildkit
layers:
- {}
- modes: {usr/bin/tcpdump: "0755", usr/bin/socat: "0755"}
-- image/app/layer-0/etc/hostname --
x
-- image/app/layer-1/usr/bin/tcpdump --
x
-- image/app/layer-1/usr/bin/socat --
x
`},
	Good: []string{`
-- Dockerfile --
FROM alpine:3.22
COPY app /
-- image/app/image.yaml --
history:
- created_by: "ADD alpine-minirootfs.tar.gz / # buildkit"
- created_by: COPY app / # buildkit
layers:
- modes: {bin/busybox: "0755"}
  links: {usr/bin/nc: /bin/busybox}
-- image/app/layer-0/bin/busybox --
x
-- image/app/layer-1/app --
x
`},
	Check: rule.EachBuild(checkDebugTool),
}

func checkDebugTool(p *rule.Pass, b *facts.Build) {
	reportPrograms(p, b, "brings debuggers: %s", "debug with kubectl debug --image, which brings the tools for a while", image.DebugTool)
}

package artifact

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var remoteLoginServer = rule.Rule{
	ID:       "TW-I101",
	Name:     "remote-login-server",
	Title:    "SSH or another remote login server in the image",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A login server is a second way into the container, past the API server's authentication and audit log, with keys and passwords that nobody rotates. Containers are entered with `kubectl exec` or `kubectl debug`.",
	Fix:      "Do not install the server: `openssh-client` where only the client is needed.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M30"},
		{Standard: "CIS Docker", Control: "5.7"}, {Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get install -y openssh-server
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ brings a remote login server: /usr/sbin/sshd
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: RUN /bin/sh -c apt-get install -y openssh-server # buildkit
layers:
- {}
- modes: {usr/sbin/sshd: "0755"}
-- image/app/layer-0/etc/hostname --
x
-- image/app/layer-1/usr/sbin/sshd --
x
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get install -y openssh-client
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: RUN /bin/sh -c apt-get install -y openssh-client # buildkit
layers:
- {}
- modes: {usr/bin/ssh: "0755"}
-- image/app/layer-0/etc/hostname --
x
-- image/app/layer-1/usr/bin/ssh --
x
-- image/app/layer-1/usr/share/doc/sshd --
x
`},
	Check: rule.EachBuild(checkRemoteLoginServer),
}

func checkRemoteLoginServer(p *rule.Pass, b *facts.Build) {
	reportPrograms(p, b, "brings a remote login server: %s", "do not install it; enter containers with kubectl exec or kubectl debug", image.SSHServer)
}

// reportPrograms makes one finding for each layer that brings files of a kind.
func reportPrograms(p *rule.Pass, b *facts.Build, message, fix string, kind image.FileKind) {
	for _, group := range perLayer(distinct(b.Platform.Files, kind), func(f image.File) int { return f.Layer }) {
		var names []string
		for _, x := range group {
			names = append(names, "/"+x.Path)
		}
		f := inLayer(b, group[0].Layer)
		f.Message = fmt.Sprintf(message, list(names, 5))
		f.Subject, f.Key = b.Image.Ref, names[0]
		f.Fix = &rule.Fix{Title: fix}
		p.Report(f)
	}
}

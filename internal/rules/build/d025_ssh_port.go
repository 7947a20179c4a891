package build

import (
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var sshPort = rule.Rule{
	ID:       "TW-D025",
	Name:     "ssh-port",
	Title:    "Image offers SSH",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "An SSH server in a container is a second way in, with accounts, keys and flaws of its own, past the cluster's authentication and audit log.",
	Fix:      "Take the server out of the image and use `kubectl exec` or `kubectl debug`, which ask the cluster's RBAC and leave a trace.",
	Refs:     refs(cis, "4.3", nist, "4.4.2", practice, "M30"),
	Aliases:  []string{"trivy:DS-0004", "checkov:CKV_DOCKER_1"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
EXPOSE 8080 22/tcp
#           ^^^^^^ port 22 is exposed, that of SSH
EXPOSE 20-23
#      ^^^^^ port 22 is exposed, that of SSH
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
EXPOSE 8022 22/udp 2222 23-30 $PORT
`},
	Check: rule.EachInstruction(checkSSHPort, "EXPOSE"),
}

func checkSSHPort(p *rule.Pass, in *dockerfile.Instruction) {
	for _, port := range in.Args {
		if !holdsSSH(port.Value) {
			continue
		}
		p.Report(rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, in.Stage),
			Message:  "port 22 is exposed, that of SSH",
			At:       port.At,
			Subject:  stageSubject(in.Stage),
			Key:      "22",
			Fix:      &rule.Fix{Title: "take the SSH server and its port out of the image"},
		})
	}
}

// holdsSSH reports whether EXPOSE's port[-port][/protocol] holds TCP port 22.
func holdsSSH(port string) bool {
	ports, protocol, _ := strings.Cut(strings.ToLower(port), "/")
	from, to, isRange := strings.Cut(ports, "-")
	if !isRange {
		to = from
	}
	first, err := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	return err == nil && err2 == nil && first <= 22 && 22 <= last && protocol != "udp" && protocol != "sctp"
}

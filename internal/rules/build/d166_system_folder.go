package build

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var systemFolder = rule.Rule{
	ID:       "TW-D166",
	Name:     "system-folder",
	Title:    "Container works in a folder of the system or wants the Docker socket",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever can write to Docker's socket is root on the node: an image that declares it as a volume asks to be started that way, which is high. A volume or working folder on `/etc`, `/proc` or `/usr` puts data of the program over files that decide what runs in the container.",
	Fix:      "Work and keep data in a folder of the program's own, `/app` or `/var/lib/app`. What needs to build images does it without the node's socket: BuildKit rootless, or a service of its own.",
	Refs:     refs(cis, "5.5", nist, "4.4.3", practice, "M22", practice, "M57"),
	Aliases:  []string{"dockle:DKL-DI-0002"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
VOLUME /data /var/run/docker.sock
#            ^^^^^^^^^^^^^^^^^^^^ VOLUME /var/run/docker.sock hands the node over to the container
VOLUME ["/proc", "/data"]
#        ^^^^^ VOLUME /proc lies over a folder of the system
WORKDIR /etc/
#       ^^^^^ WORKDIR /etc/ lies over a folder of the system
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
VOLUME /data /var/lib/app /run/app
WORKDIR /usr/src/app
WORKDIR /
WORKDIR $HOME
`, `
-- Dockerfile --
FROM debian:12
WORKDIR /etc/ssl
RUN make certs
WORKDIR /app
`},
	Check: rule.EachStage(checkSystemFolder),
}

// systemFolders decide what runs in a container, or are the kernel's own.
func systemFolders() []string {
	return []string{
		"/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root/.ssh", "/sbin", "/sys", "/usr", "/usr/bin", "/usr/lib", "/usr/sbin",
	}
}

func checkSystemFolder(p *rule.Pass, s *dockerfile.Stage) {
	var last *dockerfile.Instruction
	for _, in := range s.Instructions {
		switch {
		case in.Keyword == "WORKDIR" && !in.OnBuild:
			last = in
		case in.Keyword == "VOLUME":
			for _, word := range in.Args {
				overSystem(p, in, word)
			}
		}
	}
	if last != nil && s.Last && len(last.Args) == 1 { // those before it are steps of the build
		overSystem(p, last, last.Args[0])
	}
}

func overSystem(p *rule.Pass, in *dockerfile.Instruction, word dockerfile.Word) {
	f := rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, in.Stage),
		Message:  fmt.Sprintf("%s %s lies over a folder of the system", in.Keyword, word.Value),
		At:       word.At,
		Subject:  stageSubject(in.Stage),
		Key:      in.Keyword + " " + word.Value,
		Aliases:  []string{},
		Fix:      &rule.Fix{Title: "take a folder of the program's own"},
	}
	switch folder := path.Clean(word.Value); {
	case in.Keyword == "VOLUME" && (strings.HasSuffix(folder, "/docker.sock") || strings.HasSuffix(folder, "/containerd.sock")):
		f.Severity = stageSeverity(rule.High, in.Stage)
		f.Message = fmt.Sprintf("VOLUME %s hands the node over to the container", word.Value)
		f.Fix = &rule.Fix{Title: "build without the node's socket"}
	case !slices.Contains(systemFolders(), folder):
		return
	case in.Keyword == "VOLUME" && (folder == "/dev" || folder == "/proc" || folder == "/sys"):
		f.Aliases = p.Rule.Aliases
	}
	p.Report(f)
}

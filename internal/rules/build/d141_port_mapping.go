package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var portMapping = rule.Rule{
	ID:       "TW-D141",
	Name:     "port-mapping",
	Title:    "EXPOSE maps a port to an address or port of the host",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "EXPOSE says on which port the container listens and nothing else. An address or host port before it is dropped without a word: who wrote `127.0.0.1:8080:80` believes the service to be bound to one interface, and it is not. BuildKit is going to refuse it.",
	Fix:      "Write the container's port alone, `EXPOSE 80`, and say where it is published where the container is started.",
	Refs:     refs(nist, "4.4.2", practice, "M33"),
	Aliases:  []string{"buildkit:ExposeInvalidFormat"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
EXPOSE 443 127.0.0.1:8080:80/tcp 5353:53/udp
#          ^^^^^^^^^^^^^^^^^^^^^ EXPOSE 127.0.0.1:8080:80/tcp publishes nothing: only 80/tcp counts
#                                ^^^^^^^^^^^ EXPOSE 5353:53/udp publishes nothing: only 53/udp counts
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
EXPOSE 80 443/tcp 8000-8010 :9000 $MAPPING
`},
	Check: rule.EachInstruction(checkPortMapping, "EXPOSE"),
}

func checkPortMapping(p *rule.Pass, in *dockerfile.Instruction) {
	for _, word := range in.Args {
		colon := strings.LastIndexByte(word.Value, ':')
		if colon < 1 || strings.Contains(word.Value, "$") || word.Value[:colon] == ":" {
			continue
		}
		port := word.Value[colon+1:]
		f := rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, in.Stage),
			Message:  fmt.Sprintf("EXPOSE %s publishes nothing: only %s counts", word.Value, port),
			At:       word.At,
			Subject:  stageSubject(in.Stage),
			Key:      word.Value,
			Fix:      &rule.Fix{Title: "write " + port},
		}
		if in.OnBuild || !knownProtocol(port) { // BuildKit does not read it, or stops at it
			f.Aliases = []string{}
		}
		if word.Text == word.Value && knownProtocol(port) {
			f.Fix.Edits = []source.Edit{{Span: word.At, New: port}}
		}
		p.Report(f)
	}
}

// knownProtocol reports whether a port is one with a protocol that EXPOSE takes.
func knownProtocol(port string) bool {
	number, protocol, _ := strings.Cut(port, "/")
	switch strings.ToLower(protocol) {
	case "", "tcp", "udp", "sctp":
		return number != ""
	}
	return false
}

package build

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var invalidPort = rule.Rule{
	ID:       "TW-D140",
	Name:     "invalid-port",
	Title:    "EXPOSE names a port that does not exist",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Ports run from 0 to 65535. Any other number keeps the image from being built, or leaves it with a port in its configuration that nothing can listen on while the real one is missing from what is reviewed.",
	Fix:      "Write the port that the program listens on: `EXPOSE 8080`, or a rising range such as `EXPOSE 7000-7009/udp`.",
	Refs:     refs(nist, "4.4.2", practice, "M33"),
	Aliases:  []string{"hadolint:DL3011", "trivy:DS-0008"},
	Bad: []string{`
-- Dockerfile --
ARG PORT=70000
FROM debian:12
ARG PORT
EXPOSE 80 80000/tcp 60000-70000
#         ^^^^^^^^^ port 80000 does not exist: the highest is 65535
#                   ^^^^^^^^^^^ port 70000 does not exist: the highest is 65535
EXPOSE http 90-80 $PORT
#      ^^^^ http is no port
#           ^^^^^ port range 90-80 ends before it begins
#                 ^^^^^ port 70000 does not exist: the highest is 65535
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
EXPOSE 0 22 65535/udp 8000-8010 127.0.0.1:80:8080 $PORT ${BASE}1
`},
	Check: rule.EachInstruction(checkInvalidPort, "EXPOSE"),
}

// maxPort is the highest port of TCP, UDP and SCTP.
const maxPort = 65535

func checkInvalidPort(p *rule.Pass, in *dockerfile.Instruction) {
	for _, word := range in.Args {
		wrong, outside := portProblem(word.Value)
		if wrong == "" {
			continue
		}
		same := []string{}
		if outside && word.Text == word.Value {
			same = p.Rule.Aliases
			if strings.ContainsAny(word.Value, "-:") { // trivy reads single numbers only
				same = same[:1]
			}
		}
		p.Report(rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, in.Stage),
			Message:  wrong,
			At:       word.At,
			Subject:  stageSubject(in.Stage),
			Key:      word.Value,
			Aliases:  same,
			Fix:      &rule.Fix{Title: "write the port that the program listens on, from 0 to 65535"},
		})
	}
}

// portProblem says what is wrong with a word of EXPOSE, "" for nothing or where
// it holds a variable; outside is true for a number that is too high.
func portProblem(word string) (wrong string, outside bool) {
	ports, _, _ := strings.Cut(word, "/")
	ports = ports[strings.LastIndexByte(ports, ':')+1:]
	if strings.Contains(ports, "$") {
		return "", false
	}
	from, to, isRange := strings.Cut(ports, "-")
	if !isRange {
		to = from
	}
	var bounds [2]int
	for i, number := range []string{from, to} {
		n, err := strconv.Atoi(number)
		switch {
		case number == "" || strings.Trim(number, "0123456789") != "":
			return word + " is no port", false
		case err != nil || n > maxPort:
			return fmt.Sprintf("port %s does not exist: the highest is %d", number, maxPort), true
		}
		bounds[i] = n
	}
	if bounds[1] < bounds[0] {
		return fmt.Sprintf("port range %s ends before it begins", ports), false
	}
	return "", false
}

package artifact

import (
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var attackTool = rule.Rule{
	ID:       "TW-I102",
	Name:     "attack-tool",
	Title:    "Tools for breaking into other machines",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Scanners, password guessers and the like find the next target and break into it. An intruder who finds them in the container need not bring them past what watches its downloads.",
	Fix:      "Leave them out of images that serve; an image made for testing waives this rule with its reason.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M4"},
		{Standard: "CIS Docker", Control: "4.3"}, {Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get install -y nmap
^^^^^^^^^^^^^^^^^^^^^^^^^^^ brings tools for attacks: /usr/bin/nmap
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: RUN /bin/sh -c apt-get install -y nmap # buildkit
layers:
- {}
- modes: {usr/bin/nmap: "0755"}
-- image/app/layer-0/etc/hostname --
x
-- image/app/layer-1/usr/bin/nmap --
x
`},
	Good: []string{`
-- Dockerfile --
FROM scratch
COPY app /
-- image/app/image.yaml --
history:
- created_by: COPY app / # buildkit
layers:
- modes: {app/nmap: "0755"}
-- image/app/layer-0/app/nmap --
not where programs lie
-- image/app/layer-0/usr/bin/hydra --
not a program
`},
	Check: rule.EachBuild(checkAttackTool),
}

func checkAttackTool(p *rule.Pass, b *facts.Build) {
	reportPrograms(p, b, "brings tools for attacks: %s", "leave them out of images that serve", image.AttackTool)
}

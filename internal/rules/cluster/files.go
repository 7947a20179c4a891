package cluster

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// needsFiles is the check of settings that name files which belong together, a
// certificate and its key. What is missing of them is one finding.
func needsFiles(d demand, settings ...string) rule.Check {
	return rule.EachClusterConfig(func(p *rule.Pass, cfg *controlplane.Config) {
		for _, c := range cfg.Components {
			if c.Program != d.program || !d.absent.holds(c.Carrier) || d.needless(c) {
				continue
			}
			var lacking []string
			for _, name := range settings {
				if s := c.Get(name); s.Value == "" && c.Knows(name) {
					lacking = append(lacking, c.Spell(name))
				}
			}
			if len(lacking) == 0 {
				continue
			}
			verb := " is not set"
			if len(lacking) > 1 {
				verb = " are not set"
			}
			f := about(c, firstMissing(c, settings), "%s %s: %s%s", c.Program, d.says, strings.Join(lacking, " and "), verb)
			f.Fix = &rule.Fix{Title: "set " + strings.Join(lacking, " and ")}
			f.Severity = d.missing
			claim(p, &f, d.explicit)
			p.Report(f)
		}
	})
}

func firstMissing(c *controlplane.Component, settings []string) controlplane.Setting {
	for _, name := range settings {
		if s := c.Get(name); s.Value == "" && c.Knows(name) {
			return s
		}
	}
	return controlplane.Setting{}
}

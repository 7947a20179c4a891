package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// gateStaysOn is the check of a feature gate that is on unless it is switched
// off.
func gateStaysOn(program, gate, without string) rule.Check {
	return rule.EachClusterConfig(func(p *rule.Pass, cfg *controlplane.Config) {
		for _, c := range cfg.Components {
			s := c.Gate(gate)
			if c.Program != program || !s.Set || !off(s) {
				continue
			}
			f := about(c, s, "%s %s: the feature gate %s is %s", c.Program, without, gate, s.Value)
			f.Key += "." + gate
			f.Fix = &rule.Fix{Title: "set " + gate + " to true", Edits: s.Change("true")}
			p.Report(f)
		}
	})
}

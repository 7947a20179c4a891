package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// The settings of the API server that switch admission plugins.
const (
	enabledPlugins  = "enable-admission-plugins"
	disabledPlugins = "disable-admission-plugins"
)

// needsPlugin is the check of an admission plugin that is off unless it is named.
// Without is what the API server does without it; add is true where the plugin
// needs no configuration of its own.
func needsPlugin(plugin, without string, absent absence, missing rule.Severity, add bool, explicit ...string) rule.Check {
	return rule.EachClusterConfig(func(p *rule.Pass, cfg *controlplane.Config) {
		for _, c := range cfg.Components {
			s := c.Get(enabledPlugins)
			if c.Program != controlplane.APIServer || s.Has(plugin) || !s.Set && !absent.holds(c.Carrier) {
				continue
			}
			f := about(c, s, "%s %s: %s does not hold %s", c.Program, without, c.Spell(enabledPlugins), plugin)
			f.Severity = missing
			f.Fix = &rule.Fix{Title: "add " + plugin + " to " + c.Spell(enabledPlugins)}
			switch {
			case !add:
			case s.Set:
				f.Fix.Edits = s.Change(s.Value + "," + plugin)
			default:
				f.Fix.Edits = c.Add(enabledPlugins, plugin)
			}
			if !s.Set {
				claim(p, &f, explicit)
			}
			p.Report(f)
		}
	})
}

// keepsPlugin is the check of an admission plugin that is on unless it is
// switched off.
func keepsPlugin(plugin, without string) rule.Check {
	return must(demand{program: controlplane.APIServer, setting: disabledPlugins, ban: plugin, says: without})
}

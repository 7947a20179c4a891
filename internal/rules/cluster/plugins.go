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

// plugin is an admission plugin that is off unless it is named.
type plugin struct {
	name string
	// without is what the API server does without it.
	without string
	absent  absence
	// add is true where the plugin needs no configuration of its own.
	add bool
	// explicit are the aliases whose checks pass over a missing setting.
	explicit []string
}

// needsPlugin is the check of a plugin.
func needsPlugin(want plugin) rule.Check {
	return rule.EachClusterConfig(func(p *rule.Pass, cfg *controlplane.Config) {
		for _, c := range cfg.Components {
			judgePlugin(p, c, want)
		}
	})
}

func judgePlugin(p *rule.Pass, c *controlplane.Component, want plugin) {
	s := c.Get(enabledPlugins)
	if c.Program != controlplane.APIServer || s.Has(want.name) || !s.Set && !want.absent.holds(c.Carrier) {
		return
	}
	f := about(c, s, "%s %s: %s does not hold %s", c.Program, want.without, c.Spell(enabledPlugins), want.name)
	f.Fix = &rule.Fix{Title: "add " + want.name + " to " + c.Spell(enabledPlugins)}
	switch {
	case !want.add:
	case s.Set:
		f.Fix.Edits = s.Change(s.Value + "," + want.name)
	default:
		f.Fix.Edits = c.Add(enabledPlugins, want.name)
	}
	if !s.Set {
		claim(p, &f, want.explicit)
	}
	p.Report(f)
}

// keepsPlugin is the check of an admission plugin that is on unless it is
// switched off.
func keepsPlugin(plugin, without string) rule.Check {
	return must(demand{program: controlplane.APIServer, setting: disabledPlugins, ban: plugin, says: without})
}

package cluster

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// demand is what a rule asks of one setting of one program.
type demand struct {
	program, setting string
	// bad tells an unsafe value; nil where only absence counts. Of a list, hold is
	// the word that must be in it, ban the one that must not.
	bad       func(controlplane.Setting) bool
	hold, ban string
	// says is what the program does with an unsafe value, "answers callers without
	// a name"; lacks what it does without the setting, says where it is empty.
	says, lacks string
	// absent are the carriers in which a missing setting is as unsafe; its severity
	// is then missing, Medium where that is unset.
	absent  absence
	missing rule.Severity
	// unless are settings that make this one needless.
	unless []string
	// want is the safe value, "" where only the user knows one; add is true where
	// it can be written as it stands, without a file or an order of its own.
	want string
	add  bool
	// explicit are the aliases whose checks pass over a missing setting, others
	// those that are about another setting of the same rule.
	explicit, others []string
}

// absence are the carriers in which a missing setting counts.
type absence int

const (
	// bare is a whole command line.
	bare absence = 1 << controlplane.CommandLine
	// underKubeadm adds kubeadm, for what kubeadm leaves to the program.
	underKubeadm = bare | 1<<controlplane.Kubeadm
	// inFile is a configuration file, everywhere all of them.
	inFile     absence = 1 << controlplane.File
	everywhere         = underKubeadm | inFile
)

func (a absence) holds(c controlplane.Carrier) bool { return a&(1<<c) != 0 }

// must is the check of demands.
func must(demands ...demand) rule.Check {
	return rule.EachClusterConfig(func(p *rule.Pass, cfg *controlplane.Config) {
		for _, c := range cfg.Components {
			for _, d := range demands {
				if c.Program == d.program {
					d.judge(p, c)
				}
			}
		}
	})
}

func (d demand) judge(p *rule.Pass, c *controlplane.Component) {
	s := c.Get(d.setting)
	switch {
	case s.Set && d.unsafe(s):
		f := about(c, s, "%s %s: %s is %s", c.Program, d.says, c.Spell(d.setting), quoted(s.Value))
		f.Fix = d.repair(c, s)
		claim(p, &f, d.others)
		p.Report(f)
	case !s.Set && d.absent.holds(c.Carrier) && c.Knows(d.setting) && !d.needless(c):
		f := about(c, s, "%s %s: %s is not set", c.Program, or(d.lacks, d.says), c.Spell(d.setting))
		f.Severity = d.missing
		if f.Severity == rule.Unset {
			f.Severity = rule.Medium
		}
		f.Fix = &rule.Fix{Title: "set " + c.Spell(d.setting)}
		if d.want != "" {
			f.Fix.Title += " to " + d.want
		}
		if d.add {
			f.Fix.Edits = c.Add(d.setting, d.want)
		}
		claim(p, &f, slices.Concat(d.explicit, d.others))
		p.Report(f)
	}
}

func (d demand) unsafe(s controlplane.Setting) bool {
	return d.bad != nil && d.bad(s) || d.hold != "" && !s.Has(d.hold) || d.ban != "" && s.Has(d.ban)
}

// repair is what to do about an unsafe value.
func (d demand) repair(c *controlplane.Component, s controlplane.Setting) *rule.Fix {
	name := c.Spell(d.setting)
	switch left := s.Without(d.ban); {
	case d.want != "":
		return &rule.Fix{Title: "set " + name + " to " + d.want, Edits: s.Change(d.want)}
	case d.hold != "":
		return &rule.Fix{Title: "add " + d.hold + " to " + name, Edits: s.Change(s.Value + "," + d.hold)}
	case d.ban != "" && left != "":
		return &rule.Fix{Title: "take " + d.ban + " out of " + name, Edits: s.Change(left)}
	}
	if d.absent.holds(c.Carrier) { // without it the program is no better
		return &rule.Fix{Title: "give " + name + " another value"}
	}
	return &rule.Fix{Title: "remove " + name, Edits: s.Remove()}
}

func (d demand) needless(c *controlplane.Component) bool {
	return slices.ContainsFunc(d.unless, func(name string) bool { return c.Get(name).Set })
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// quoted is a value in a message: an empty one would read as a mistake.
func quoted(value string) string {
	if value == "" {
		return "empty"
	}
	return value
}

// on and off tell the values of a switch, as the programs read them.
func on(s controlplane.Setting) bool {
	b, err := strconv.ParseBool(s.Value)
	return err == nil && b
}

func off(s controlplane.Setting) bool {
	b, err := strconv.ParseBool(s.Value)
	return err == nil && !b
}

// given is for settings that must not be there at all.
func given(controlplane.Setting) bool { return true }

// below tells a number that is less than the least; what is no number is not
// judged, since it may be a variable.
func below(least int) func(controlplane.Setting) bool {
	return func(s controlplane.Setting) bool {
		n, err := strconv.Atoi(s.Value)
		return err == nil && n < least
	}
}

// nonZero tells a number other than 0.
func nonZero(s controlplane.Setting) bool {
	n, err := strconv.Atoi(s.Value)
	return err == nil && n != 0
}

// zero tells a number or a duration of nothing.
func zero(s controlplane.Setting) bool {
	if n, err := strconv.Atoi(s.Value); err == nil {
		return n == 0
	}
	d, err := time.ParseDuration(s.Value)
	return err == nil && d == 0
}

// reachable tells an address that others than the node itself reach; a name or a
// variable is not judged.
func reachable(s controlplane.Setting) bool {
	if both, err := netip.ParseAddrPort(s.Value); err == nil {
		return !both.Addr().IsLoopback()
	}
	addr, err := netip.ParseAddr(strings.Trim(s.Value, "[]"))
	return err == nil && !addr.IsLoopback()
}

// longer tells a duration above the most.
func longer(most time.Duration) func(controlplane.Setting) bool {
	return func(s controlplane.Setting) bool {
		d, err := time.ParseDuration(s.Value)
		return err == nil && d > most
	}
}

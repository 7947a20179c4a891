package rule

import (
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
)

// Pass is one rule's run over a project: the whole world its check may touch.
type Pass struct {
	// Project is read-only.
	Project *facts.Project
	// Now is injected; rules never ask the clock.
	Now time.Time
	// Rule is the rule that runs.
	Rule *Rule

	// Findings are those of all other rules; only AfterAll checks see them.
	Findings []Finding

	settings map[string]any
	findings []Finding
}

// Report records a finding. The rule, and the rule's severity where none is
// given, are filled in.
func (p *Pass) Report(f Finding) {
	f.Rule = p.Rule
	if f.Severity == Unset {
		f.Severity = p.Rule.Severity
	}
	p.findings = append(p.findings, f)
}

// setting returns the policy's value or the default; a rule that asks for a
// setting it does not declare is a programming error that its examples hit.
func (p *Pass) setting(name string) any {
	if v, ok := p.settings[name]; ok {
		return v
	}
	for _, s := range p.Rule.Settings {
		if s.Name == name {
			return s.Default
		}
	}
	panic(p.Rule.ID + " declares no setting " + name)
}

// Int returns an integer setting.
func (p *Pass) Int(name string) int { return p.setting(name).(int) }

// Bool returns a boolean setting.
func (p *Pass) Bool(name string) bool { return p.setting(name).(bool) }

// Text returns a string setting.
func (p *Pass) Text(name string) string { return p.setting(name).(string) }

// Strings returns a list setting.
func (p *Pass) Strings(name string) []string { return p.setting(name).([]string) }

package rule

import (
	"fmt"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
)

// Configured is a rule with what the policy made of it.
type Configured struct {
	Rule *Rule
	// Severity replaces that of every finding where it is set.
	Severity Severity
	// ByAlias replaces that of findings which another tool's check has too, where
	// Severity is not set.
	ByAlias  map[string]Severity
	Settings map[string]any
}

// PanicError is a rule that panicked; the run cannot be decided.
type PanicError struct {
	Rule  *Rule
	Value any
}

// Error names the rule.
func (e *PanicError) Error() string {
	return fmt.Sprintf("rule %s (%s) panicked: %v; please report this, and disable the rule to go on", e.Rule.ID, e.Rule.Name, e.Value)
}

// Run runs the rules one after the other, those that look at findings last, and
// returns their findings merged and in a stable order. Judging is cheap; reading
// is what costs.
func Run(rules []Configured, project *facts.Project, now time.Time) ([]Finding, error) {
	running := make([]*Rule, len(rules))
	for i, c := range rules {
		running[i] = c.Rule
	}
	strict, once := refusing(project), &shared{}
	var all []Finding
	var unmerged []*Finding
	for turn := range phase(nPhases) {
		var fresh []*Finding
		for _, c := range rules {
			if c.Rule.Check.phase != turn {
				continue
			}
			p := &Pass{Project: project, Now: now, Rule: c.Rule, Rules: running, settings: c.Settings, refusing: strict, shared: once}
			if turn != first {
				p.Findings = all
			}
			found, err := runOne(c, p)
			if err != nil {
				return nil, err
			}
			fresh = append(fresh, found...)
		}
		unmerged = append(unmerged, fresh...)
		if len(fresh) > 0 {
			all = mergeAll(append(pointers(all), fresh...))
		}
	}
	return elsewhere(project, all, unmerged), nil
}

func runOne(c Configured, p *Pass) (found []*Finding, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Rule: c.Rule, Value: v}
		}
	}()
	c.Rule.Check.run(p)
	for _, f := range p.findings {
		f.Severity = c.severity(*f)
	}
	return p.findings, nil
}

// severity is what the policy makes of a finding's severity.
func (c Configured) severity(f Finding) Severity {
	if c.Severity != Unset {
		return c.Severity
	}
	given := Unset
	if len(c.ByAlias) > 0 {
		for _, alias := range f.SameAs() {
			given = max(given, c.ByAlias[alias])
		}
	}
	if given != Unset {
		return given
	}
	return f.Severity
}

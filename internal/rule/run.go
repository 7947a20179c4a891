package rule

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/source"
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
	var all []Finding
	running := make([]*Rule, len(rules))
	for i, c := range rules {
		running[i] = c.Rule
	}
	strict, once := refusing(project), &shared{}
	for turn := range phase(nPhases) {
		var seen []Finding
		if turn != first {
			seen = Merge(all)
		}
		for _, c := range rules {
			if c.Rule.Check.phase != turn {
				continue
			}
			found, err := runOne(c, &Pass{Project: project, Now: now, Rule: c.Rule, Rules: running, Findings: seen, settings: c.Settings, refusing: strict, shared: once})
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
	}
	return comparing(project, all).elsewhere(Merge(all)), nil
}

func runOne(c Configured, p *Pass) (found []Finding, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Rule: c.Rule, Value: v}
		}
	}()
	c.Rule.Check.run(p)
	for i := range p.findings {
		p.findings[i].Severity = c.severity(p.findings[i])
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

// Merge makes one finding of those that several overlays or platforms repeat:
// same rule, place, subject and key. It sorts by path, line, column, rule and
// key; findings without a place come last.
func Merge(in []Finding) []Finding {
	type identity struct {
		rule, path, subject, key string
		line, column             int
	}
	index := map[identity]int{}
	var out []Finding
	for _, f := range in {
		id := identity{f.Rule.ID, f.At.Path(), mergeSubject(f), f.Key, f.At.Start.Line, f.At.Start.Column}
		i, seen := index[id]
		if !seen {
			index[id] = len(out)
			out = append(out, f)
			continue
		}
		out[i].Severity = max(out[i].Severity, f.Severity)
		out[i].Related = union(out[i].Related, f.Related)
		if out[i].Object != nil && f.Object != nil {
			merged := *out[i].Object
			merged.Overlays = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(merged.Overlays), f.Object.Overlays...))))
			out[i].Object = &merged
		}
	}
	slices.SortStableFunc(out, compare)
	return out
}

// union adds the places that are not there yet.
func union(a, b []source.Related) []source.Related {
	out := slices.Clip(a)
	for _, r := range b {
		if len(out) < maxRelated && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// mergeSubject leaves namespace and overlay affixes out for findings on objects:
// the same source line in two overlays is one defect whatever it renders to.
func mergeSubject(f Finding) string {
	if f.Object != nil && f.At.Valid() {
		return f.Object.Kind + "[" + f.Object.Container + "]"
	}
	return f.Subject
}

func compare(a, b Finding) int {
	if a.At.Valid() != b.At.Valid() {
		if a.At.Valid() {
			return -1
		}
		return 1
	}
	for _, c := range []int{
		strings.Compare(a.At.Path(), b.At.Path()),
		a.At.Start.Offset - b.At.Start.Offset,
		strings.Compare(a.Rule.ID, b.Rule.ID),
		strings.Compare(a.Subject, b.Subject),
		strings.Compare(a.Key, b.Key),
	} {
		if c != 0 {
			return c
		}
	}
	return strings.Compare(a.Message, b.Message)
}

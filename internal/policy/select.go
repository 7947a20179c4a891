package policy

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/spelling"
)

// profiles lists what each profile holds.
func profiles(name string) ([]rule.Profile, bool) {
	switch rule.Profile(name) {
	case "", rule.Default:
		return []rule.Profile{rule.Default}, true
	case rule.Strict:
		return []rule.Profile{rule.Default, rule.Strict}, true
	case rule.Tidy:
		return []rule.Profile{rule.Default, rule.Tidy}, true
	case rule.All:
		return []rule.Profile{rule.Default, rule.Strict, rule.Tidy}, true
	}
	return nil, false
}

// selectRules chooses the rules that run. The flag --rules replaces the
// profile; single rules of the file are then switched on or off.
func (p *Policy) selectRules(flag string, all []rule.Rule) error {
	word := flag
	if word == "" {
		word = p.Config.Profile
	}
	on := map[string]bool{}
	if held, ok := profiles(word); ok {
		for _, r := range all {
			on[r.ID] = slices.Contains(held, r.Profile)
		}
	} else {
		for _, name := range strings.Split(word, ",") {
			r := find(all, strings.TrimSpace(name))
			if r == nil {
				return fmt.Errorf("unknown profile or rule %q%s; tidewaiter rules lists all", strings.TrimSpace(name), spelling.Suggest(name, append(names(all), "default", "strict", "tidy", "all")))
			}
			on[r.ID] = true
		}
	}
	adopted := on
	if flag != "" {
		adopted = map[string]bool{} // the flag alone says what runs
	}
	configured := p.adopt(all, adopted)
	var errs []error
	for _, name := range sortedKeys(p.Config.Rules) {
		rc := p.Config.Rules[name]
		r := find(all, name)
		if r == nil {
			errs = append(errs, at(rc.at, fmt.Sprintf("unknown rule %q%s; tidewaiter rules lists all", name, spelling.Suggest(name, names(all)))))
			continue
		}
		c, enabled, err := configure(r, rc)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if enabled != nil && (flag == "" || !*enabled) {
			on[r.ID] = *enabled
		}
		configured[r.ID] = over(configured[r.ID], c)
	}
	for i := range all {
		if r := &all[i]; on[r.ID] {
			c := configured[r.ID]
			c.Rule = r
			p.Rules = append(p.Rules, p.withTargets(c))
		}
	}
	return errors.Join(errs...)
}

// over lays what tidewaiter.yaml says of a rule over what another tool's
// configuration says.
func over(below, c rule.Configured) rule.Configured {
	c.ByAlias = below.ByAlias
	for name, value := range below.Settings {
		if _, set := c.Settings[name]; !set {
			c.Settings[name] = value
		}
	}
	return c
}

// targetVersions is the setting by which a rule learns of the clusters aimed at.
const targetVersions = "kubernetes-versions"

// withTargets hands the configured cluster versions to a rule that asks for
// them, unless its own setting says otherwise.
func (p *Policy) withTargets(c rule.Configured) rule.Configured {
	_, set := c.Settings[targetVersions]
	asks := slices.ContainsFunc(c.Rule.Settings, func(s rule.Setting) bool { return s.Name == targetVersions })
	if len(p.Config.KubernetesVersions) > 0 && asks && !set {
		settings := map[string]any{targetVersions: p.Config.KubernetesVersions}
		for k, v := range c.Settings {
			settings[k] = v
		}
		c.Settings = settings
	}
	return c
}

// configure reads one entry of the rules map. enabled is nil where the entry
// leaves that to the profile.
func configure(r *rule.Rule, rc RuleConfig) (c rule.Configured, enabled *bool, err error) {
	yes, no := true, false
	switch rc.Level {
	case "":
	case "off", "false":
		enabled = &no
	case "on", "true":
		enabled = &yes
	default:
		if c.Severity, err = rule.ParseSeverity(rc.Level); err != nil {
			return c, nil, at(rc.at, fmt.Sprintf("rule %s: %v, or on, or off", r.Name, err))
		}
		enabled = &yes
	}
	c.Settings = map[string]any{}
	for _, key := range sortedKeys(rc.Settings) {
		i := slices.IndexFunc(r.Settings, func(s rule.Setting) bool { return s.Name == key })
		if i < 0 {
			var known []string
			for _, s := range r.Settings {
				known = append(known, s.Name)
			}
			return c, nil, at(rc.at, fmt.Sprintf("rule %s has no setting %q%s", r.Name, key, spelling.Suggest(key, known)))
		}
		if c.Settings[key], err = settingValue(r.Settings[i].Default, rc.Settings[key]); err != nil {
			return c, nil, at(rc.at, fmt.Sprintf("rule %s, setting %s: %v", r.Name, key, err))
		}
		if valid := r.Settings[i].Valid; valid != nil {
			if err = valid(c.Settings[key]); err != nil {
				return c, nil, at(rc.at, fmt.Sprintf("rule %s, setting %s: %v", r.Name, key, err))
			}
		}
	}
	return c, enabled, nil
}

// settingValue converts a value of the file to the type of the default.
func settingValue(like, given any) (any, error) {
	switch like.(type) {
	case int:
		if n, ok := given.(int); ok {
			return n, nil
		}
		return nil, fmt.Errorf("%v is no whole number", given)
	case bool:
		if b, ok := given.(bool); ok {
			return b, nil
		}
		return nil, fmt.Errorf("%v is neither true nor false", given)
	case string:
		return fmt.Sprint(given), nil
	case []string:
		list, ok := given.([]any)
		if !ok {
			return nil, fmt.Errorf("%v is no list", given)
		}
		out := []string{}
		for _, v := range list {
			out = append(out, fmt.Sprint(v))
		}
		return out, nil
	}
	return nil, fmt.Errorf("a setting of type %T cannot be read", like)
}

// find returns the rule of a name, an ID or another tool's check. Where several
// rules find what that check does, the one about the fewest checks is meant.
func find(all []rule.Rule, name string) *rule.Rule {
	var best *rule.Rule
	for i := range all {
		if r := &all[i]; r.Named(name) && (best == nil || len(r.Aliases) < len(best.Aliases)) {
			best = r
		}
	}
	return best
}

func names(all []rule.Rule) []string {
	var out []string
	for i := range all {
		out = append(out, all[i].Name)
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// Add takes the documents of files of admission policies and rules into the
// policy, and the files into its digest.
func (p *Policy) Add(files []*source.File, documents []*manifest.Object) {
	if len(files) > 0 {
		p.Admission = append(p.Admission, documents...)
		p.Digest = digest(Overrides{FailOn: p.Digest}, Config{}, files...)
	}
}

// Include takes files into the policy's digest.
func (p *Policy) Include(files ...*source.File) {
	p.Digest = digest(Overrides{FailOn: p.Digest}, Config{}, files...)
}

package rule

import (
	"slices"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Named reports whether name is the rule's name, its ID or one of its aliases.
func (r *Rule) Named(name string) bool {
	return name == r.Name || strings.EqualFold(name, r.ID) || slices.ContainsFunc(r.Aliases, func(a string) bool {
		return strings.EqualFold(a, name)
	})
}

// SameAs returns the checks of other tools that find what this finding is about.
func (f Finding) SameAs() []string {
	if f.Aliases != nil {
		return f.Aliases
	}
	return f.Rule.Aliases
}

// named is Rule.Named without the aliases that do not find this. "buildkit:all"
// names what any check of BuildKit finds, and nothing else.
func (f Finding) named(name string) bool {
	if tool, ok := strings.CutSuffix(name, ":all"); ok {
		return slices.ContainsFunc(f.SameAs(), func(a string) bool { return strings.HasPrefix(a, tool+":") })
	}
	alias := func(a string) bool { return strings.EqualFold(a, name) }
	if slices.ContainsFunc(f.Rule.Aliases, alias) {
		return slices.ContainsFunc(f.SameAs(), alias)
	}
	return f.Rule.Named(name)
}

// IgnoredBy reports whether an in-place ignore speaks of the finding, whether or
// not the ignore still counts.
func (f Finding) IgnoredBy(ig source.Ignore) bool {
	return ig.Covers(f.At) && slices.ContainsFunc(ig.Rules, f.named)
}

// WaivedBy reports whether a waiver speaks of the finding, whether or not the
// waiver still counts.
func (f Finding) WaivedBy(w source.Waiver) bool {
	return (w.Rule == "" || f.named(w.Rule)) &&
		(w.Path == "" || f.At.Valid() && source.MatchGlob(w.Path, f.At.Path())) &&
		(w.Key == "" || w.Key == f.Key) &&
		(w.Subject == "" || f.about(w.Subject))
}

// about reports whether subject names what the finding is about: its subject,
// its object, its package or its vulnerability under any alias.
func (f Finding) about(subject string) bool {
	if subject == f.Subject {
		return true
	}
	if o := f.Object; o != nil && (subject == o.Kind+"/"+o.Name || subject == o.Kind+"/"+o.Namespace+"/"+o.Name) {
		return true
	}
	if p := f.Package; p != nil {
		base, _, _ := strings.Cut(p.PURL, "?")
		name, _, _ := strings.Cut(base, "@")
		if subject == p.PURL || subject == base || subject == name {
			return true
		}
	}
	v := f.Vulnerability
	return v != nil && (subject == v.ID || slices.Contains(v.Aliases, subject))
}

// Counts reports whether an in-place ignore has effect: it is well formed, not
// expired, and, if it is one of ours, gives a reason.
func Counts(ig source.Ignore, now time.Time) bool {
	return ig.Problem == "" && !ig.Expired(now) && (ig.Foreign != "" || ig.Reason != "")
}

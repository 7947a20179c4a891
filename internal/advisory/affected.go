package advisory

import (
	"fmt"
	"slices"

	"github.com/google/osv-scalibr/semantic"
)

// installed is a package version placed in its ecosystem's order.
type installed struct {
	base, text string
	version    semantic.Version
}

// place parses a version; the caller has asked known before.
func place(base, version string) (installed, error) {
	text := normalVersion(base, version)
	if len(text) > MaxVersionBytes {
		return installed{}, fmt.Errorf("version of %d bytes, more than the limit of %d", len(text), MaxVersionBytes)
	}
	v, err := semantic.Parse(text, base)
	return installed{base: base, text: text, version: v}, err
}

// compare orders v against a version of a record: -1, 0 or +1.
func (v installed) compare(other string) (int, error) {
	if len(other) > MaxVersionBytes {
		return 0, fmt.Errorf("version of %d bytes, more than the limit of %d", len(other), MaxVersionBytes)
	}
	return v.version.CompareStr(normalVersion(v.base, other))
}

// affects reports whether the entry speaks of v: its enumerated versions or its
// ranges hold it. See https://ossf.github.io/osv-schema/#evaluation.
func (a *affected) affects(v installed) (bool, error) {
	if slices.ContainsFunc(a.Versions, func(s string) bool { return normalVersion(v.base, s) == v.text }) {
		return true, nil
	}
	for _, g := range a.Ranges {
		if g.Type == "GIT" {
			continue // commits, which no installed package names
		}
		if in, err := g.holds(v); err != nil || in {
			return in, err
		}
	}
	return false, nil
}

// holds reports whether v lies in the range: the last introduction at or before
// v is not followed, up to v, by its end.
func (g versionRange) holds(v installed) (bool, error) {
	within, err := g.beforeLimits(v)
	if err != nil || !within {
		return false, err
	}
	start, found, err := g.start(v)
	if err != nil || !found {
		return false, err
	}
	for _, e := range g.Events {
		ended, err := e.endsBetween(start, v)
		if err != nil {
			return false, err
		}
		if ended {
			return false, nil
		}
	}
	return true, nil
}

// beforeLimits reports whether v is before any of the range's limits, or the
// range has none.
func (g versionRange) beforeLimits(v installed) (bool, error) {
	limited := false
	for _, e := range g.Events {
		switch e.Limit {
		case "":
			continue
		case "*":
			return true, nil
		}
		limited = true
		if c, err := v.compare(e.Limit); err != nil || c < 0 {
			return true, err
		}
	}
	return !limited, nil
}

// start returns the highest introduction at or below v; nil is the one before
// every version, which OSV writes as "0".
func (g versionRange) start(v installed) (start *installed, found bool, err error) {
	for _, e := range g.Events {
		if e.Introduced == "" {
			continue
		}
		if e.Introduced == "0" {
			found = true
			continue
		}
		if c, err := v.compare(e.Introduced); err != nil {
			return nil, false, err
		} else if c < 0 {
			continue
		}
		if start != nil {
			if c, err := start.compare(e.Introduced); err != nil || c >= 0 {
				if err != nil {
					return nil, false, err
				}
				continue
			}
		}
		at, err := place(v.base, e.Introduced)
		if err != nil {
			return nil, false, err
		}
		start, found = &at, true
	}
	return start, found, nil
}

// endsBetween reports whether the event ends, at or before v, what began at
// start: a fix in [start, v], or a last affected version in [start, v).
func (e event) endsBetween(start *installed, v installed) (bool, error) {
	end, reaches := e.Fixed, 0
	if end == "" {
		end, reaches = e.LastAffected, 1
	}
	if end == "" {
		return false, nil
	}
	if c, err := v.compare(end); err != nil || c < reaches {
		return false, err
	}
	if start == nil {
		return true, nil
	}
	c, err := start.compare(end)
	return c <= 0, err
}

// fixes appends the range ends above v that repair the flaw.
func (a *affected) fixes(v installed, into []string) []string {
	for _, g := range a.Ranges {
		if g.Type == "GIT" {
			continue
		}
		for _, e := range g.Events {
			if e.Fixed == "" {
				continue
			}
			if c, err := v.compare(e.Fixed); err == nil && c < 0 {
				into = append(into, e.Fixed)
			}
		}
	}
	return into
}

// lowestFix returns the lowest of the candidates that none of the entries
// affects, "" where there is none.
func lowestFix(base string, candidates []string, entries []*affected) string {
	slices.SortStableFunc(candidates, func(x, y string) int {
		at, err := place(base, x)
		if err != nil {
			return 0
		}
		c, err := at.compare(y)
		if err != nil {
			return 0
		}
		return c
	})
	for _, c := range slices.Compact(candidates) {
		at, err := place(base, c)
		if err == nil && !slices.ContainsFunc(entries, func(a *affected) bool {
			in, err := a.affects(at)
			return in || err != nil
		}) {
			return c
		}
	}
	return ""
}

package dockerfile

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// IgnoreFile is a .dockerignore.
type IgnoreFile struct {
	Source *source.File
	// Negates is true where a pattern takes files in again ("!keep").
	Negates bool

	matcher *patternmatcher.PatternMatcher
	// plain and wild are the bytes of the patterns without and with signs for any
	// text, which is what one test costs.
	plain, wild int
}

// ParseIgnoreFile reads the patterns of a .dockerignore as BuildKit does:
// https://docs.docker.com/build/concepts/context/#dockerignore-files
func ParseIgnoreFile(f *source.File) (*IgnoreFile, error) {
	if len(f.Text) > MaxIgnoreBytes {
		return nil, fmt.Errorf("is larger than the limit of %d KiB for a list of ignored files", MaxIgnoreBytes>>10)
	}
	patterns, err := ignorefile.ReadAll(strings.NewReader(f.Text))
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	if len(patterns) > MaxIgnorePatterns {
		return nil, fmt.Errorf("has %d patterns, more than the limit of %d", len(patterns), MaxIgnorePatterns)
	}
	ig := &IgnoreFile{Source: f}
	for _, p := range patterns {
		if len(p) > MaxPatternBytes {
			return nil, fmt.Errorf("has a pattern longer than the limit of %d bytes", MaxPatternBytes)
		}
		if ig.plain += len(p); strings.ContainsAny(p, `*?[\`) {
			ig.wild += len(p)
		}
	}
	if ig.matcher, err = patternmatcher.New(patterns); err != nil {
		return nil, fmt.Errorf("holds a pattern that no builder accepts: %w", err)
	}
	ig.Negates = ig.matcher.Exclusions()
	// The matcher compiles a pattern at its first use, and only then finds some of
	// the mistakes.
	if _, err := ig.matcher.MatchesOrParentMatches("x"); err != nil {
		return nil, fmt.Errorf("holds a pattern that no builder accepts: %w", err)
	}
	return ig, nil
}

// LeavesOut reports whether a path, relative to the context, is kept from the
// builder. It is not safe for concurrent use.
func (ig *IgnoreFile) LeavesOut(name string) bool {
	if ig == nil || ig.matcher == nil {
		return false
	}
	out, err := ig.matcher.MatchesOrParentMatches(name)
	return err == nil && out
}

// cost is what one test of a path comes to, in steps of the matcher.
func (ig *IgnoreFile) cost(name string) int {
	depth := strings.Count(name, "/") + 1
	return (ig.plain + ig.wild*len(name)) * depth
}

// leavesOut is LeavesOut within what a repository may cost.
func (t *tree) leavesOut(ig *IgnoreFile, name string) bool {
	return ig != nil && ig.matcher != nil && t.spend(ig.cost(name), ig.Source.Path) && ig.LeavesOut(name)
}

// spend takes steps off what telling the contexts of a repository may cost. It
// reports false, and says so once, where nothing is left: what is not looked at
// then counts as neither ignored nor taken.
func (t *tree) spend(steps int, where string) bool {
	if t.spent += steps; t.spent <= MaxContextSteps {
		return true
	}
	if !t.told {
		t.told = true
		t.missing = append(t.missing, source.NotAnalysed{Path: where, Concern: source.ConcernDockerfile,
			Reason: fmt.Sprintf("telling what COPY takes from the build context needs more than the limit of %d million steps; from here on it is not known, write fewer patterns or sources", MaxContextSteps>>20)})
	}
	return false
}

// copyWarned reports whether BuildKit's check CopyIgnoredFile warns of a source,
// given as the builder sees it. It stays silent where a pattern takes files in
// again, and takes the context's root for ignored only where a pattern names all
// there is. https://docs.docker.com/reference/build-checks/copy-ignored-file/
func (t *tree) copyWarned(ig *IgnoreFile, src string) bool {
	if ig == nil || ig.matcher == nil || ig.Negates {
		return false
	}
	if src = path.Clean(src); src == "." || src == "/" {
		all := false
		for _, p := range ig.matcher.Patterns() {
			all = all || p.String() == "*" || p.String() == "**" || p.String() == "**/*"
		}
		if !all {
			return false
		}
	}
	return t.leavesOut(ig, src)
}

// ignoreFile returns the list that applies to a Dockerfile in a context: the one
// that bears the Dockerfile's name goes before the context's own. Podman also
// knows .containerignore.
func (t *tree) ignoreFile(dockerfile, dir string) *IgnoreFile {
	for _, name := range []string{dockerfile + ".dockerignore", path.Join(dir, ".dockerignore"), path.Join(dir, ".containerignore")} {
		if ig, ok := t.ignores[name]; ok {
			if ig != nil {
				return ig
			}
			continue
		}
		ig := t.readIgnore(name)
		t.ignores[name] = ig
		if ig != nil {
			return ig
		}
	}
	return nil
}

// readIgnore reads one list, nil where there is none. One that cannot be used is
// an entry of its own, and counts as a list that leaves nothing out.
func (t *tree) readIgnore(name string) *IgnoreFile {
	if t.at(name) != oneFile {
		return nil
	}
	f, err := t.repo.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var ig *IgnoreFile
	if err == nil {
		if ig = t.matchers[f.Text]; ig != nil { // the same list, compiled once
			return &IgnoreFile{Source: f, Negates: ig.Negates, matcher: ig.matcher, plain: ig.plain, wild: ig.wild}
		}
		if ig, err = ParseIgnoreFile(f); err == nil {
			t.matchers[f.Text] = ig
			return ig
		}
	}
	t.missing = append(t.missing, source.NotAnalysed{Path: name, Concern: source.ConcernDockerfile,
		Reason: source.Reason(err) + "; what it leaves out of the build context is not known"})
	return &IgnoreFile{Source: f}
}

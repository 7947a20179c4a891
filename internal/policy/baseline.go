package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// BaselinePaths are where a repository's baseline is looked for, in order.
func BaselinePaths() []string { return []string{"tidewaiter.baseline", ".github/tidewaiter.baseline"} }

const baselineHead = `# Findings that were there when the gate came; they block nothing. Written by
# "tidewaiter baseline". Take a line out and its finding counts again.
# rule name fingerprint fingerprint-without-path path
`

// Baseline is a reviewed file of accepted findings, one a line. The zero value
// accepts nothing.
type Baseline struct {
	// File is the file read, nil where there is none.
	File    *source.File
	entries []baselineEntry
}

type baselineEntry struct{ rule, name, print, moved, path string }

// Len is how many findings the baseline accepts.
func (b Baseline) Len() int { return len(b.entries) }

// FindBaseline reads the repository's baseline; the zero value where it has none.
func FindBaseline(repo *source.Repo) (Baseline, error) {
	for _, p := range BaselinePaths() {
		f, err := repo.Read(p)
		if err == nil {
			return ParseBaseline(f)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return Baseline{}, &ConfigError{fmt.Errorf("read %s: %w", p, err)}
		}
	}
	return Baseline{}, nil
}

var baselineLine = lazyregexp.New(`^(TW-[A-Z][0-9]{3}) ([a-z0-9-]+) ([0-9a-f]{16}) ([0-9a-f]{16}) (\S.*)$`)

// ParseBaseline reads a baseline strictly: a line that is not understood is a
// ConfigError, since what it accepts would not be known.
func ParseBaseline(f *source.File) (Baseline, error) {
	b := Baseline{File: f}
	for i := range f.LineCount() {
		line := strings.TrimSpace(f.Line(i + 1))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if len(b.entries) == MaxBaseline {
			return b, &ConfigError{fmt.Errorf("%s:%d: more than the limit of %d findings; repair or waive what they have in common", f.Path, i+1, MaxBaseline)}
		}
		m := baselineLine.FindStringSubmatch(line)
		if m == nil {
			return b, &ConfigError{fmt.Errorf(`%s:%d: not a line of a baseline; take it out, or write the file anew: tidewaiter baseline`, f.Path, i+1)}
		}
		e := baselineEntry{rule: m[1], name: m[2], print: m[3], moved: m[4], path: m[5]}
		if strings.HasPrefix(e.path, `"`) {
			name, err := strconv.Unquote(e.path)
			if err != nil {
				return b, &ConfigError{fmt.Errorf("%s:%d: the path %s is not quoted as Go quotes; write the file anew: tidewaiter baseline", f.Path, i+1, e.path)}
			}
			e.path = name
		}
		b.entries = append(b.entries, e)
	}
	return b, nil
}

// FormatBaseline returns the text of a baseline that accepts all open findings of
// a verdict and what the baseline in force accepts, and how many those are: sorted, one a line, the same
// for the same findings. What speaks of the policy's own files is left out, so that
// nobody accepts a waiver without end.
func FormatBaseline(v Verdict) (text string, findings int) {
	var lines []string
	for _, j := range v.findings {
		if j.Status != Open && j.Status != Baselined || strings.HasPrefix(j.Rule.ID, "TW-P") {
			continue
		}
		path := j.At.Path()
		switch {
		case path == "":
			path = "-"
		case path == "-" || strconv.Quote(path) != `"`+path+`"` || strings.TrimSpace(path) != path:
			path = strconv.Quote(path)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s %s\n", j.Rule.ID, j.Rule.Name, j.Fingerprint, movedPrint(&j), path))
	}
	slices.SortFunc(lines, func(a, b string) int {
		fa, fb := strings.SplitN(a, " ", 5), strings.SplitN(b, " ", 5)
		if c := strings.Compare(fa[4], fb[4]); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return baselineHead + strings.Join(lines, ""), len(lines)
}

// movedPrint is the fingerprint without the path, which finds what a renamed file
// holds.
func movedPrint(j *Judged) string {
	sum := sha256.Sum256([]byte(j.Rule.ID + "\x00" + j.Key))
	return hex.EncodeToString(sum[:8])
}

// accept marks the open findings that the baseline accepts, and returns how many of
// its lines match none. A line whose file is gone matches the same finding in
// another file, once.
func (b Baseline) accept(findings []Judged, project *facts.Project) (stale int) {
	if len(b.entries) == 0 {
		return 0
	}
	exact, gone := map[string]int{}, map[string]int{}
	for i, e := range b.entries {
		exact[e.print] = i
	}
	used := make([]bool, len(b.entries))
	for i := range findings {
		if e, ok := exact[findings[i].Fingerprint]; ok {
			used[e] = true
			findings[i].baseline()
		}
	}
	for i, e := range b.entries {
		if !used[i] && e.path != "-" && missing(project, e.path) {
			gone[e.moved]++
		}
		if !used[i] {
			stale++
		}
	}
	for i := range findings {
		j := &findings[i]
		if key := movedPrint(j); j.Status == Open && gone[key] > 0 {
			gone[key]--
			stale--
			j.baseline()
		}
	}
	return stale
}

func (j *Judged) baseline() {
	if j.Status == Open {
		j.Status = Baselined
	}
}

func missing(p *facts.Project, name string) bool {
	if p.Repo == nil {
		return false
	}
	_, err := p.Repo.Read(name)
	return errors.Is(err, fs.ErrNotExist)
}

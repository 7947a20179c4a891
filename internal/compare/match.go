package compare

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// State is a repository, judged, before or after a change.
type State struct {
	Project  *facts.Project
	Findings []rule.Finding
}

// None is what Match says of a finding that was not there before.
const None = -1

// Match returns for each finding of now which finding of before it is, by its
// index, or None. Each finding of before is at most one finding of now, so that
// one that was fixed here excuses no second one elsewhere.
//
// What makes two findings one, in this order: rule, file, key and the block they
// are in (a build stage, an object and container) with the same line, then with
// another line; in a block that was renamed; with a key that differs by a version
// alone; and in another file that the lines, or the whole object, have moved to.
func Match(before, now State) []int {
	m := newMatcher(before, now)
	m.exactly(func(p print) print { return p })
	m.exactly(func(p print) print { p.text = ""; return p })
	m.where(func(p print) print { return print{rule: p.rule, path: p.path, key: anyContainer(p)} }, m.renamed)
	m.exactly(func(p print) print { p.text, p.key = "", loose(p.key); return p })
	m.where(func(p print) print { return print{rule: p.rule, key: p.key} }, m.moved)
	return m.pairs
}

// print is what a finding is recognised by.
type print struct{ rule, path, key, block, container, text string }

// anyContainer is the key of a finding without the name of its container, which
// stands in it in brackets.
func anyContainer(p print) string {
	return strings.Replace(p.key, "("+p.container+")", "(*)", 1)
}

type matcher struct {
	before, now           []print
	files, was            files
	pairs                 []int
	taken                 []bool
	similar               map[[2]string]bool
	compared              int
	beforeFiles, nowFiles []*source.File
}

func newMatcher(before, now State) *matcher {
	m := &matcher{was: newFiles(before.Project), files: newFiles(now.Project), taken: make([]bool, len(before.Findings)),
		pairs: make([]int, len(now.Findings)), similar: map[[2]string]bool{}}
	m.before, m.beforeFiles = prints(before.Findings, m.was)
	m.now, m.nowFiles = prints(now.Findings, m.files)
	for i := range m.pairs {
		m.pairs[i] = None
	}
	return m
}

func prints(findings []rule.Finding, in files) ([]print, []*source.File) {
	out, at := make([]print, len(findings)), make([]*source.File, len(findings))
	for i := range findings {
		f := &findings[i]
		p := print{rule: f.Rule.ID, path: f.At.Path(), key: f.Key}
		if f.Object != nil {
			p.container = f.Object.Container
		}
		if f.Vulnerability != nil || !f.At.Valid() {
			p.container = f.Subject // several of one key are told apart by nothing else
		}
		if f.At.Valid() {
			at[i] = f.At.File
			p.block = in.outline(f.At.File).at(f.At.Start.Line)
			p.text = strings.TrimSpace(f.At.File.Line(f.At.Start.Line))
		}
		out[i] = p
	}
	return out, at
}

// exactly pairs the findings, not yet paired, whose prints are the same after
// reduce.
func (m *matcher) exactly(reduce func(print) print) {
	m.where(reduce, func(int, int) bool { return true })
}

// where is exactly with a condition on each pair.
func (m *matcher) where(reduce func(print) print, holds func(before, now int) bool) {
	open := map[print][]int{}
	for i, p := range m.before {
		if !m.taken[i] {
			p = reduce(p)
			open[p] = append(open[p], i)
		}
	}
	for n, p := range m.now {
		if m.pairs[n] != None {
			continue
		}
		for _, b := range open[reduce(p)] {
			if !m.taken[b] && holds(b, n) {
				m.pairs[n], m.taken[b] = b, true
				break
			}
		}
	}
}

// renamed reports whether two findings in one file differ in nothing but the name
// of their stage, object or container: the old name is gone, the new one was not
// there.
func (m *matcher) renamed(b, n int) bool {
	was, is := m.before[b], m.now[n]
	old, current := m.beforeFiles[b], m.nowFiles[n]
	if old == nil || current == nil {
		return false
	}
	if was.block != is.block && (m.files.outline(current).has(was.block) || m.was.outline(old).has(is.block)) {
		return false
	}
	return was.container == is.container || !names(current.Text, was.container) && !names(old.Text, is.container)
}

// moved reports whether a finding's lines came from another file.
func (m *matcher) moved(b, n int) bool {
	was, is := m.before[b], m.now[n]
	old, current := m.beforeFiles[b], m.nowFiles[n]
	if old == nil || current == nil || was.path == is.path {
		return false
	}
	before := m.was.read(is.path)
	if before == nil {
		return m.resembles(old, current)
	}
	// The object has left its file for one that was there before.
	return is.block != "" && was.block == is.block && was.container == is.container &&
		!m.was.outline(before).has(is.block) && !m.files.has(was.path, was.block)
}

// resembles reports whether most of a file's lines stood in another one.
func (m *matcher) resembles(old, current *source.File) bool {
	pair := [2]string{old.Path, current.Path}
	if known, ok := m.similar[pair]; ok {
		return known
	}
	if m.compared++; m.compared > maxSimilar {
		return false
	}
	m.similar[pair] = Share(old.Text, current.Text) >= minShare
	return m.similar[pair]
}

// Share is how many percent of the lines of the smaller of two texts stand in the
// other one, white space and empty lines apart.
func Share(a, b string) int {
	in, total := map[string]int{}, 0
	for l := range strings.Lines(a) {
		if l = strings.TrimSpace(l); l != "" {
			in[l]++
			total++
		}
	}
	same, other := 0, 0
	for l := range strings.Lines(b) {
		if l = strings.TrimSpace(l); l != "" {
			other++
			if in[l] > 0 {
				in[l]--
				same++
			}
		}
	}
	if least := min(total, other); least > 0 {
		return 100 * same / least
	}
	return 0
}

package secret

import (
	"bytes"
	"slices"
	"sync"

	"github.com/zricethezav/gitleaks/v8/config"
)

// Found is one credential of one text.
type Found struct {
	// Detector names the form ("github-pat"), Description says it in words.
	Detector, Description string
	// Start and End are the byte offsets of the value, Line the 1-based line it
	// starts on.
	Start, End, Line int
	Certainty        Certainty
	// Doubtful is true where the form has a checksum and it is wrong: an example,
	// or a value made up for a test.
	Doubtful bool
	// Masked shows first and last characters only.
	Masked string
	// Digest is sha256 over the value, to tell equal secrets, hex, 16 digits.
	Digest string
}

// Searcher searches texts. It may be used by several goroutines.
type Searcher struct {
	detectors []detector
	// all has the words of every detector, sure those of forms alone: the others'
	// words are everywhere.
	all, sure index
	// always are detectors that go by the file's name instead.
	always []int
	allow  []*config.Allowlist
}

// index is an automaton with what its words stand for.
type index struct {
	words  *keywords
	byWord [][]int // detectors by word
	length []int   // of each word
}

// Load returns the searcher. Its expressions take some 30 ms to compile, so only
// the first call does.
var Load = sync.OnceValues(load)

func load() (*Searcher, error) {
	theirs, allow, err := fromGitleaks()
	if err != nil {
		return nil, err
	}
	s := &Searcher{detectors: append(theirs, own()...), allow: allow}
	slices.SortStableFunc(s.detectors, func(a, b detector) int { return int(a.certainty) - int(b.certainty) })
	s.all, s.sure = s.index(Guessed), s.index(Form)
	for n := range s.detectors {
		if len(s.detectors[n].words) == 0 {
			s.always = append(s.always, n)
		}
	}
	return s, nil
}

func (s *Searcher) index(least Certainty) index {
	var x index
	var words []string
	known := map[string]int{}
	for n, d := range s.detectors {
		if d.certainty > least {
			continue
		}
		for _, w := range d.words {
			if _, ok := known[w]; !ok {
				known[w] = len(words)
				words, x.byWord, x.length = append(words, w), append(x.byWord, nil), append(x.length, len(w))
			}
			x.byWord[known[w]] = append(x.byWord[known[w]], n)
		}
	}
	x.words = newKeywords(words)
	return x
}

// Search finds the credentials of one text, in the order of their certainty and
// place; least is the least sure kind to look for. Expressions are tried on no
// more than budget bytes, since they are slow and a text may be made of nothing
// but keywords; on how many they were comes back.
func (s *Searcher) Search(name string, text []byte, least Certainty, budget int64) (found []Found, tried int64) {
	x := &s.sure
	if least > Form {
		x = &s.all
	}
	var windows map[int][]window // by detector
	x.words.each(text, func(word, end int) {
		start := end - x.length[word]
		for _, n := range x.byWord[word] {
			d := &s.detectors[n]
			if tried >= budget || d.certainty > least || d.gate != nil && !d.gate(text, start, end) {
				continue
			}
			if windows == nil {
				windows = map[int][]window{}
			}
			tried += widen(windows, n, around(text, start, end, d.reach))
		}
	})
	for _, n := range s.always {
		if d := &s.detectors[n]; tried < budget && d.certainty <= least && d.file.MatchString(name) {
			if windows == nil {
				windows = map[int][]window{}
			}
			tried += int64(len(text))
			windows[n] = []window{{0, len(text)}}
		}
	}
	if len(windows) == 0 {
		return nil, tried
	}
	f := &matches{name: name, text: text, seen: map[string]bool{}, allow: s.allow, generic: !pathAllowed(s.allow, name)}
	for n := range s.detectors {
		f.match(&s.detectors[n], windows[n])
	}
	return f.out, tried
}

// window is a part of a text in which an expression is tried.
type window struct{ start, end int }

// widen adds a window to those of a detector, and returns how many bytes more
// that makes.
func widen(windows map[int][]window, n int, w window) int64 {
	if list := windows[n]; len(list) > 0 && w.start <= list[len(list)-1].end {
		last := &list[len(list)-1]
		more := max(w.end-last.end, 0)
		last.end += more
		return int64(more)
	}
	windows[n] = append(windows[n], w)
	return int64(w.end - w.start)
}

// around returns the text near a keyword. It begins and ends where a line does,
// or in a very long line at a space or quote, so that no expression sees an end
// of text that is none.
func around(text []byte, start, end, reach int) window {
	const before, slack = 128, 4096
	w := window{max(0, start-before), min(len(text), end+reach)}
	for low := max(0, w.start-slack); w.start > low && !isBreak(text[w.start-1], start-w.start > before+1024); {
		w.start--
	}
	for high := min(len(text), w.end+slack); w.end < high && !isBreak(text[w.end], w.end-end > reach+1024); {
		w.end++
	}
	return w
}

func isBreak(c byte, longLine bool) bool {
	return c == '\n' || longLine && bytes.IndexByte([]byte(" \"'`;"), c) >= 0
}

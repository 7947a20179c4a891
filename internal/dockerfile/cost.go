package dockerfile

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"unicode"
)

// estimate is an upper bound of what BuildKit's checks would cost: they know no
// limit on how far variables grow, and take time with the square of the
// instructions and variables of a stage.
type estimate struct {
	work, bytes int
	stages      []stageCost
	globals     stageCost
}

// stageCost is what a stage carries along at the place that is being read.
type stageCost struct {
	vars     map[string]int // the greatest length of each value
	keyBytes int
	// any is the greatest length of a value whose variable is not named plainly,
	// so that it could be any.
	any      int
	chain    int // instructions so far, those of parents included
	triggers []*Instruction
}

// tooCostly returns the line from which on BuildKit's checks would take too
// long or too much memory, and why; the reason is "" where they can run.
func (f *File) tooCostly() (int, string) {
	e := &estimate{globals: stageCost{vars: map[string]int{}}}
	for in := range f.Instructions() {
		e.instruction(in)
		switch line := in.Span.Start.Line; {
		case e.bytes > MaxExpandedBytes:
			return line, fmt.Sprintf("variables may grow beyond the limit of %d MiB", MaxExpandedBytes>>20)
		case e.work > MaxCheckWork:
			return line, fmt.Sprintf("they would take too long; more instructions or variables than the limit of %d steps allows", MaxCheckWork)
		}
	}
	return 0, ""
}

func (e *estimate) instruction(in *Instruction) {
	if in.Keyword == "FROM" && !in.OnBuild {
		e.open(in.Stage)
	}
	s := &e.globals
	if in.Stage != nil {
		for len(e.stages) <= in.Stage.Index { // one that no FROM opens
			e.stages = append(e.stages, stageCost{vars: map[string]int{}})
		}
		s = &e.stages[in.Stage.Index]
	}
	if in.OnBuild { // it is run in a stage built from this one
		s.chain++
		e.work += s.chain
		s.triggers = append(s.triggers, in)
		return
	}
	e.run(s, in)
}

// run pays for an instruction of a stage.
func (e *estimate) run(s *stageCost, in *Instruction) {
	s.chain++
	e.work += s.chain + 10*len(s.vars)
	for _, f := range in.Flags {
		if f.Name == "from" {
			e.work += costOfImage
		}
		e.words(s, f.Value)
	}
	for _, p := range in.Pairs {
		n := e.words(s, p.Value.Text)
		e.words(s, p.Key.Text)
		if in.Keyword == "ENV" || in.Keyword == "ARG" {
			e.set(s, p.Key.Text, n)
		}
	}
	if in.Keyword == "RUN" || in.Keyword == "CMD" || in.Keyword == "ENTRYPOINT" {
		return // the shell expands these
	}
	for _, w := range in.Args {
		e.words(s, w.Text)
		if in.Keyword == "EXPOSE" {
			e.work += costOfPort * ports(w.Text)
		}
	}
}

func (e *estimate) set(s *stageCost, name string, length int) {
	if _, ok := s.vars[name]; !ok {
		s.keyBytes += len(name)
	}
	s.vars[name] = max(length, e.globals.vars[name], e.globals.any)
	if strings.ContainsFunc(name, func(c rune) bool { return c > unicode.MaxASCII || !isNameByte(byte(c)) }) {
		s.any = max(s.any, s.vars[name])
	}
}

// costOfImage and costOfPort are what a reference to an image and an exposed
// port cost beside one step, measured roughly.
const (
	costOfImage = 1000
	costOfPort  = 15
)

// open begins a stage with what it has from its parent.
func (e *estimate) open(s *Stage) {
	e.work += costOfImage
	if s.Parent == nil || s.Parent.Index >= len(e.stages) {
		e.stages = append(e.stages, stageCost{vars: map[string]int{}})
		return
	}
	p := e.stages[s.Parent.Index]
	e.work += 10 * len(p.vars)
	if e.work > MaxCheckWork {
		return
	}
	out := stageCost{vars: maps.Clone(p.vars), keyBytes: p.keyBytes, any: p.any, chain: p.chain}
	for _, in := range p.triggers {
		if e.work > MaxCheckWork || e.bytes > MaxExpandedBytes {
			return
		}
		e.run(&out, in)
	}
	e.stages = append(e.stages, out)
}

// words counts the greatest length that a text can be expanded to, and returns it.
func (e *estimate) words(s *stageCost, text string) int {
	n := e.expanded(s, text)
	e.bytes += n
	return n
}

// expanded reads from one variable to the next. A replacement such as ${A//a/b}
// may put all that follows in place of every byte.
func (e *estimate) expanded(s *stageCost, text string) int {
	i := strings.IndexByte(text, '$')
	if i < 0 || e.work > MaxCheckWork {
		return len(text)
	}
	rest, braced := strings.CutPrefix(text[i+1:], "{")
	end := 0
	for end < len(rest) && isNameByte(rest[end]) {
		end++
	}
	size, ok := s.vars[rest[:end]]
	if !ok {
		size = MaxBaseValueBytes
		e.work += 20*len(s.vars) + end*s.keyBytes/20 // a similar name is looked for
	}
	size = max(size, s.any)
	tail := e.expanded(s, rest[end:])
	if braced && strings.HasPrefix(rest[end:], "/") {
		size *= 1 + tail
	}
	return min(i+size+tail, MaxExpandedBytes+1)
}

func isNameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// ports returns how many ports an argument of EXPOSE stands for.
func ports(text string) int {
	text, _, _ = strings.Cut(text, "/")
	first, last, ok := strings.Cut(text[strings.LastIndexByte(text, ':')+1:], "-")
	from, err := strconv.Atoi(first)
	to, err2 := strconv.Atoi(last)
	if !ok || err != nil || err2 != nil {
		return 1
	}
	return min(max(to-from, 1), 1<<16)
}

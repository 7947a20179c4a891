package dockerfile

import (
	"maps"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// env holds the variables known at one place, on top of those of the stage that
// it is built from. It implements shell.EnvGetter.
type env struct {
	vars  map[string]string
	below *env
	// unknown are variables whose values are not followed.
	unknown map[string]bool
}

// Get returns a variable's value.
func (e *env) Get(name string) (string, bool) {
	for ; e != nil; e = e.below {
		if e.unknown[name] {
			return "", false
		}
		if v, ok := e.vars[name]; ok {
			return v, true
		}
	}
	return "", false
}

// Keys lists the variables; their order does not matter to expansion.
func (e *env) Keys() []string {
	var keys []string
	for ; e != nil; e = e.below {
		keys = slices.AppendSeq(keys, maps.Keys(e.vars))
	}
	return keys
}

// set makes a value known. It reports false where the value is longer than the
// limit: the variable counts as unknown from here on.
func (e *env) set(name, value string) bool {
	if len(value) > MaxValueBytes {
		if e.unknown == nil {
			e.unknown = map[string]bool{}
		}
		e.unknown[name] = true
		return false
	}
	delete(e.unknown, name)
	if e.vars == nil {
		e.vars = map[string]string{}
	}
	e.vars[name] = value
	return true
}

// wild stands for any text in a pattern of image history.
const wild = "\x00"

// anything is an environment in which every variable could be anything.
type anything struct{}

// Get returns the wildcard.
func (anything) Get(string) (string, bool) { return wild, true }

// Keys returns nothing: the names are not known.
func (anything) Keys() []string { return nil }

// platformArgs returns the build arguments that BuildKit defines by itself
// before the first FROM, as they are when nothing is said on the command line
// of a linux/amd64 machine.
// https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
func platformArgs() *env {
	e := &env{}
	for _, side := range []string{"BUILD", "TARGET"} {
		e.set(side+"PLATFORM", "linux/amd64")
		e.set(side+"OS", "linux")
		e.set(side+"ARCH", "amd64")
		e.set(side+"VARIANT", "")
		e.set(side+"OSVERSION", "")
	}
	e.set("TARGETSTAGE", "default") // what is built where no target is named
	return e
}

// lexer expands words as BuildKit does.
type lexer struct {
	keep, drop *shell.Lex
	// added counts the bytes by which variables made the words of the file longer.
	added *int
}

func newLexer(escape rune) lexer {
	l := lexer{keep: shell.NewLex(escape), drop: shell.NewLex(escape), added: new(int)}
	l.keep.SkipUnsetEnv = true
	return l
}

// exhausted reports whether the file's variables have added what they may.
func (l lexer) exhausted() bool { return *l.added > MaxExpandedBytes }

// affords reports whether a word may be expanded: what it comes to is within
// the limit, and so is what all words before it came to.
func (l lexer) affords(word string) bool {
	return !l.exhausted() && strings.Count(word, "$") <= MaxExpandedBytes/MaxValueBytes
}

// count notes how much longer than a word its expansion is.
func (l lexer) count(word, expanded string) { *l.added += max(len(expanded)-len(word), 0) }

// expand takes quotes away and fills in known variables; unknown ones stay as
// written, and so does a word that cannot be expanded.
func (l lexer) expand(word string, e shell.EnvGetter) string {
	if !strings.ContainsAny(word, "$'\"\\`") {
		return word
	}
	if !l.affords(word) {
		return word
	}
	out, _, err := l.keep.ProcessWord(word, e)
	if err != nil {
		return word
	}
	l.count(word, out)
	return out
}

// resolve expands an image reference, defaults such as ${X:-y} included, and
// names the variables that have no value.
func (l lexer) resolve(word string, e *env) (string, []string) {
	if !l.affords(word) {
		return word, []string{word}
	}
	res, err := l.drop.ProcessWordWithMatches(word, e)
	if err != nil {
		return word, []string{word}
	}
	l.count(word, res.Result)
	var missing []string
	for name := range res.Unmatched {
		if !strings.Contains(word, "${"+name+":") && !strings.Contains(word, "${"+name+"-") {
			missing = append(missing, name)
		}
	}
	switch {
	case len(missing) == 0 && strings.Contains(res.Result, "$"):
		return res.Result, []string{strings.Trim(word, "${}")} // its value names a variable without one
	case len(missing) == 0:
		return res.Result, nil
	}
	slices.Sort(missing)
	return l.expand(word, e), missing
}

// scope is what a stage knows at the place that is being read.
type scope struct {
	env     *env
	shell   []string // SHELL, nil for the default
	foreign string   // why RUN is not read as shell, "" where it is
	told    bool     // that was said once already
	dir     string   // WORKDIR, "" where none was named
}

// child is the scope of a stage that is built FROM this one.
func (s scope) child() *scope {
	e := &env{below: s.env}
	if len(s.env.vars) == 0 {
		e.below = s.env.below
	}
	return &scope{env: e, shell: s.shell, foreign: s.foreign, dir: s.dir}
}

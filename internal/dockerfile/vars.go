package dockerfile

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// env holds the variables known at one place. It implements shell.EnvGetter.
type env map[string]string

// Get returns a variable's value.
func (e env) Get(name string) (string, bool) { v, ok := e[name]; return v, ok }

// Keys lists the variables; their order does not matter to expansion.
func (e env) Keys() []string {
	keys := make([]string, 0, len(e))
	for k := range e {
		keys = append(keys, k)
	}
	return keys
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
func platformArgs() env {
	e := env{}
	for _, side := range []string{"BUILD", "TARGET"} {
		e[side+"PLATFORM"], e[side+"OS"], e[side+"ARCH"] = "linux/amd64", "linux", "amd64"
		e[side+"VARIANT"], e[side+"OSVERSION"] = "", ""
	}
	return e
}

// lexer expands words as BuildKit does.
type lexer struct{ keep, drop *shell.Lex }

func newLexer(escape rune) lexer {
	l := lexer{keep: shell.NewLex(escape), drop: shell.NewLex(escape)}
	l.keep.SkipUnsetEnv = true
	return l
}

// expand takes quotes away and fills in known variables; unknown ones stay as
// written, and so does a word that cannot be expanded.
func (l lexer) expand(word string, e shell.EnvGetter) string {
	if !strings.ContainsAny(word, "$'\"\\`") {
		return word
	}
	out, _, err := l.keep.ProcessWord(word, e)
	if err != nil {
		return word
	}
	return out
}

// resolve expands an image reference, defaults such as ${X:-y} included, and
// names the variables that have no value.
func (l lexer) resolve(word string, e env) (string, []string) {
	res, err := l.drop.ProcessWordWithMatches(word, e)
	if err != nil {
		return word, []string{word}
	}
	var missing []string
	for name := range res.Unmatched {
		if !strings.Contains(word, "${"+name+":") && !strings.Contains(word, "${"+name+"-") {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return res.Result, nil
	}
	slices.Sort(missing)
	return l.expand(word, e), missing
}

// scope is what a stage knows at the place that is being read.
type scope struct {
	env     env
	shell   []string // SHELL, nil for the default
	foreign string   // why RUN is not read as shell, "" where it is
	told    bool     // that was said once already
}

func (s scope) child() *scope {
	e := make(env, len(s.env))
	for k, v := range s.env {
		e[k] = v
	}
	return &scope{env: e, shell: s.shell, foreign: s.foreign}
}

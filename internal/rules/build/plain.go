package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// plain is a command as hadolint reads it: by the name it is written with, not
// through sudo or env, not inside "sh -c", without knowing which options take a
// value, and with ${VAR} for every expansion. Its rules about package managers
// are defined on that; what we find beyond carries no alias.
type plain struct {
	name string
	args []string
}

// plainly reads a command so. It reports false for one that hadolint does not see.
func plainly(c *dockerfile.Command) (plain, bool) {
	if c.Inner || c.Name == "" || c.Program.Value != c.Name || !leads(c) {
		return plain{}, false
	}
	p := plain{name: c.Name, args: make([]string, len(c.Args))}
	for i, a := range c.Args {
		p.args[i] = simplified(a)
	}
	return p, true
}

// leads reports whether nothing but what ShellCheck's parser takes away, too,
// stands before the program.
func leads(c *dockerfile.Command) bool {
	return !slices.ContainsFunc(c.Wrappers, func(w dockerfile.Word) bool { return !listed("command builtin exec busybox", w.Value) })
}

// simplified is a word with ${VAR} for what is only known in the build.
func simplified(w dockerfile.Word) string {
	s := w.Text
	if !strings.ContainsAny(s, "$`") || strings.HasPrefix(s, "'") {
		return w.Value
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"' || s[i] == '\'':
		case s[i] == '`' || s[i] == '$' && i+1 < len(s) && s[i+1] != '"':
			b.WriteString("${VAR}")
			i = expansionEnd(s, i)
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// expansionEnd returns the last byte of the expansion that begins at start.
func expansionEnd(s string, start int) int {
	if s[start] == '`' {
		if n := strings.IndexByte(s[start+1:], '`'); n >= 0 {
			return start + 1 + n
		}
		return len(s) - 1
	}
	i := start + 1
	if s[i] != '{' && s[i] != '(' {
		for i < len(s) && (s[i] == '_' || s[i] >= '0' && s[i] <= '9' || s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z') {
			i++
		}
		return max(i-1, start+1)
	}
	for depth := 0; i < len(s); i++ {
		switch s[i] {
		case '{', '(':
			depth++
		case '}', ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s) - 1
}

// has reports whether one of the words stands anywhere behind the program.
func (p plain) has(words string) bool {
	return slices.ContainsFunc(p.args, func(a string) bool { return listed(words, a) })
}

// sequence reports whether the words stand side by side.
func (p plain) sequence(words ...string) bool {
	for i := range p.args {
		if i+len(words) <= len(p.args) && slices.Equal(p.args[i:i+len(words)], words) {
			return true
		}
	}
	return false
}

// flags iterates the names in an argument: that of a --long option, or every
// letter behind one dash.
func flags(arg string, yield func(string) bool) {
	if arg == "-" || arg == "--" || !strings.HasPrefix(arg, "-") {
		return
	}
	if long, ok := strings.CutPrefix(arg, "--"); ok {
		name, _, _ := strings.Cut(long, "=")
		yield(name)
		return
	}
	for _, letter := range arg[1:] {
		if !yield(string(letter)) {
			return
		}
	}
}

// count returns how often one of the flags is given, written without dashes.
func (p plain) count(names string) int {
	n := 0
	for _, a := range p.args {
		flags(a, func(name string) bool {
			if listed(names, name) {
				n++
			}
			return true
		})
	}
	return n
}

// operands returns the arguments that are no flags and do not follow one of the
// flags in dropped, those listed in verbs left out.
func (p plain) operands(dropped, verbs string) []string {
	var out []string
	skip := false
	for _, a := range p.args {
		if !skip && !dashed(a) && !listed(verbs, a) {
			out = append(out, a)
		}
		skip = false
		flags(a, func(name string) bool {
			skip = skip || listed(dropped, name)
			return !skip
		})
	}
	return out
}

// dashed reports whether an argument is an option.
func dashed(a string) bool { return len(a) > 1 && a[0] == '-' && a != "--" }

// any reports whether a condition holds for one of the words.
func anyWord(words []string, f func(string) bool) bool { return slices.ContainsFunc(words, f) }

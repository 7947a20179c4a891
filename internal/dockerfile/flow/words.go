package flow

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// line is the arguments of a command taken apart.
type line struct {
	options  []option
	operands []dockerfile.Word
}

type option struct {
	name, value string
	word        dockerfile.Word
}

// read takes arguments apart: "-fsSLo file", "--output=file". valued lists the
// options that take a value, separated by spaces.
func read(args []dockerfile.Word, valued string) line {
	takes := strings.Fields(valued)
	var l line
	for i := 0; i < len(args); i++ {
		v := args[i].Value
		name, value, has := strings.Cut(v, "=")
		switch {
		case v == "--":
			l.operands = append(l.operands, args[i+1:]...)
			return l
		case len(v) < 2 || v[0] != '-':
			l.operands = append(l.operands, args[i])
			continue
		case strings.HasPrefix(v, "--") || slices.Contains(takes, v):
			l.options = append(l.options, option{name, value, args[i]})
			has = has || !slices.Contains(takes, name)
		default:
			has = l.cluster(args[i], takes)
		}
		if !has && i+1 < len(args) {
			i++
			l.options[len(l.options)-1].value = args[i].Value
		}
	}
	return l
}

// cluster reads "-fsSLo": the first letter that takes a value ends it. It
// reports false where the value is the next word.
func (l *line) cluster(word dockerfile.Word, takes []string) bool {
	for i := 1; i < len(word.Value); i++ {
		o := option{name: "-" + word.Value[i:i+1], word: word}
		if slices.Contains(takes, o.name) {
			o.value = word.Value[i+1:]
			l.options = append(l.options, o)
			return o.value != ""
		}
		l.options = append(l.options, o)
	}
	return true
}

// get returns the value of the last of some options, and whether it is there.
func (l line) get(names ...string) (string, bool) {
	for _, o := range slices.Backward(l.options) {
		if slices.Contains(names, o.name) {
			return o.value, true
		}
	}
	return "", false
}

func (l line) has(names ...string) bool {
	_, ok := l.get(names...)
	return ok
}

// first returns the value of the first operand, "" if there is none.
func (l line) first() string {
	if len(l.operands) == 0 {
		return ""
	}
	return l.operands[0].Value
}

func hasWord(args []dockerfile.Word, values ...string) bool {
	return slices.ContainsFunc(args, func(w dockerfile.Word) bool { return slices.Contains(values, w.Value) })
}

// holds reports whether a command stands inside a word.
func holds(w dockerfile.Word, c *dockerfile.Command) bool {
	return w.At.Start.Offset <= c.At.Start.Offset && c.At.End.Offset <= w.At.End.Offset
}

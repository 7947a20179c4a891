package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// option is one option of a command: "-o" or "--output", with its value where
// it takes one.
type option struct {
	name, value string
	word        dockerfile.Word
	// arg is the value's word where it stands apart.
	arg    dockerfile.Word
	valued bool
}

// options takes the words of a command apart into options and operands. valued
// lists the options that take a value, separated by spaces; clusters of letters
// ("-fsSLo file") and "--name=value" are understood.
func options(args []dockerfile.Word, valued string) (opts []option, operands []dockerfile.Word) {
	takes := strings.Fields(valued)
	for i := 0; i < len(args); i++ {
		v := args[i].Value
		switch {
		case v == "--":
			return opts, append(operands, args[i+1:]...)
		case strings.HasPrefix(v, "--"):
			name, val, has := strings.Cut(v, "=")
			o := option{name: name, value: val, word: args[i], valued: has}
			if !has && slices.Contains(takes, name) && i+1 < len(args) {
				i++
				o.value, o.arg, o.valued = args[i].Value, args[i], true
			}
			opts = append(opts, o)
		case strings.HasPrefix(v, "-") && len(v) > 1:
			next := cluster(args[i], takes, &opts)
			if next && i+1 < len(args) {
				i++
				last := &opts[len(opts)-1]
				last.value, last.arg, last.valued = args[i].Value, args[i], true
			}
		default:
			operands = append(operands, args[i])
		}
	}
	return opts, operands
}

// cluster reads "-fsSLo": the first letter that takes a value ends it, and the
// result says whether that value is the next word.
func cluster(word dockerfile.Word, takes []string, opts *[]option) bool {
	letters := word.Value[1:]
	if slices.Contains(takes, word.Value) { // long names with one dash, too
		*opts = append(*opts, option{name: word.Value, word: word})
		return true
	}
	for i, letter := range letters {
		o := option{name: "-" + string(letter), word: word}
		if slices.Contains(takes, o.name) {
			o.value = letters[i+len(string(letter)):]
			o.valued = o.value != ""
			*opts = append(*opts, o)
			return o.value == ""
		}
		*opts = append(*opts, o)
	}
	return false
}

// find returns the first option with one of the names.
func find(opts []option, names ...string) (option, bool) {
	i := slices.IndexFunc(opts, func(o option) bool { return slices.Contains(names, o.name) })
	if i < 0 {
		return option{}, false
	}
	return opts[i], true
}

// value returns the value of the first option with one of the names.
func value(opts []option, names ...string) string {
	o, _ := find(opts, names...)
	return o.value
}

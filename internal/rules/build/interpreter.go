package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

func shell(name string) bool {
	switch name {
	case "sh", "bash", "ash", "dash", "zsh", "ksh":
		return true
	}
	return false
}

func interpreter(name string) bool {
	switch name {
	case "python", "perl", "ruby", "node", "php", "lua":
		return true
	}
	return false
}

// readsProgram reports whether a command runs what comes in on standard input.
func readsProgram(c *dockerfile.Command) bool {
	name, args := tool(c)
	if !shell(name) && !interpreter(name) {
		return (name == "source" || name == ".") && len(args) > 0 && args[0].Value == "/dev/stdin"
	}
	for _, a := range args {
		switch v := a.Value; {
		case v == "-" || v == "/dev/stdin" || v == "-s" || v == "--":
			return true
		case strings.HasPrefix(v, "-") && shell(name):
			if scriptFlag(v) {
				return false
			}
		case strings.HasPrefix(v, "-"):
			return false // -c, -m, -e: the program is given
		default:
			return false // a file
		}
	}
	return true
}

func scriptFlag(v string) bool {
	return len(v) > 1 && v[0] == '-' && v[1] != '-' && strings.HasSuffix(v, "c")
}

// scriptArgument returns the word after -c.
func scriptArgument(c *dockerfile.Command) (dockerfile.Word, bool) {
	for i, a := range c.Args {
		if scriptFlag(a.Value) && i+1 < len(c.Args) {
			return c.Args[i+1], true
		}
	}
	return dockerfile.Word{}, false
}

func firstOperand(c *dockerfile.Command) (dockerfile.Word, bool) {
	for _, a := range c.Args {
		if !strings.HasPrefix(a.Value, "-") {
			return a, true
		}
	}
	return dockerfile.Word{}, false
}

// holds reports whether a command stands inside a word.
func holds(w dockerfile.Word, c *dockerfile.Command) bool {
	return w.At.Start.Offset <= c.At.Start.Offset && c.At.End.Offset <= w.At.End.Offset
}

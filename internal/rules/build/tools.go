package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// unversioned takes the version off the name of a program: pip3, python3.12, gcc-13.
func unversioned(name string) string {
	end := len(name)
	for end > 0 && (name[end-1] >= '0' && name[end-1] <= '9' || name[end-1] == '.') {
		end--
	}
	rest := strings.TrimLeft(name[end:], ".")
	if rest == "" || strings.HasSuffix(rest, ".") || strings.Contains(rest, "..") {
		return name
	}
	return strings.TrimSuffix(name[:len(name)-len(rest)], "-")
}

// tool returns the program that a command is about, versions in its name and
// "python -m" looked through, and its arguments.
func tool(c *dockerfile.Command) (string, []dockerfile.Word) {
	name := unversioned(c.Name)
	if name == "python" || name == "py" {
		for i, a := range c.Args {
			if a.Value == "-m" && i+1 < len(c.Args) {
				return unversioned(c.Args[i+1].Value), c.Args[i+2:]
			}
			if !strings.HasPrefix(a.Value, "-") {
				break
			}
		}
		return "python", c.Args
	}
	return name, c.Args
}

// subcommand returns the first operand and the words after it.
func subcommand(args []dockerfile.Word) (string, []dockerfile.Word) {
	for i, a := range args {
		if !strings.HasPrefix(a.Value, "-") {
			return a.Value, args[i+1:]
		}
	}
	return "", nil
}

// word returns the first argument with one of the values.
func word(args []dockerfile.Word, values ...string) (dockerfile.Word, bool) {
	i := slices.IndexFunc(args, func(w dockerfile.Word) bool { return slices.Contains(values, w.Value) })
	if i < 0 {
		return dockerfile.Word{}, false
	}
	return args[i], true
}

// baseName is the last part of a path or URL, without query.
func baseName(s string) string {
	s, _, _ = strings.Cut(s, "?")
	s, _, _ = strings.Cut(s, "#")
	return s[strings.LastIndexByte(s, '/')+1:]
}

// mentions reports whether a word holds a name.
func mentions(words []dockerfile.Word, name string) bool {
	return name == "" || slices.ContainsFunc(words, func(w dockerfile.Word) bool {
		return strings.Contains(w.Value, name) || strings.Contains(w.Text, name)
	})
}

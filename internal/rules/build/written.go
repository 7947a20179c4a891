package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// written returns the program of a command as linters see it that look through
// nothing but the shell's own ways to run one: path and all, and "" for commands
// of scripts inside of words.
func written(c *dockerfile.Command) string {
	if c.Inner {
		return ""
	}
	for _, w := range c.Wrappers {
		switch w.Value {
		case "busybox", "builtin", "command", "exec":
		default:
			return w.Value
		}
	}
	return c.Program.Value
}

// chained reports whether a program stands at the start of a script or after &&,
// which is where tools look that cut scripts into pieces by text.
func chained(script, program string) bool {
	if !strings.Contains(script, program) {
		return false
	}
	for part := range strings.SplitSeq(script, "&&") {
		if strings.HasPrefix(strings.TrimSpace(part), program) {
			return true
		}
	}
	return false
}

// unquoted takes quotes off both ends of a word.
func unquoted(s string) string { return strings.Trim(s, `"'`) }

// drive reports whether a path begins with the letter of a Windows drive.
func drive(path string) bool {
	if len(path) < 2 || path[1] != ':' {
		return false
	}
	letter := path[0] | 0x20
	return 'a' <= letter && letter <= 'z'
}

// absolute reports whether a path does not depend on the working directory. One
// that begins with a variable counts as such: what it holds is not known.
func absolute(path string) bool {
	return strings.HasPrefix(path, "/") || strings.HasPrefix(path, "$") || strings.HasPrefix(path, `\`) || drive(path)
}

// shellSet returns the SHELL in force at an instruction, nil where none was
// written in its stage or those below.
func shellSet(in *dockerfile.Instruction) *dockerfile.Instruction {
	var shell *dockerfile.Instruction
	for _, s := range chain(in.Stage) {
		for _, i := range s.Instructions {
			if i == in {
				return shell
			}
			if i.Keyword == "SHELL" && !i.OnBuild {
				shell = i
			}
		}
	}
	return shell
}

// firstText returns the first operand as written: what stays of a command while
// its options change.
func firstText(args []dockerfile.Word) string {
	for _, w := range args {
		if !strings.HasPrefix(w.Text, "-") {
			return w.Text
		}
	}
	return ""
}

// firstName returns the name of the first command of a script.
func firstName(run *dockerfile.Run) string {
	if len(run.Commands) == 0 {
		return ""
	}
	return run.Commands[0].Name
}

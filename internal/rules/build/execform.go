package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// execForm returns the edit that writes a command in JSON form, nil where a
// shell might make something else of it than the words as they stand.
func execForm(args []dockerfile.Word) []source.Edit {
	if len(args) == 0 || !program(args[0].Text) {
		return nil
	}
	var b strings.Builder
	b.WriteByte('[')
	for i, w := range args {
		if !literal(w.Text) {
			return nil
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`"` + w.Text + `"`)
	}
	b.WriteByte(']')
	first, last := args[0].At, args[len(args)-1].At
	if first.Start.Line != last.End.Line {
		return nil // comments may stand between the lines
	}
	return []source.Edit{{Span: first.File.Span(first.Start.Offset, last.End.Offset), New: b.String()}}
}

// literal reports whether a shell hands a word on as it is written.
func literal(word string) bool {
	for i := 0; i < len(word); i++ {
		ch := word[i]
		switch {
		case 'a' <= ch && ch <= 'z', 'A' <= ch && ch <= 'Z', '0' <= ch && ch <= '9':
		case strings.IndexByte("_./:=@%+,-", ch) >= 0:
		default:
			return false
		}
	}
	return word != ""
}

// program reports whether a first word names a program of its own: none of the
// shell's own commands, no assignment, and no script, which only a shell starts
// where it lacks a "#!" line.
func program(word string) bool {
	if strings.Contains(word, "=") || strings.HasSuffix(word, ".sh") || strings.HasPrefix(word, "-") {
		return false
	}
	switch word {
	case ".", ":", "alias", "bg", "bind", "break", "builtin", "case", "cd", "command", "continue", "coproc", "declare", "dirs", "disown", "do",
		"done", "echo", "elif", "else", "enable", "esac", "eval", "exec", "exit", "export", "false", "fc", "fg", "fi", "for", "function",
		"getopts", "hash", "help", "history", "if", "in", "jobs", "kill", "let", "local", "login", "logout", "mapfile", "popd", "printf",
		"pushd", "pwd", "read", "readarray", "readonly", "return", "select", "set", "shift", "shopt", "source", "suspend", "test", "then",
		"time", "times", "trap", "true", "type", "typeset", "ulimit", "umask", "unalias", "unset", "until", "wait", "while":
		return false
	}
	return true
}

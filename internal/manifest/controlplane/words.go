package controlplane

import (
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// word is one word of a command line.
type word struct {
	text string
	// item counts the list items of command and args together, field is the item.
	item  int
	field manifest.Field
	// script is true for a word of a script, which is only a part of its item.
	script bool
	// end is true for what ends a command of a script; text says nothing then.
	end bool
}

// span returns the word's place, its quotes left out where they stand around the
// whole item.
func (w word) span() source.Span {
	at := w.field.Span()
	if w.script {
		name, _, _ := strings.Cut(w.text, "=") // the value may be quoted
		if whole := manifest.Narrow(at, w.text); whole != at {
			return whole
		}
		return manifest.Narrow(at, name)
	}
	if t := at.Text(); len(t) == len(w.text)+2 && t[1:len(t)-1] == w.text {
		return at.File.Span(at.Start.Offset+1, at.End.Offset-1)
	}
	return at
}

// wordsOf returns the words of the items of a command line. Where a shell is
// given a script, it is split.
func wordsOf(items []manifest.Field) []word {
	var out []word
	script := false
	for i, f := range items {
		if len(out) > maxWords {
			break
		}
		text := f.String()
		if script {
			for _, part := range split(text) {
				out = append(out, word{text: part, item: i, field: f, script: true, end: part == ""})
			}
			script = false
			continue
		}
		out = append(out, word{text: text, item: i, field: f})
		script = isShell(items[0].String()) && i > 0 && strings.HasPrefix(text, "-") && !strings.HasPrefix(text, "--") && strings.HasSuffix(text, "c")
	}
	return out
}

func isShell(text string) bool {
	switch path.Base(text) {
	case "sh", "bash", "ash", "dash", "ksh", "busybox":
		return true
	}
	return false
}

// split returns the words of a simple script, "" for what ends a command: quotes
// are taken off, nothing is expanded.
func split(script string) []string {
	var out []string
	var b strings.Builder
	quote, open := byte(0), false
	flush := func() {
		if open {
			out = append(out, b.String())
		}
		b.Reset()
		open = false
	}
	for i := 0; i < len(script); i++ {
		c := script[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			b.WriteByte(c)
		case c == '\'' || c == '"':
			quote, open = c, true
		case c == '\\' && i+1 < len(script):
			if i++; script[i] != '\n' {
				b.WriteByte(script[i])
				open = true
			}
		case c == ' ' || c == '\t' || c == '\r':
			flush()
		case c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' || c == ')' || c == '<' || c == '>':
			flush()
			out = append(out, "")
		case c == '#' && !open:
			end := strings.IndexByte(script[i:], '\n')
			if end < 0 {
				return out
			}
			i += end - 1
		default:
			b.WriteByte(c)
			open = true
		}
	}
	flush()
	return out
}

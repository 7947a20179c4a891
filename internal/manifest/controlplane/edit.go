package controlplane

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Change returns the edit that gives the setting another value, nil where the
// text leaves a doubt: the value is written in another form than it is read.
func (s Setting) Change(value string) []source.Edit {
	if !s.value.Valid() || !s.Set {
		return nil
	}
	text := s.value.File.Text
	quoted := s.value.Start.Offset > 0 && strings.ContainsAny(text[s.value.Start.Offset-1:s.value.Start.Offset], `"'`)
	if s.text && !quoted && s.value == s.At {
		value = `"` + value + `"`
	}
	return []source.Edit{{Span: s.value, New: value}}
}

// Add returns the edit that adds a setting behind the last one, nil where there
// is none or it is not alone on its line.
func (c *Component) Add(name, value string) []source.Edit {
	at := c.last.At
	if !at.Valid() || c.last.value != (source.Span{}) && c.last.value.Start.Line != at.Start.Line {
		return nil
	}
	line := at.File.Line(at.Start.Line)
	next := at.File.PosAt(at.Start.Line+1, 1)
	if next.Line == at.Start.Line {
		return nil // the last line, without a line feed
	}
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	var added string
	switch own := strings.TrimSpace(line); {
	case c.Container != nil && plainItem(own, at.Text()):
		added = "- --" + name + "=" + value
	case c.home.IsMap() && c.paths == nil && strings.HasPrefix(own, c.last.Name+":"):
		added = name + `: "` + value + `"`
	default:
		return nil
	}
	return []source.Edit{{Span: at.File.Span(next.Offset, next.Offset), New: indent + added + "\n"}}
}

// plainItem reports whether a line is a list item that is one word, quoted or not.
func plainItem(line, word string) bool {
	item, ok := strings.CutPrefix(line, "- ")
	return ok && strings.Trim(strings.TrimSpace(item), `"'`) == word && strings.HasPrefix(word, "-")
}

// Remove returns the edit that takes the setting out, nil where it is not alone
// on its line.
func (s Setting) Remove() []source.Edit {
	if !s.Set || !s.At.Valid() || s.At.Start.Line != s.At.End.Line {
		return nil
	}
	own := strings.TrimSpace(s.At.File.Line(s.At.Start.Line))
	pair := s.text && strings.HasPrefix(own, s.Name+":") && strings.HasSuffix(own, s.At.Text())
	if !pair && (!plainItem(own, s.At.Text()) || !strings.Contains(own, "=")) {
		return nil
	}
	from, to := s.At.File.PosAt(s.At.Start.Line, 1).Offset, s.At.File.PosAt(s.At.Start.Line+1, 1)
	if to.Line == s.At.Start.Line {
		return nil // the last line, without a line feed
	}
	return []source.Edit{{Span: s.At.File.Span(from, to.Offset), New: ""}}
}

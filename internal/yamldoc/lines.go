package yamldoc

import (
	"strings"
	"unicode/utf8"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

const byteOrderMark = "\uFEFF"

// breaks is every character that YAML 1.1 readers count as the end of a line
// besides the line feed; source.File counts line feeds only.
const breaks = "\r\u0085\u2028\u2029"

// lineTable maps the parser's lines, which may also end in a lone carriage
// return or a Unicode line separator, to offsets of the file. It is nil for the
// ordinary file where both count the same.
type lineTable []int

func newLineTable(text string) lineTable {
	if !strings.ContainsAny(strings.ReplaceAll(text, "\r\n", "\n"), breaks) {
		return nil
	}
	table := lineTable{0}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		switch {
		case r == '\r' && i < len(text) && text[i] == '\n':
		case r == '\n', strings.ContainsRune(breaks, r):
			table = append(table, i)
		}
	}
	return table
}

// offset returns the byte offset of a line and column as the parser counts them.
func (t lineTable) offset(f *source.File, line, column int) int {
	if line == 1 && strings.HasPrefix(f.Text, byteOrderMark) {
		column++
	}
	if t == nil {
		return f.PosAt(line, column).Offset
	}
	at := t[min(max(line, 1), len(t))-1]
	for i := 1; i < column && at < len(f.Text); i++ {
		_, n := utf8.DecodeRuneInString(f.Text[at:])
		at += n
	}
	return at
}

// line returns the parser's line of an offset.
func (t lineTable) line(f *source.File, offset int) int {
	if t == nil {
		return f.Pos(offset).Line
	}
	n := 0
	for n < len(t) && t[n] <= offset {
		n++
	}
	return n
}

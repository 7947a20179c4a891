package admission

import (
	"strings"
	"unicode"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// place returns where a mistake stands in the file: its line and column of the
// expression's text, found again in the scalar, whatever its style. White space
// is left out of the comparison, since indentation and folding change it. Where
// the text stands otherwise (escaped), it is the whole scalar.
func place(m mistake) source.Span {
	at := m.expression.field.Span()
	offset := offsetOf(m.expression.text, m.line, m.column)
	if !at.Valid() || offset < 0 {
		return at
	}
	want, _ := dense(m.expression.text)
	before, _ := dense(m.expression.text[:offset])
	end := min(len(at.File.Text), at.Start.Offset+4*len(m.expression.text)+1000)
	have, offsets := dense(at.File.Text[at.Start.Offset:end])
	i := strings.Index(have, want)
	if i < 0 || len(want) == 0 {
		return at
	}
	first := min(i+len(before), i+len(want)-1)
	start := at.Start.Offset + offsets[first]
	return at.File.Span(start, start+len(word(at.File.Text[start:end])))
}

// offsetOf returns the offset of a line and a column, both 1-based and the column
// in code points, -1 for unknown.
func offsetOf(text string, line, column int) int {
	if line < 1 {
		return -1
	}
	at := 0
	for ; line > 1; line-- {
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 {
			return -1
		}
		at += next + 1
	}
	for i := range text[at:] {
		if column--; column < 1 {
			return at + i
		}
	}
	return len(text)
}

// dense returns text without white space, and the offset of each of its bytes.
func dense(text string) (string, []int) {
	var b strings.Builder
	var offsets []int
	for i, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		n := len(string(r))
		b.WriteString(text[i : i+n])
		for k := range n {
			offsets = append(offsets, i+k)
		}
	}
	return b.String(), offsets
}

// word returns the name at the start of text, else its first sign.
func word(text string) string {
	i := strings.IndexFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
	})
	switch {
	case i < 0:
		return text
	case i == 0:
		return string([]rune(text)[:1])
	}
	return text[:i]
}

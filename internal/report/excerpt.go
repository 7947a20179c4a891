package report

import (
	"strings"
	"unicode"
)

// tabWidth is how far apart the tab stops of a shown source line are.
const tabWidth = 4

// cell is one character of a source line as a terminal shows it.
type cell struct {
	text  string
	width int
}

// excerpt returns a source line as a terminal shows it and a line of carets
// under the columns [column, end), which count code points from 1; end 0 means
// to the end of the line. Tabs become blanks, what cannot be seen is escaped,
// and of a long line the part around the carets is shown.
func excerpt(text string, column, end int) (shown, carets string) {
	if len(text) <= maxExcerpt && !needsEscape(text) {
		return excerptOfASCII(text, column, end)
	}
	cells := cellsOf(text)
	from := min(max(column-1, 0), len(cells))
	to := min(max(end-1, from), len(cells))
	if end <= 0 {
		to = len(cells)
	}
	for to > from+1 && strings.TrimSpace(cells[to-1].text) == "" {
		to--
	}
	first, last := window(cells, from)
	before, after := "", ""
	if first > 0 {
		before = "…"
	}
	if last < len(cells) {
		after = "…"
	}
	pad := strings.Repeat(" ", len([]rune(before))+width(cells[first:min(from, last)]))
	marks := max(width(cells[min(from, last):min(to, last)]), 1)
	return strings.TrimRight(before+joined(cells[first:last])+after, " "), pad + strings.Repeat("^", marks)
}

// excerptOfASCII is excerpt for the usual line: short, each byte one cell.
func excerptOfASCII(text string, column, end int) (shown, carets string) {
	from := min(max(column-1, 0), len(text))
	to := min(max(end-1, from), len(text))
	if end <= 0 {
		to = len(text)
	}
	for to > from+1 && text[to-1] == ' ' {
		to--
	}
	return strings.TrimRight(text, " "), strings.Repeat(" ", from) + strings.Repeat("^", max(to-from, 1))
}

func cellsOf(text string) []cell {
	var cells []cell
	at := 0
	for _, r := range text {
		c := cell{visible(r), 0}
		if r == '\t' {
			c.text = strings.Repeat(" ", tabWidth-at%tabWidth)
		}
		for _, v := range c.text {
			c.width += runeWidth(v)
		}
		at += c.width
		cells = append(cells, c)
	}
	return cells
}

// window returns the range of cells to show: all of them where they fit, else
// as many as fit, with the cell at from in its first third.
func window(cells []cell, from int) (first, last int) {
	if width(cells) <= maxExcerpt {
		return 0, len(cells)
	}
	first = from
	for lead := 0; first > 0 && lead+cells[first-1].width <= maxExcerpt/3; first-- {
		lead += cells[first-1].width
	}
	total := 0
	for last = first; last < len(cells) && total+cells[last].width <= maxExcerpt; last++ {
		total += cells[last].width
	}
	return first, last
}

func width(cells []cell) int {
	n := 0
	for _, c := range cells {
		n += c.width
	}
	return n
}

func joined(cells []cell) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteString(c.text)
	}
	return b.String()
}

// runeWidth is how many terminal cells a character takes: none for combining
// marks, two for the wide characters of East Asian scripts and for emoji
// (https://www.unicode.org/reports/tr11/), else one.
func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r >= 0x1100 && r <= 0x115f, // Hangul Jamo
		r >= 0x2e80 && r <= 0xa4cf, // CJK radicals to Yi
		r >= 0xac00 && r <= 0xd7a3, // Hangul syllables
		r >= 0xf900 && r <= 0xfaff, // CJK compatibility ideographs
		r >= 0xfe30 && r <= 0xfe6f, // CJK compatibility and small forms
		r >= 0xff00 && r <= 0xff60, // full-width forms
		r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1f64f, // symbols, pictographs, emoticons
		r >= 0x1f680 && r <= 0x1f6ff, // transport
		r >= 0x1f900 && r <= 0x1faff, // more pictographs
		r >= 0x20000 && r <= 0x3fffd: // supplementary ideographs
		return 2
	}
	return 1
}

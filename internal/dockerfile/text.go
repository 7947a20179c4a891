package dockerfile

import (
	"sort"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// text is a string cut out of a file in pieces: the lines of an instruction
// without their continuation marks, a here-document without leading tabs, a
// decoded JSON string. It knows the place in the file of each of its bytes.
type text struct {
	file   *source.File
	str    string
	pieces []piece
}

// piece says that str from byte at on came from byte from of the file on, up to
// the next piece. A fixed piece stands as a whole for size bytes of the file: a
// decoded escape, or nothing.
type piece struct {
	at, from int
	fixed    bool
	size     int
}

// builder puts a text together.
type builder struct {
	text
	buf strings.Builder
}

// add appends bytes [from, to) of the file.
func (b *builder) add(from, to int) {
	if from < to {
		b.pieces = append(b.pieces, piece{at: b.buf.Len(), from: from})
		b.buf.WriteString(b.file.Text[from:to])
	}
}

// addAs appends s as what size bytes of the file from byte from on stand for.
func (b *builder) addAs(s string, from, size int) {
	b.pieces = append(b.pieces, piece{at: b.buf.Len(), from: from, fixed: true, size: size})
	b.buf.WriteString(s)
}

// join appends another text of the same file.
func (b *builder) join(o text) {
	for _, p := range o.pieces {
		p.at += b.buf.Len()
		b.pieces = append(b.pieces, p)
	}
	b.buf.WriteString(o.str)
}

// done returns the text.
func (b *builder) done() text {
	b.str = b.buf.String()
	return b.text
}

// piece returns the piece that byte i belongs to.
func (t text) piece(i int) piece {
	if len(t.pieces) == 0 {
		return piece{fixed: true}
	}
	n := sort.Search(len(t.pieces), func(k int) bool { return t.pieces[k].at > i })
	return t.pieces[max(n-1, 0)]
}

// offset returns where in the file byte i comes from; for the end of the text
// it is the place after its last byte.
func (t text) offset(i int) int {
	if i > 0 && i >= len(t.str) {
		return t.after(len(t.str) - 1)
	}
	p := t.piece(i)
	if p.fixed {
		return p.from
	}
	return p.from + i - p.at
}

// after returns where in the file byte i ends.
func (t text) after(i int) int {
	p := t.piece(i)
	if p.fixed {
		return p.from + p.size
	}
	return p.from + i - p.at + 1
}

// span returns the place of bytes [start, end). It ends right after the last
// byte, not where the next one begins, which may be lines below.
func (t text) span(start, end int) source.Span {
	start, end = min(max(start, 0), len(t.str)), min(end, len(t.str))
	if end <= start {
		return t.file.Span(t.offset(start), t.offset(start))
	}
	return t.file.Span(t.offset(start), t.after(end-1))
}

// sub returns bytes [start, end) as a text of their own.
func (t text) sub(start, end int) text {
	out := text{file: t.file, str: t.str[start:end]}
	if start == end { // nothing, but still somewhere
		out.pieces = []piece{{from: t.offset(start), fixed: true}}
		return out
	}
	first := sort.Search(len(t.pieces), func(k int) bool { return t.pieces[k].at > start }) - 1
	for _, p := range t.pieces[max(first, 0):] {
		if p.at >= end {
			break
		}
		if p.at < start {
			if !p.fixed {
				p.from += start - p.at
			}
			p.at = start
		}
		p.at -= start
		out.pieces = append(out.pieces, p)
	}
	return out
}

// trim returns t without white space at both ends, as BuildKit cuts it.
func (t text) trim() text {
	start, end := trimSpace(t.str)
	return t.sub(start, end)
}

package source

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// File is one text file of the repository, read once and immutable.
type File struct {
	// Path is relative to the repository root, with forward slashes.
	Path string
	// Text is the file's content, byte for byte.
	Text string

	lines []int // byte offset at which each line starts
	ascii bool  // a byte is a column
}

// NewFile makes a File of a path and its text.
func NewFile(path, text string) *File {
	lines, ascii := make([]int, 1, 1+strings.Count(text, "\n")), true
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			lines = append(lines, i+1)
		}
		ascii = ascii && text[i] < utf8.RuneSelf
	}
	return &File{Path: path, Text: text, lines: lines, ascii: ascii}
}

// Pos is a place in a file. Line and Column are 1-based, columns count Unicode
// code points, Offset is the 0-based byte offset.
type Pos struct{ Line, Column, Offset int }

// LineCount returns the number of lines; a file that ends in a line feed does
// not have one more empty line, and the empty file has one line.
func (f *File) LineCount() int {
	n := len(f.lines)
	if n > 1 && f.lines[n-1] == len(f.Text) {
		return n - 1
	}
	return n
}

// Line returns the text of the 1-based line without its line ending, and ""
// where there is no such line.
func (f *File) Line(line int) string {
	if line < 1 || line > len(f.lines) {
		return ""
	}
	end := len(f.Text)
	if line < len(f.lines) {
		end = f.lines[line] - 1
	}
	return strings.TrimSuffix(f.Text[f.lines[line-1]:end], "\r")
}

// Pos returns the place of a byte offset, clamped into the file.
func (f *File) Pos(offset int) Pos {
	offset = min(max(offset, 0), len(f.Text))
	line := sort.Search(len(f.lines), func(i int) bool { return f.lines[i] > offset })
	start := f.lines[line-1]
	if f.ascii {
		return Pos{Line: line, Column: offset - start + 1, Offset: offset}
	}
	return Pos{Line: line, Column: utf8.RuneCountInString(f.Text[start:offset]) + 1, Offset: offset}
}

// PosAt returns the place of a 1-based line and a 1-based column in code
// points, clamped into the file.
func (f *File) PosAt(line, column int) Pos {
	line = min(max(line, 1), len(f.lines))
	off, text := f.lines[line-1], f.Line(line)
	for i := 1; i < column && text != ""; i++ {
		_, n := utf8.DecodeRuneInString(text)
		off, text = off+n, text[n:]
	}
	return f.Pos(off)
}

// Span is a half-open range [Start, End) of one file. The zero Span names no
// place.
type Span struct {
	File       *File
	Start, End Pos
}

// Span returns the range between two byte offsets.
func (f *File) Span(start, end int) Span {
	return Span{File: f, Start: f.Pos(start), End: f.Pos(max(start, end))}
}

// LineSpan returns the range of a 1-based line without the white space around
// its text.
func (f *File) LineSpan(line int) Span {
	line = min(max(line, 1), f.LineCount())
	text := f.Line(line)
	lead := len(text) - len(strings.TrimLeft(text, " \t"))
	start := f.lines[line-1] + lead
	return f.Span(start, start+len(strings.TrimSpace(text)))
}

// FirstLine returns the part of s on its first line: regions of one line are
// what code hosts show beside a change.
func (s Span) FirstLine() Span {
	if !s.Valid() || s.Start.Line == s.End.Line {
		return s
	}
	end := s.Start.Offset + len(s.File.Line(s.Start.Line)) - (s.Start.Offset - s.File.lines[s.Start.Line-1])
	return s.File.Span(s.Start.Offset, end)
}

// Valid reports whether s names a place.
func (s Span) Valid() bool { return s.File != nil }

// Path returns the path of the span's file, "" for the zero Span.
func (s Span) Path() string {
	if s.File == nil {
		return ""
	}
	return s.File.Path
}

// Text returns the text that the span covers.
func (s Span) Text() string {
	if s.File == nil {
		return ""
	}
	return s.File.Text[s.Start.Offset:s.End.Offset]
}

// String returns "path:line:column".
func (s Span) String() string {
	if s.File == nil {
		return "-"
	}
	return fmt.Sprintf("%s:%d:%d", s.File.Path, s.Start.Line, s.Start.Column)
}

// Related is a second place that explains a finding: the patch over a base, the
// stage a file is copied from.
type Related struct {
	At      Span
	Message string
}

// NotAnalysed is an input inside the repository or an image that could not be
// read or understood. It is never dropped: it is reported, and it can stop a
// signature.
type NotAnalysed struct {
	// Path is repository-relative, "" for something that is no file.
	Path string
	// Line is 1-based, 0 where the whole input is meant.
	Line int
	// At is the place to show; the zero Span where the input could not be read
	// as text.
	At Span
	// Reason is one sentence with the next step.
	Reason string
	// Concern says what could not be judged, for the decision to sign.
	Concern Concern
}

// Concern is the kind of input that could not be judged.
type Concern string

// The kinds. An attribution is the line that brought a layer: without it findings
// point elsewhere, and are all there.
const (
	ConcernRepository  Concern = "repository"
	ConcernDockerfile  Concern = "dockerfile"
	ConcernManifest    Concern = "manifest"
	ConcernImage       Concern = "image"
	ConcernAdvisories  Concern = "advisories"
	ConcernAttribution Concern = "attribution"
)

package dockerfile

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// directives reads "# syntax=", and the forms "// syntax=" and {"syntax": …} in
// which other frontends are named: one that is not Docker's own has a grammar
// that we do not know.
func (r *reader) directives() {
	if start := strings.TrimSpace(strings.TrimPrefix(r.src.Text, byteOrderMark)); start == "" || !strings.ContainsRune("#/{", rune(start[0])) {
		return
	}
	image, _, ranges, ok := parser.DetectSyntax([]byte(r.src.Text))
	if !ok || len(ranges) == 0 {
		return
	}
	line := ranges[0].Start.Line
	start := strings.Index(r.src.Text, image) // JSON has it in any line
	if col := strings.LastIndex(r.src.Line(line), image); col >= 0 {
		start = r.src.PosAt(line, 1).Offset + col
	}
	if start < 0 {
		return
	}
	line = r.src.Pos(start).Line
	r.file.Syntax, r.file.SyntaxAt = image, r.src.Span(start, start+len(image))
	if !r.file.OfficialSyntax() {
		r.notAnalysed(line, "frontend "+image+" may read this file by another grammar; what it has in common with Docker's was checked")
	}
}

// OfficialSyntax reports whether the file is read by Docker's own frontend,
// which is the case where it names none.
func (f *File) OfficialSyntax() bool {
	ref, ok := f.Frontend()
	if !ok {
		return true
	}
	return ref.Canonical == "docker.io/docker/dockerfile" || ref.Canonical == "docker.io/docker/dockerfile-upstream"
}

// Frontend returns the image that reads the file; it reports false where the
// file names none.
func (f *File) Frontend() (Reference, bool) {
	return newReference(f.SyntaxAt, f.Syntax, f.Syntax, nil), f.Syntax != ""
}

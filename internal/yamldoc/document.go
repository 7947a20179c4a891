package yamldoc

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"go.yaml.in/yaml/v3"
)

// Document is one YAML document of a file.
type Document struct {
	File *source.File
	// Root is the document's content. Its lines and columns, and those of all
	// nodes below it, are the file's, as the YAML reader counts them: use Span to
	// turn them into places.
	Root *yaml.Node
	// First and Last are the document's 1-based lines, without the separators.
	First, Last int
	// Start and End are the byte offsets of the text between the separators that
	// the document was read from, its own leading separator included; Before is
	// how many lines, as the YAML reader counts them, stand before Start.
	Start, End, Before int
	// Duplicates are keys that a map holds twice; the reader of the object takes
	// one of them, and different readers take different ones.
	Duplicates []Duplicate

	lines lineTable
}

// Duplicate is a map key that occurs again.
type Duplicate struct {
	Key string
	// At is the second occurrence, First the one before.
	At, First source.Span
}

// Parse reads all documents of a file that are not empty. Documents that cannot be read do not
// hide the others: what could be read is returned together with the errors,
// each of which is an *Error.
func Parse(f *source.File) ([]*Document, error) { return ParseMasked(f, f.Text) }

// ParseMasked is Parse of a text in which the caller has replaced parts of the
// file by spaces, byte for byte, so that all places stay the file's.
func ParseMasked(f *source.File, text string) ([]*Document, error) {
	if len(text) != len(f.Text) {
		return nil, fmt.Errorf("%s: masked text of %d bytes for a file of %d", f.Path, len(text), len(f.Text))
	}
	lines := newLineTable(f.Text)
	var docs []*Document
	var errs []error
	for _, c := range split(text) {
		got, err := parseChunk(f, text, lines, c)
		docs = append(docs, got...)
		if err != nil {
			errs = append(errs, err)
		}
		if len(docs) > MaxDocuments {
			return docs[:MaxDocuments], &Error{At: f.LineSpan(docs[MaxDocuments].First),
				Reason: fmt.Sprintf("more than the limit of %d documents in one file", MaxDocuments)}
		}
	}
	return docs, errors.Join(errs...)
}

// chunk is the text between two document separators.
type chunk struct{ start, end int }

// split cuts a text at its document separators, which no scalar can hold:
// "---" at the start of a line ends every document.
func split(text string) []chunk {
	var out []chunk
	start := 0
	for at := 0; at < len(text); {
		end := strings.IndexByte(text[at:], '\n') + at + 1
		if end == at {
			end = len(text)
		}
		if line := strings.TrimPrefix(text[at:end], byteOrderMark); isSeparator(line) {
			if !endsInDirectives(text[start:at]) {
				out = append(out, chunk{start, at})
				start = at
			}
		}
		at = end
	}
	return append(out, chunk{start, len(text)})
}

func isSeparator(line string) bool {
	rest, ok := strings.CutPrefix(line, "---")
	return ok && (rest == "" || strings.ContainsAny(rest[:1], " \t\r\n"))
}

// endsInDirectives reports whether a chunk holds directives such as %YAML, which
// belong to the document that follows, and nothing else but comments.
func endsInDirectives(text string) bool {
	directives := false
	for line := range strings.Lines(strings.TrimPrefix(text, byteOrderMark)) {
		switch line = strings.TrimSpace(line); {
		case line == "" || line[0] == '#':
		case line[0] == '%':
			directives = true
		default:
			return false
		}
	}
	return directives
}

func parseChunk(f *source.File, text string, lines lineTable, c chunk) (docs []*Document, err error) {
	before := lines.line(f, c.start) - 1
	dec := yaml.NewDecoder(strings.NewReader(text[c.start:c.end]))
	for {
		var node yaml.Node
		if err := decode(dec, &node); errors.Is(err, io.EOF) {
			return docs, nil
		} else if err != nil {
			return docs, parseError(f, c, err)
		}
		if len(node.Content) != 1 || node.Content[0].Tag == "!!null" {
			continue
		}
		d := &Document{File: f, Root: node.Content[0], lines: lines, Start: c.start, End: c.end, Before: before,
			First: f.Pos(c.start).Line, Last: f.Pos(max(c.start, c.end-1)).Line}
		if isSeparator(strings.TrimPrefix(text[c.start:c.end], byteOrderMark)) && d.First < d.Last {
			d.First++
		}
		shift(d.Root, before)
		if err := d.inspect(); err != nil {
			return docs, err
		}
		docs = append(docs, d)
	}
}

// decode reads one document; the parser's panics on odd input become errors.
func decode(dec *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the parser gave up: %v", r)
		}
	}()
	return dec.Decode(into)
}

func shift(n *yaml.Node, by int) {
	if by == 0 {
		return
	}
	n.Line += by
	for _, c := range n.Content {
		shift(c, by)
	}
}

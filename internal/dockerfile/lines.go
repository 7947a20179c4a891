package dockerfile

import (
	"strings"
	"unicode"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

const byteOrderMark = "\ufeff"

// physical is one line of the file: Text[start:end] without line ending, and
// next, where the following line starts.
type physical struct{ start, end, next int }

func physicalLine(f *source.File, start int) physical {
	next := len(f.Text)
	if i := strings.IndexByte(f.Text[start:], '\n'); i >= 0 {
		next = start + i + 1
	}
	end := start + len(strings.TrimRight(f.Text[start:next], "\r\n"))
	return physical{start: start, end: end, next: next}
}

// joinLines returns the text of the instruction that starts on the given line
// as BuildKit sees it: continuation marks, and the comments and empty lines
// between continued lines, are gone. The second result is the line after it,
// where its here-documents start.
//
// BuildKit itself keeps whole lines only; the rules followed here are those of
// Parse, processLine and trimContinuationCharacter in its dockerfile/parser.
func joinLines(f *source.File, line int, escape rune) (text, int) {
	t := builder{text: text{file: f}}
	at := f.PosAt(line, 1).Offset
	first := true
	for at < len(f.Text) {
		p := physicalLine(f, at)
		at = p.next
		line++
		body := f.Text[p.start:p.end]
		switch {
		case first:
			if p.start == 0 {
				body = strings.TrimPrefix(body, byteOrderMark)
			}
			body = strings.TrimLeftFunc(body, unicode.IsSpace)
			first = false
		case isComment(body), strings.TrimLeftFunc(body, unicode.IsSpace) == "":
			continue
		}
		kept, continued := cutContinuation(body, escape)
		t.add(p.end-len(body), p.end-len(body)+len(kept))
		if !continued {
			break
		}
	}
	return t.done(), line
}

func isComment(line string) bool {
	return strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "#")
}

// cutContinuation cuts an escape character that ends the line. A doubled one is
// no continuation.
func cutContinuation(line string, escape rune) (string, bool) {
	body := strings.TrimRight(line, " \t")
	if body == "" || rune(body[len(body)-1]) != escape {
		return line, false
	}
	body = body[:len(body)-1]
	if body != "" && rune(body[len(body)-1]) == escape {
		return line, false
	}
	return body, true
}

// trimSpace returns the bounds of s without white space at both ends.
func trimSpace(s string) (start, end int) {
	left := strings.TrimLeftFunc(s, unicode.IsSpace)
	start = len(s) - len(left)
	return start, start + len(strings.TrimRightFunc(left, unicode.IsSpace))
}

package manifest

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Narrow returns the part of a scalar's span that holds the first line of text;
// where there is none, the span as it is. A block scalar's span may be its header
// only, so the lines below are looked through too, as far as they are indented
// deeper.
func Narrow(at source.Span, text string) source.Span {
	text, _, _ = strings.Cut(text, "\n")
	if !at.Valid() || text == "" {
		return at
	}
	end := at.End.Offset
	indent := indentation(at.File.Line(at.Start.Line))
	for line := at.End.Line + 1; line <= at.File.LineCount(); line++ {
		l := at.File.Line(line)
		if strings.TrimSpace(l) != "" && indentation(l) <= indent {
			break
		}
		end = at.File.LineSpan(line).End.Offset
	}
	if i := strings.Index(at.File.Text[at.Start.Offset:end], text); i >= 0 {
		return at.File.Span(at.Start.Offset+i, at.Start.Offset+i+len(text))
	}
	return at
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

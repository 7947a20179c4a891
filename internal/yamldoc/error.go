package yamldoc

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Error is one thing wrong with a YAML file, with its line.
type Error struct {
	// At is the place of the mistake; its line is right even where the parser
	// tells no column.
	At source.Span
	// Reason is one phrase without file and line.
	Reason string
}

// Error returns "path:line: reason".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d: %s", e.At.Path(), e.At.Start.Line, e.Reason)
}

// Errors returns the yamldoc errors that err is made of, in order.
func Errors(err error) []*Error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*Error
		for _, e := range joined.Unwrap() {
			out = append(out, Errors(e)...)
		}
		return out
	}
	var one *Error
	if errors.As(err, &one) {
		return []*Error{one}
	}
	return nil
}

var parserLine = lazyregexp.New(`^(?:yaml: )?(?:line (\d+): )?(?s:(.*))$`)

// grammarError matches what the parser, in contrast to its scanner, reports:
// these messages count lines from zero.
var grammarError = lazyregexp.New(`^(?:did not find expected (?:'-' indicator|key|node content|',' or|<)|found undefined tag handle)`)

// parseError turns the parser's error on a chunk of a file into one with the
// file's own line.
func parseError(f *source.File, c chunk, err error) *Error {
	m := parserLine.FindStringSubmatch(err.Error())
	line, reason := 1, err.Error()
	if m != nil {
		reason = m[2]
		if n, convErr := strconv.Atoi(m[1]); convErr == nil {
			line = n
			if grammarError.MatchString(reason) {
				line++
			}
		}
	}
	line = min(f.Pos(c.start).Line-1+line, f.Pos(max(c.start, c.end-1)).Line, f.LineCount())
	return &Error{At: f.LineSpan(line), Reason: "not valid YAML: " + strings.TrimSpace(reason)}
}

package dockerfile

import (
	"errors"
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// ParseError is a Dockerfile that cannot be read at all.
type ParseError struct {
	Path string
	// Line is 1-based, 0 where the whole file is meant.
	Line   int
	Reason string
}

// Error names the place and the reason.
func (e *ParseError) Error() string {
	if e.Line == 0 {
		return e.Path + ": " + e.Reason
	}
	return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Reason)
}

// Parse reads a Dockerfile. What it cannot understand in part stands in the
// File's NotAnalysed; a file it cannot read at all is a *ParseError.
func Parse(f *source.File) (*File, error) {
	if err := readable(f); err != nil {
		return nil, err
	}
	r := newReader(f)
	r.directives()
	result, err := r.tree()
	if err != nil {
		return nil, err
	}
	r.escaped(result.EscapeToken)
	r.checkDirective()
	for _, node := range result.AST.Children {
		r.node(node)
	}
	if err := r.complete(); err != nil {
		return nil, err
	}
	r.link()
	r.ignores()
	r.file.index()
	for _, in := range r.file.all {
		in.EmptyLayer = in.emptyLayer()
	}
	return r.file, nil
}

// tree returns BuildKit's syntax tree. BuildKit stops at the first instruction
// that it cannot read; such are noted and left out, and the others are judged.
func (r *reader) tree() (*parser.Result, error) {
	text := r.src.Text
	var faults []*ParseError
	for {
		result, err := buildkitParse(text)
		if err == nil {
			err = r.acceptable(result.AST.Children)
			for _, f := range faults {
				r.notAnalysed(f.Line, f.Reason)
			}
			return result, err
		}
		if t := templateLine(r.src); t != nil {
			return nil, t
		}
		fault, last := parseError(r.src, err)
		switch {
		case !r.file.OfficialSyntax():
			return nil, r.foreignGrammar()
		case len(faults) > 0 && last == 0, len(faults) == MaxFaults:
			return nil, faults[0]
		case last == 0:
			return nil, fault
		}
		faults = append(faults, fault)
		text = without(text, fault.Line, last)
	}
}

func (r *reader) foreignGrammar() *ParseError {
	return &ParseError{Path: r.src.Path, Line: r.file.SyntaxAt.Start.Line,
		Reason: "is read by frontend " + r.file.Syntax + ", whose grammar is not known here; check what it makes of the file"}
}

// acceptable refuses templates and files with more instructions than are taken.
func (r *reader) acceptable(nodes []*parser.Node) error {
	if t := templateIn(r.src, nodes); t != nil {
		return t
	}
	if n := len(nodes); n > MaxInstructions {
		return &ParseError{Path: r.src.Path, Reason: fmt.Sprintf("has %d instructions, more than the limit of %d; split the file", n, MaxInstructions)}
	}
	return nil
}

// without empties lines of a text.
func without(text string, first, last int) string {
	var out strings.Builder
	line := 0
	for l := range strings.Lines(text) {
		if line++; first <= line && line <= last {
			l = "\n"
		}
		out.WriteString(l)
	}
	return out.String()
}

// complete says where a file lacks a FROM. Its instructions are judged all the
// same; a file without any is none.
func (r *reader) complete() error {
	stages := r.file.Stages
	switch official := r.file.OfficialSyntax(); {
	case !official && len(stages) == 0:
		return r.foreignGrammar()
	case !official: // which was said
	case len(stages) == 0 && len(r.file.Args) == 0:
		return &ParseError{Path: r.src.Path, Line: 1, Reason: "has no FROM and no other instruction, so it is no Dockerfile; exclude it under paths if it is not meant to be one"}
	case len(stages) == 0:
		at := r.file.Args[len(r.file.Args)-1].Span
		r.implicitStage(at.End.Offset)
		r.notAnalysed(at.Start.Line, "has no FROM, so it is no complete Dockerfile; exclude it under paths if it is not meant to be one")
	case len(stages) == 1 && stages[0].Implicit:
		r.notAnalysed(stages[0].From.Span.Start.Line, "has no FROM, so its base is not known; its instructions were judged without one")
	case stages[0].Implicit:
		r.notAnalysed(stages[0].From.Span.Start.Line, "has instructions before its first FROM, which no builder accepts; they were judged as a stage of their own")
	}
	return nil
}

// readable refuses what would be read wrongly or at too high a price.
func readable(f *source.File) error {
	switch {
	case len(f.Text) > MaxFileBytes:
		return &ParseError{Path: f.Path, Reason: fmt.Sprintf("is larger than the limit of %d KiB for a Dockerfile", MaxFileBytes>>10)}
	case strings.Contains(f.Text, "${") && nesting(f.Text, "{", "}") > MaxNesting:
		return &ParseError{Path: f.Path, Reason: fmt.Sprintf("has braces nested deeper than the limit of %d", MaxNesting)}
	}
	for at, line := 0, 1; at < len(f.Text); line++ {
		p := physicalLine(f, at)
		if at = p.next; p.next-p.start > MaxLineBytes {
			return &ParseError{Path: f.Path, Line: line, Reason: fmt.Sprintf("is longer than BuildKit's limit of %d bytes a line", MaxLineBytes)}
		}
	}
	return nil
}

// buildkitParse runs BuildKit's parser; a panic in it is an error of the file.
func buildkitParse(text string) (res *parser.Result, err error) {
	defer func() {
		if v := recover(); v != nil {
			res, err = nil, fmt.Errorf("the parser panicked: %v", v)
		}
	}()
	return parser.Parse(strings.NewReader(text))
}

// validate runs BuildKit's typed parser over one instruction for what it
// refuses: unknown instructions, wrong flags and arguments. A linter is given
// and comments are taken away because it panics on "# check=" comments else.
func validate(node *parser.Node, lint *linter.Linter) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the parser panicked: %v", v)
		}
	}()
	plain := *node
	plain.PrevComment = nil
	_, err = instructions.ParseInstructionWithLinter(&plain, lint)
	return err
}

// parseError returns what BuildKit's parser says, and the last line of the
// instruction that it speaks of, 0 where it speaks of none.
func parseError(f *source.File, err error) (*ParseError, int) {
	out := &ParseError{Path: f.Path, Reason: "cannot be parsed: " + err.Error()}
	last := 0
	var at *parser.LocationError
	if errors.As(err, &at) {
		for _, ranges := range at.Locations {
			for _, rg := range ranges {
				if out.Line == 0 {
					out.Line = min(max(rg.Start.Line, 1), f.LineCount())
				}
				last = max(last, rg.End.Line)
			}
		}
	}
	if f.Line(out.Line) == "" { // no instruction is there: all are missing
		last = 0
	}
	return out, last
}

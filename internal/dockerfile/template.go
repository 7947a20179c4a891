package dockerfile

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// templateMark is the syntax of the template languages that Dockerfiles are
// written in: Jinja, Go templates, ERB.
var templateMark = lazyregexp.New(`\{\{|\{%|<%[=-]?\s`)

// templated are the instructions in which a template mark means a template. In
// RUN and the like it may be an argument: docker inspect -f '{{…}}'.
var templated = []string{"FROM", "COPY", "ADD", "USER", "WORKDIR", "EXPOSE", "ENV"}

// mayBeTemplate is the cheap question before the exact one.
func mayBeTemplate(text string) bool {
	return strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(text, "<%")
}

func templateError(path string, line int) *ParseError {
	return &ParseError{Path: path, Line: line, Reason: "is a template, not a Dockerfile; render it and check the result"}
}

// templateIn finds the first instruction that gives a template away.
func templateIn(f *source.File, nodes []*parser.Node) *ParseError {
	if !mayBeTemplate(f.Text) {
		return nil
	}
	for _, n := range nodes {
		loc := templateMark.FindStringIndex(n.Original)
		if loc != nil && (loc[0] == 0 || slices.Contains(templated, strings.ToUpper(n.Value))) {
			return templateError(f.Path, n.StartLine)
		}
	}
	return nil
}

// templateLine is the same for a file that BuildKit's parser refuses.
func templateLine(f *source.File) *ParseError {
	if !mayBeTemplate(f.Text) {
		return nil
	}
	for line := 1; line <= f.LineCount(); line++ {
		body := strings.TrimSpace(f.Line(line))
		word, _, _ := strings.Cut(body, " ")
		loc := templateMark.FindStringIndex(body)
		if loc != nil && (loc[0] == 0 || slices.Contains(templated, strings.ToUpper(word))) {
			return templateError(f.Path, line)
		}
	}
	return nil
}

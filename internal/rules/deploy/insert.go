package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// add returns a remedy that writes a missing setting below base, a container or
// a pod's spec. It comes with the edit where the lines leave no doubt: the
// deepest parent that exists is a block map, written one key a line.
func add(base manifest.Field, title, value string, keys ...string) *rule.Fix {
	fix := &rule.Fix{Title: title}
	parent := base
	for len(keys) > 1 && parent.Get(keys[0]).Exists() {
		parent, keys = parent.Get(keys[0]), keys[1:]
	}
	if parent.Get(keys[0]).Exists() || !parent.IsMap() {
		return fix
	}
	at := parent.Get(keys[0]).Span()
	if offset, indent, ok := insertion(parent, at); ok {
		fix.Edits = []source.Edit{{Span: at.File.Span(offset, offset), New: lines(indent, value, keys)}}
	}
	return fix
}

// insertion returns where a line can be added to a block map whose place is at,
// and how far its keys are indented.
func insertion(parent manifest.Field, at source.Span) (offset, indent int, ok bool) {
	if !at.Valid() {
		return 0, 0, false
	}
	line := at.File.Line(at.Start.Line)
	next := at.File.PosAt(at.Start.Line+1, 1)
	if next.Line == at.Start.Line {
		return 0, 0, false // the last line, without a line feed
	}
	text := strings.TrimSpace(line)
	if name := "name: " + parent.Get("name").String(); at.Text() == name && (text == name || text == "- "+name) {
		return next.Offset, at.Start.Column - 1, true
	}
	path := parent.Path()
	if key := path[strings.LastIndexByte(path, '.')+1:]; at.Text() != key || text != key+":" {
		return 0, 0, false
	}
	child := at.File.Line(next.Line)
	for first := range parent.Entries() {
		return next.Offset, indentation(child), indentation(child) > indentation(line) && strings.HasPrefix(strings.TrimSpace(child), first+":")
	}
	return 0, 0, false
}

// lines writes nested keys with a value, one a line.
func lines(indent int, value string, keys []string) string {
	var b strings.Builder
	for i, k := range keys {
		b.WriteString(strings.Repeat(" ", indent+2*i) + k + ":")
		if i == len(keys)-1 {
			b.WriteString(" " + value)
		}
		b.WriteString("\n")
	}
	return b.String()
}

package manifesttest

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// site is one scalar of a source file that the oracle can change, or the part of
// it that is the value.
type site struct {
	path       string
	start, end int
	form       form
}

// form is how a value is written, which decides what it can be changed to.
type form int

const (
	plainForm  form = iota // replaced as a whole
	numberForm             // replaced by another number
	quotedForm             // replaced between the quotes
	blockForm              // changed in the first line of its text
)

// siteOf returns what to change for a field; false where the oracle has no way to
// change it: empty text, and text inside of a patch that is itself folded or quoted.
func siteOf(l leaf) (site, bool) {
	if !l.span.Valid() || l.span.Start.Offset == l.span.End.Offset {
		return site{}, false
	}
	if l.path == "apiVersion" || l.path == "kind" || l.path == "type" {
		if strings.Trim(l.span.Text(), `"'`) != l.value {
			return site{}, false // of an object that a generator makes: written nowhere
		}
	}
	s := site{path: l.span.Path(), start: l.span.Start.Offset, end: l.span.End.Offset}
	text := l.span.Text()
	switch first := text[0]; {
	case l.span.Start.Line != l.span.End.Line:
		if first != '|' && first != '>' {
			return site{}, false
		}
		head, body, _ := strings.Cut(text, "\n")
		trimmed := strings.TrimLeft(body, " \t\r\n")
		s.start += len(head) + 1 + len(body) - len(trimmed)
		s.end, s.form = s.start, blockForm
		return s, trimmed != ""
	case first == '|' || first == '>' || strings.Contains(text, "\\n") && !strings.Contains(l.value, "\n"):
		return site{}, false
	case first == '"' || first == '\'':
		s.form = quotedForm
	case isNumber(l.value) && isNumber(text):
		s.form = numberForm
	}
	if key, value, ok := strings.Cut(text, "="); ok && strings.HasSuffix(l.path, "."+strings.Trim(key, `"' `)) && len(value) > 0 {
		s.start += len(key) + 1 // NAME=value, as generators take it
		if s.form == quotedForm {
			s.end--
		}
		s.form = plainForm
	}
	return s, true
}

func isNumber(text string) bool {
	_, err := strconv.ParseInt(text, 0, 64)
	return err == nil
}

// word is what the n-th site is changed to.
func (s site) word(n int) string {
	if s.form == numberForm {
		return strconv.Itoa(50_000 + n)
	}
	return fmt.Sprintf("changed%dx", n)
}

func (s site) edit(f *source.File, word string) source.Edit {
	switch s.form {
	case quotedForm:
		quote := f.Text[s.start : s.start+1]
		word = quote + word + quote
	case blockForm:
		word += " "
	}
	return source.Edit{Span: f.Span(s.start, s.end), New: word}
}

// holds reports whether a rendered value holds a word, as it is or encoded as in
// a Secret.
func holds(value, word string) bool {
	if strings.Contains(value, word) {
		return true
	}
	plain, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(value, "\n", ""))
	return err == nil && strings.Contains(string(plain), word)
}

// isTouchy reports whether a change of the field is likely to reach further than
// the field: what kustomize finds objects, list items and images by. Such fields
// are changed together with their like only.
func isTouchy(l leaf) bool {
	for _, p := range strings.Split(l.path, ".") {
		p, _, _ = strings.Cut(p, "[")
		switch p {
		case "apiVersion", "kind", "metadata", "name", "namespace", "labels", "selector", "matchLabels",
			"ports", "port", "containerPort", "targetPort", "image", "mountPath":
			return true
		}
	}
	return false
}

package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// writeJSON writes the contract of docs/result.schema.json: indented, in the
// given order, and with empty lists rather than null.
func writeJSON(w io.Writer, r *gate.Result, _ Options) error {
	return encode(w, complete(r))
}

// encode writes indented JSON that is safe to print: what cannot be seen, and
// the mark of an old workflow command, are written with escapes that every
// reader of JSON undoes. Only strings can hold either.
func encode(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(bytes.ReplaceAll(escapeInvisible(b.Bytes()), []byte("##["), []byte(`#\u0023[`)))
	return err
}

// escapeInvisible writes the characters of JSON that plain would not let
// through as \u escapes.
func escapeInvisible(data []byte) []byte {
	out := make([]byte, 0, len(data))
	kept := 0 // data[:kept] is in out
	for i := 0; i < len(data); {
		if data[i] < 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if visible(r) != string(r) {
			out = append(out, data[kept:i]...)
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
			kept = i + n
		}
		i += n
	}
	return append(out, data[kept:]...)
}

// complete returns a copy of r whose lists and maps are not nil.
func complete(r *gate.Result) *gate.Result {
	out := *r
	out.Findings = filled(r.Findings)
	for i, f := range out.Findings {
		f.Aliases, f.Related = list(f.Aliases), list(f.Related)
		if f.Fix != nil {
			f.Fix = &gate.Fix{Title: f.Fix.Title, Edits: list(f.Fix.Edits)}
		}
		if f.Object != nil {
			object := *f.Object
			object.Overlays = list(object.Overlays)
			f.Object = &object
		}
		if f.Vulnerability != nil {
			flaw := *f.Vulnerability
			flaw.Aliases = list(flaw.Aliases)
			f.Vulnerability = &flaw
		}
		out.Findings[i] = f
	}
	out.NotAnalysed = list(r.NotAnalysed)
	out.Inputs = list(r.Inputs)
	out.Images = filled(r.Images)
	for i, img := range out.Images {
		img.Platforms = filled(img.Platforms)
		for j := range img.Platforms {
			img.Platforms[j].Layers = list(img.Platforms[j].Layers)
		}
		out.Images[i] = img
	}
	if out.Timings == nil {
		out.Timings = map[string]float64{}
	}
	return &out
}

// list is s, or an empty slice for nil.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// filled is a copy of s that is never nil.
func filled[T any](s []T) []T { return append(make([]T, 0, len(s)), s...) }

package gate

import (
	"path/filepath"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// rendered gives the rendered files their path in the repository, "" to those
// outside of it.
func rendered(o Options) []manifest.RenderedFile {
	var out []manifest.RenderedFile
	for _, r := range o.Rendered {
		name, inside := "standard input", ""
		if r.Path != "" {
			name = r.Path
			if rel, err := filepath.Rel(whole(o.Path), whole(r.Path)); err == nil && filepath.IsLocal(rel) {
				inside = filepath.ToSlash(rel)
			}
		}
		out = append(out, manifest.RenderedFile{Name: strings.ToValidUTF8(name, "?"), File: source.NewFile(inside, r.Text)})
	}
	return out
}

// whole returns a path from the root, without symbolic links.
func whole(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		name = abs
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	return name
}

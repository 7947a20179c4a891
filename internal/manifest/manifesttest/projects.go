package manifesttest

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

// Projects reads the txtar projects of a folder, each in four forms: as it is,
// with Windows line endings, with a byte order mark in every file, and with a
// comment above every file's text.
func Projects(t testing.TB, dir string) map[string]fs.FS {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no projects in %s: %v", dir, err)
	}
	out := map[string]fs.FS{}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := strings.TrimSuffix(filepath.Base(name), ".txtar")
		for form, change := range forms() {
			fsys := fstest.MapFS{}
			for _, f := range archive.Files {
				fsys[f.Name] = &fstest.MapFile{Data: []byte(change(f.Name, string(f.Data)))}
			}
			out[base+form] = fsys
		}
	}
	return out
}

func forms() map[string]func(name, text string) string {
	yaml := func(change func(string) string) func(name, text string) string {
		return func(name, text string) string {
			if filepath.Ext(name) == ".yaml" {
				return change(text)
			}
			return text
		}
	}
	return map[string]func(name, text string) string{
		"":          func(_, text string) string { return text },
		" CRLF":     yaml(func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }),
		" BOM":      yaml(func(text string) string { return "\uFEFF" + text }),
		" comments": yaml(func(text string) string { return "# ünïcode: a comment\n\n" + text }),
	}
}

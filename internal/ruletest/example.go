package ruletest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// Example is a parsed example project.
type Example struct {
	// Files are the repository's files without the marks.
	Files fstest.MapFS
	// Archive is the whole archive, marks removed, for image and advisory fixtures.
	Archive *txtar.Archive
	// Images are the names of the image fixtures: folders below image/.
	Images []string
	// Advisories are the files below advisories/, without that prefix.
	Advisories map[string]string
	// Bases are the configurations below base/, by name; other files there are the
	// repository's.
	Bases map[string]string
	// Settings are the rule's settings, from the file "settings": one a line,
	// "name: value", the words of a list separated by spaces.
	Settings map[string]string
	// Want are the expected findings, sorted.
	Want []string
}

var mark = regexp.MustCompile(`^#?[ \t]*(\^+)[ \t]+(\S.*)$`)

// Parse reads an example.
func Parse(text string) Example {
	a := txtar.Parse([]byte(text))
	ex := Example{Files: fstest.MapFS{}, Archive: a, Advisories: map[string]string{}, Bases: map[string]string{}, Settings: map[string]string{}}
	for i := range a.Files {
		f := &a.Files[i]
		switch name := f.Name; {
		case name == "want":
			ex.Want = append(ex.Want, nonEmptyLines(string(f.Data))...)
		case name == "settings":
			for _, line := range nonEmptyLines(string(f.Data)) {
				key, value, _ := strings.Cut(line, ":")
				ex.Settings[key] = strings.TrimSpace(value)
			}
		case strings.HasPrefix(name, "image/"):
			if img := strings.Split(name, "/")[1]; !slices.Contains(ex.Images, img) {
				ex.Images = append(ex.Images, img)
			}
		case strings.HasPrefix(name, "base/") && strings.HasSuffix(name, ".json"):
			ex.Bases[strings.TrimSuffix(strings.TrimPrefix(name, "base/"), ".json")] = string(f.Data)
		case strings.HasPrefix(name, "advisories/"):
			ex.Advisories[strings.TrimPrefix(name, "advisories/")] = string(f.Data)
		default:
			clean, want := unmark(name, string(f.Data))
			ex.Want = append(ex.Want, want...)
			f.Data = []byte(clean)
			ex.Files[name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
		}
	}
	slices.Sort(ex.Want)
	return ex
}

// unmark removes the mark lines and returns what they expect.
func unmark(name, text string) (clean string, want []string) {
	var kept []string
	for line := range strings.Lines(text) {
		m := mark.FindStringSubmatchIndex(strings.TrimRight(line, "\r\n"))
		if m == nil || len(kept) == 0 {
			kept = append(kept, line)
			continue
		}
		from, to := column(line, m[2]), column(line, m[3])
		want = append(want, format(name, len(kept), from, to, line[m[4]:m[5]]))
	}
	return strings.Join(kept, ""), want
}

// column is the 1-based column in code points of a byte offset.
func column(line string, offset int) int { return len([]rune(line[:offset])) + 1 }

func format(path string, line, from, to int, message string) string {
	return fmt.Sprintf("%s:%d:%d-%d: %s", path, line, from, to, strings.TrimSpace(message))
}

func describe(f rule.Finding) string {
	if !f.At.Valid() {
		return "-: " + f.Message
	}
	at := f.At.FirstLine()
	return format(at.Path(), at.Start.Line, at.Start.Column, at.End.Column, f.Message)
}

func nonEmptyLines(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// Options say how a report is written. The zero value suits a file.
type Options struct {
	// Color allows terminal colours (text).
	Color bool
	// PathPrefix stands before every path where the checkout is a folder of the
	// workspace, with forward slashes and none at the ends (github, sarif).
	PathPrefix string
	// BlobURL is where the code host shows a file at the commit judged,
	// "https://github.com/acme/app/blob/<sha>", "" for no links (markdown).
	BlobURL string
	// Warnings is how many warnings the caller has written for the step already,
	// which count towards GitHub's limit (github).
	Warnings int
	// OpenOnly leaves out what is waived or ignored, for GitHub code scanning,
	// which would open alerts for it all the same (sarif).
	OpenOnly bool
}

// format is one way to write a result.
type format struct {
	name  string
	write func(io.Writer, *gate.Result, Options) error
}

// formats lists them; a new one is one more line.
func formats() []format {
	return []format{
		{"github", writeGitHub},
		{"json", writeJSON},
		{"junit", writeJUnit},
		{"markdown", writeMarkdown},
		{"sarif", writeSARIF},
		{"text", writeText},
	}
}

// Formats returns the names of the formats, sorted.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Write writes r in a format. The output is the same for the same input.
func Write(name string, w io.Writer, r *gate.Result, o Options) error {
	all := formats()
	i := slices.IndexFunc(all, func(f format) bool { return f.name == name })
	if i < 0 {
		return fmt.Errorf("unknown format %q: one of %s", name, strings.Join(Formats(), ", "))
	}
	if err := all[i].write(w, r, o); err != nil {
		return fmt.Errorf("write %s report: %w", name, err)
	}
	return nil
}

// prefixed puts the path of the checkout before a path of the repository.
func (o Options) prefixed(path string) string {
	if o.PathPrefix == "" || path == "" {
		return path
	}
	return o.PathPrefix + "/" + path
}

// count is a number with its noun: "1 finding", "2 findings".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

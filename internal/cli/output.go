package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/report"
)

// outputs are the reports of a run: one to standard output, others to files.
type outputs struct {
	format string
	files  []outputFile
	// options for all reports.
	options report.Options
}

type outputFile struct{ format, path string }

func formatNames() string { return strings.Join(report.Formats(), ", ") }

func parseOutputs(o checkOptions) (outputs, error) {
	out := outputs{format: o.format}
	if !slices.Contains(report.Formats(), o.format) {
		return out, &flagError{fmt.Errorf("--format %s is none of %s", o.format, formatNames())}
	}
	for _, text := range o.outputs {
		format, path, ok := strings.Cut(text, "=")
		if !ok || path == "" || !slices.Contains(report.Formats(), format) {
			return out, &flagError{fmt.Errorf("--output %s: write FORMAT=FILE with one of %s", text, formatNames())}
		}
		out.files = append(out.files, outputFile{format, path})
	}
	return out, nil
}

// showEdits reports whether one of the reports shows edits, which are proven
// first.
func (o outputs) showEdits() bool {
	shows := func(format string) bool { return format == "json" || format == "sarif" }
	return shows(o.format) || slices.ContainsFunc(o.files, func(f outputFile) bool { return shows(f.format) })
}

// write writes all reports. One that fails does not keep the others from being
// written; each file is whole or not there.
func (o outputs) write(env Env, r *gate.Result) error {
	var first error
	for _, f := range o.files {
		if err := writeFile(f, r, o.options); err != nil && first == nil {
			first = err
		}
	}
	if r.Result == "error" && o.format == "text" && len(r.Findings) == 0 {
		return first // the message on standard error says it all
	}
	options := o.options
	options.Color = env.color()
	if err := report.Write(o.format, env.Stdout, r, options); err != nil && first == nil {
		first = err
	}
	return first
}

func writeFile(f outputFile, r *gate.Result, options report.Options) error {
	var b bytes.Buffer
	if err := report.Write(f.format, &b, r, options); err != nil {
		return err
	}
	return replaceFile(f.path, b.Bytes())
}

// replaceFile writes a file by renaming a whole one into place.
func replaceFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".tidewaiter-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(data); err == nil {
		err = tmp.Chmod(0o644)
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

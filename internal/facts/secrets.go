package facts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/secret"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"golang.org/x/sync/errgroup"
)

// FileSecret is a credential in a text file of the repository.
type FileSecret struct {
	secret.Found
	// At is the value.
	At source.Span
	// Shown is true for files made to be seen: tests, examples, manuals.
	Shown bool
}

// secretIgnores are what an ignore comment for credentials may name.
var secretIgnores = [...]string{"secret-in-file", "TW-P200"}

// secrets searches the repository's own text files, those that a change touches
// where it is narrowed to one.
func (s Sources) secrets(ctx context.Context) (found []FileSecret, ignores []source.Ignore, left []source.NotAnalysed, err error) {
	if !s.Secrets {
		return nil, nil, nil, nil
	}
	rules, err := secret.Load()
	if err != nil {
		return nil, nil, nil, err
	}
	files, _ := s.Repo.Walk()
	files = slices.DeleteFunc(slices.Clone(files), func(name string) bool {
		return s.Skip != nil && s.Skip(name) || !s.Changes.Has(name) || secret.Skip(name)
	})
	type answer struct {
		found   []FileSecret
		ignores []source.Ignore
		problem string
	}
	answers := make([]answer, len(files))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelSearch)
	for i, name := range files {
		group.Go(func() error {
			a := &answers[i]
			a.found, a.ignores, a.problem = searchFile(s.Repo, rules, name)
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, nil, err
	}
	var problems []string
	for i, a := range answers {
		found, ignores = append(found, a.found...), append(ignores, a.ignores...)
		if a.problem != "" {
			problems = append(problems, files[i]+" ("+a.problem+")")
		}
	}
	if len(problems) > 0 {
		n := len(problems)
		problems = problems[:min(n, maxNamedFiles)]
		left = append(left, source.NotAnalysed{Concern: source.ConcernRepository, Reason: fmt.Sprintf(
			"%d files were not searched for credentials, among them %s; leave them out under paths.exclude", n, strings.Join(problems, ", "))})
	}
	return found, ignores, left, nil
}

// searchFile searches one file; problem says why a text could not be.
func searchFile(repo *source.Repo, rules *secret.Searcher, name string) (out []FileSecret, ignores []source.Ignore, problem string) {
	data, err := readSearched(repo.FS(), name)
	text, ok := secret.Text(data)
	switch {
	case err != nil:
		return nil, nil, source.Reason(err)
	case !ok:
		return nil, nil, ""
	case len(data) > source.MaxFileBytes:
		return nil, nil, fmt.Sprintf("larger than the limit of %d MiB", source.MaxFileBytes>>20)
	}
	shown, least := secret.Test(name) || secret.Manual(name), secret.Guessed
	if shown || minified(text) {
		least = secret.Form
	}
	found, tried := rules.Search(name, text, least, maxTriedBytes)
	if tried >= maxTriedBytes {
		problem = "too much of it looks like credentials at first sight"
	}
	if len(found) == 0 {
		return nil, nil, problem
	}
	file, err := repo.Read(name)
	if err != nil || file.Text != string(text) { // UTF-16
		file = source.NewFile(name, string(text))
	}
	for _, f := range found {
		if f.Doubtful && shown {
			continue // made up for a test, as its checksum says
		}
		out = append(out, FileSecret{Found: f, At: file.Span(f.Start, f.End), Shown: shown})
	}
	if secret.Manual(name) {
		return out, nil, problem // which shows how to write one
	}
	return out, ignoresOf(file), problem
}

// readSearched reads a file, one byte more than the limit of what is too large;
// a binary is not read further than its first part.
func readSearched(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if _, err := io.CopyN(&b, f, 4096); err != nil {
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return b.Bytes(), err
	}
	if _, ok := secret.Text(b.Bytes()); !ok {
		return b.Bytes(), nil
	}
	_, err = io.CopyN(&b, f, source.MaxFileBytes+1-4096)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b.Bytes(), err
}

// minified reports whether a text was made by a program for a program: names
// beside values say nothing there.
func minified(text []byte) bool {
	return len(text) > 2000 && len(text)/(1+bytes.Count(text, []byte("\n"))) > 1000
}

// ignoresOf reads the comments that accept a credential, in whatever form the
// file's language has: above the line, or behind the value.
func ignoresOf(file *source.File) []source.Ignore {
	var out []source.Ignore
	for line := 1; line <= file.LineCount() && len(out) < source.MaxIgnores; line++ {
		before, body, ok := strings.Cut(file.Line(line), "tidewaiter:ignore")
		if !ok {
			continue
		}
		body, _, _ = strings.Cut(body, "*/")
		body, _, _ = strings.Cut(body, "-->")
		ig, ok := source.ParseIgnore(file.LineSpan(line), "tidewaiter:ignore"+body)
		if !ok || !slices.ContainsFunc(secretIgnores[:], func(name string) bool { return slices.Contains(ig.Rules, name) }) {
			continue
		}
		ig.First, ig.Last = line, line
		if strings.Trim(before, " \t#/*;-<!%'\"") == "" {
			ig.First, ig.Last = line+1, line+1
		}
		out = append(out, ig)
	}
	return out
}

// joinSecrets adds what was found, and the comments that no other reader of their
// file has taken already.
func (p *Project) joinSecrets(w *world) {
	p.Secrets = w.secrets
	taken := map[string]bool{}
	for _, ig := range p.Ignores {
		taken[ig.At.Path()] = true
	}
	for _, ig := range w.secretIgnores {
		if !taken[ig.At.Path()] {
			p.Ignores = append(p.Ignores, ig)
		}
	}
	p.NotAnalysed = append(p.NotAnalysed, w.unsearched...)
}

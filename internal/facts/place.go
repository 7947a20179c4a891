package facts

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// place gives every not-analysed entry that names a file of the repository a
// place a report can show, and sorts them. A file that is no text has no lines:
// it is shown at its first.
func place(repo *source.Repo, entries []source.NotAnalysed) []source.NotAnalysed {
	out := slices.Clone(entries)
	for i := range out {
		n := &out[i]
		if n.At.Valid() || n.Path == "" || n.Path == "." || repo == nil {
			continue
		}
		f, err := repo.Read(n.Path)
		if err != nil {
			f = source.NewFile(n.Path, "")
		}
		n.At = f.LineSpan(max(n.Line, 1))
	}
	slices.SortStableFunc(out, func(a, b source.NotAnalysed) int {
		if a.Path != b.Path {
			return strings.Compare(a.Path, b.Path)
		}
		return a.Line - b.Line
	})
	return out
}

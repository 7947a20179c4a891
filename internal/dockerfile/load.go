package dockerfile

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// otherSuffixes end the names of files that stand beside a Dockerfile, speak of
// it or generate it, and are none.
var otherSuffixes = []string{
	".dockerignore", ".containerignore", ".md", ".rst", ".adoc", ".html", ".txt", ".json", ".yaml", ".yml", ".toml", ".xml",
	".go", ".py", ".js", ".ts", ".rb", ".rs", ".java", ".kt", ".cs", ".c", ".h", ".sh", ".ps1", ".bat", ".lua", ".vim",
	".orig", ".rej", ".bak", ".swp", ".patch", ".diff", ".sig", ".asc", ".sha256", ".lock", ".sum", ".log", ".snap", ".tar", ".gz", ".zip",
}

// IsDockerfile reports whether a path has the name of a Dockerfile: Dockerfile,
// Dockerfile.*, Dockerfile_*, *.Dockerfile, Containerfile and Containerfile.*,
// also in lower case.
func IsDockerfile(name string) bool {
	base := strings.ToLower(path.Base(name))
	if slices.ContainsFunc(otherSuffixes, func(s string) bool { return strings.HasSuffix(base, s) }) || strings.HasSuffix(base, "~") {
		return false
	}
	for _, stem := range []string{"dockerfile", "containerfile"} {
		if base == stem || strings.HasPrefix(base, stem+".") || strings.HasSuffix(base, "."+stem) {
			return true
		}
	}
	return strings.HasPrefix(base, "dockerfile_")
}

// Load reads every Dockerfile of the repository that skip, which may be nil,
// does not leave out. The second result holds all that could not be read or
// understood: the Files' own NotAnalysed, and those of files that have no File.
// What the walk itself could not enter is left to Repo.Walk's callers.
func Load(ctx context.Context, repo *source.Repo, skip func(string) bool) ([]*File, []source.NotAnalysed) {
	var files []*File
	paths, missing := find(repo, skip)
	for _, p := range paths {
		if ctx.Err() != nil {
			break
		}
		f, err := read(repo, p)
		if err != nil {
			missing = append(missing, unread(p, err))
			continue
		}
		files = append(files, f)
		missing = append(missing, f.NotAnalysed...)
	}
	return files, missing
}

// find returns the Dockerfiles of the repository. A symbolic link to a file
// inside is read under its target, whatever the target's name; one that cannot
// be followed is an entry of its own.
func find(repo *source.Repo, skip func(string) bool) ([]string, []source.NotAnalysed) {
	var paths []string
	var missing []source.NotAnalysed
	wanted := func(p string) bool { return skip == nil || !skip(p) }
	files, _ := repo.Walk()
	for _, p := range files {
		if IsDockerfile(p) && wanted(p) {
			paths = append(paths, p)
		}
	}
	for _, l := range repo.Links() {
		switch {
		case !IsDockerfile(l.Path) || !wanted(l.Path):
		case l.Err != nil:
			missing = append(missing, unread(l.Path, l.Err))
		case l.Target != "" && wanted(l.Target):
			paths = append(paths, l.Target)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), missing
}

func read(repo *source.Repo, name string) (*File, error) {
	text, err := repo.Read(name)
	if err != nil {
		return nil, err
	}
	return Parse(text)
}

func unread(name string, err error) source.NotAnalysed {
	n := source.NotAnalysed{Path: name, Reason: source.Reason(err), Concern: source.ConcernDockerfile}
	var p *ParseError
	if errors.As(err, &p) {
		n.Line, n.Reason = p.Line, p.Reason
	}
	return n
}

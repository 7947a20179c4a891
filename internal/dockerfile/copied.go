package dockerfile

import (
	"path"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Copied is what one source of a COPY or ADD takes from the build context.
type Copied struct {
	Word Word
	// Path is the source within the context, "." for all of it. A wildcard stays.
	Path string
	// Whole is true for the context's root, Folder for a folder, Glob for a
	// wildcard; a source that is none of them and does not Exist is not there, or
	// is made before the build.
	Whole, Folder, Glob, Exists bool
	// Near is a name beside a source that is not there which it most likely means.
	Near string
	// Ignored is true where the list of ignored files leaves the source out, so
	// that the builder does not find it; Warned where BuildKit's own check says so.
	Ignored, Warned bool
	// Delicate are the files taken whose names speak of credentials.
	Delicate []*ContextFile
	// Git is true where the history of a repository that stands at the context's
	// root is taken along, and GitOpen where it would be if it stood there.
	Git, GitOpen bool
}

// copied tells what a source takes.
func (t *tree) copied(c *Context, in *Instruction, w Word) Copied {
	name, parents := cleanSource(w.Value), false
	if f, ok := in.Flag("parents"); ok && f.Value != "false" {
		parents = true
	}
	out := Copied{Word: w, Path: name, Whole: name == ".", Glob: wildcards(name)}
	switch t.at(path.Join(c.Dir, name)) {
	case folder:
		out.Folder, out.Exists = true, true
	case oneFile:
		out.Exists = true
	}
	out.Warned = t.copyWarned(c.Ignore, w.Value)
	out.Ignored = out.Warned || !out.Glob && !out.Whole && (out.Exists && !out.Folder || c.Ignore != nil && !c.Ignore.Negates) && t.leavesOut(c.Ignore, name)
	if !out.Exists && !out.Glob && !parents {
		out.Near = t.near(c.Dir, name)
	}
	p := newPattern(name)
	p.deep = parents
	except := excluder(in)
	for _, f := range within(t.delicate, path.Join(c.Dir, p.base)) {
		if len(out.Delicate) == MaxTaken || !t.spend(p.cost(f)+except.cost(f), in.Stage.File.Source.Path) {
			break
		}
		t.delicateFile(&out, c, f, p, except)
	}
	if t.at(path.Join(c.Dir, name)) == oneFile && delicate(name) {
		t.delicateFile(&out, c, path.Join(c.Dir, name), p, except)
	}
	if out.GitOpen = p.takes(".git") && !except.leavesOut(p, ".git") && !t.leavesOut(c.Ignore, ".git/HEAD"); out.GitOpen {
		out.Git = t.hasGit(c.Dir)
	}
	return out
}

// delicateFile notes a file if the source takes it.
func (t *tree) delicateFile(out *Copied, c *Context, file string, p pattern, except excluded) {
	name := relative(file, c.Dir)
	if p.takes(name) && !except.leavesOut(p, name) && !t.leavesOut(c.Ignore, name) {
		out.Delicate = append(out.Delicate, t.file(file, c.Dir))
	}
}

// cleanSource returns the path of a source within the context. What leads out of
// the context leads nowhere: the root stands above itself.
func cleanSource(value string) string {
	if name := strings.TrimPrefix(path.Clean("/"+value), "/"); name != "" {
		return name
	}
	return "."
}

func wildcards(name string) bool { return strings.ContainsAny(name, "*?[") }

// pattern is a source of COPY, ready to be tried on paths.
type pattern struct {
	name string
	// base is the folder above the first wildcard, parts how many names the
	// pattern has.
	base  string
	parts int
	wild  bool
	// deep is true where "**" stands for any number of folders, as with --parents.
	deep bool
}

func newPattern(name string) pattern {
	p := pattern{name: name, base: name, parts: strings.Count(name, "/") + 1, wild: wildcards(name)}
	for wildcards(p.base) {
		p.base = path.Dir(p.base)
	}
	return p
}

// cost is what one test of a path comes to.
func (p pattern) cost(file string) int {
	if !p.wild {
		return len(p.name)
	}
	return len(p.name) * len(file)
}

// takes reports whether the source takes a file: it names the file or a folder
// above it.
func (p pattern) takes(file string) bool {
	switch {
	case p.name == ".":
		return true
	case !p.wild:
		return file == p.name || strings.HasPrefix(file, p.name) && file[len(p.name)] == '/'
	case p.deep:
		return source.MatchGlob(p.name, file)
	}
	end := 0
	for range p.parts {
		if end >= len(file) {
			return false
		}
		if i := strings.IndexByte(file[end:], '/'); i >= 0 {
			end += i + 1
		} else {
			end = len(file) + 1
		}
	}
	ok, err := path.Match(p.name, file[:end-1])
	return ok && err == nil
}

// excluded are the patterns of --exclude.
type excluded struct {
	matcher *patternmatcher.PatternMatcher
	bytes   int
}

// cost is what one test of a path comes to.
func (e excluded) cost(file string) int { return 3 * e.bytes * len(file) }

func excluder(in *Instruction) excluded {
	var patterns []string
	size := 0
	for _, f := range in.Flags {
		if f.Name == "exclude" && len(patterns) < MaxIgnorePatterns && len(f.Value) <= MaxPatternBytes {
			patterns = append(patterns, f.Value)
			size += len(f.Value)
		}
	}
	if len(patterns) == 0 {
		return excluded{}
	}
	m, err := patternmatcher.New(patterns)
	if err != nil {
		return excluded{}
	}
	return excluded{m, size}
}

// leavesOut tries the patterns on the path within the source, as BuildKit does,
// and on the path within the context, as people write them.
func (e excluded) leavesOut(p pattern, file string) bool {
	if e.matcher == nil {
		return false
	}
	inside := file
	if !p.wild && p.name != "." {
		inside = strings.TrimPrefix(strings.TrimPrefix(file, p.name), "/")
	}
	for _, name := range []string{inside, file, path.Base(file)} {
		if name == "" {
			continue
		}
		if out, err := e.matcher.MatchesOrParentMatches(name); err == nil && out {
			return true
		}
	}
	return false
}

// LeavesOut reports whether --exclude keeps a path from being copied by one of
// the instruction's sources.
func (in *Instruction) LeavesOut(src Word, name string) bool {
	return excluder(in).leavesOut(newPattern(cleanSource(src.Value)), strings.TrimPrefix(name, "/"))
}

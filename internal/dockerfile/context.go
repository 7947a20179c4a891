package dockerfile

import (
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Context is the folder that a Dockerfile is built with.
type Context struct {
	// Dir is relative to the repository, "." for its root.
	Dir string
	// Certain is true where the configuration names the folder, or what the
	// Dockerfile copies exists in no other; else it is a guess by convention.
	Certain bool
	// Ignore is the list of what is left out, nil where there is none.
	Ignore *IgnoreFile
}

// ContextFile is a file of a context whose name speaks of credentials.
type ContextFile struct {
	// Path is relative to the context.
	Path string
	// Text is its beginning; Read is false where it is no text or was not read.
	Text string
	Read bool
}

// Contexts are the build contexts of one repository.
type Contexts struct {
	tree   *tree
	stated map[string]string
}

// NewContexts looks through a repository. stated holds the folders that the
// configuration names, by the path of the Dockerfile.
func NewContexts(repo *source.Repo, stated map[string]string) *Contexts {
	return &Contexts{newTree(repo), stated}
}

// Join gives every Dockerfile its build context, and every COPY and ADD what it
// takes from there. It may be called again for other texts of the same files.
func (c *Contexts) Join(files []*File) []source.NotAnalysed {
	c.tree.spent, c.tree.told, c.tree.missing = 0, false, nil
	for _, f := range files {
		c.tree.join(f, c.stated[f.Source.Path])
	}
	return c.tree.missing
}

// JoinContexts is Join for all Dockerfiles of a repository at once.
func JoinContexts(repo *source.Repo, files []*File, stated map[string]string) []source.NotAnalysed {
	if len(files) == 0 {
		return nil
	}
	return NewContexts(repo, stated).Join(files)
}

func (t *tree) join(f *File, stated string) {
	copies := contextCopies(f)
	c := &Context{Dir: path.Clean(stated), Certain: stated != ""}
	if stated == "" {
		c.Dir, c.Certain = t.chooseContext(f, copies)
	}
	c.Ignore = t.ignoreFile(f.Source.Path, c.Dir)
	f.Context = c
	for _, in := range copies {
		for _, w := range localSources(in) {
			in.FromContext = append(in.FromContext, t.copied(c, in, w))
		}
	}
}

// contextCopies returns the instructions that take files from the context.
// ONBUILD ones take them from the context of another build.
func contextCopies(f *File) []*Instruction {
	var out []*Instruction
	for _, s := range f.Stages {
		for _, in := range s.Instructions {
			if (in.Keyword == "COPY" || in.Keyword == "ADD") && !in.OnBuild && in.From == nil {
				out = append(out, in)
			}
		}
	}
	return out
}

// localSources returns the sources of a COPY or ADD that are files: no URLs, no
// here-documents, nothing with a variable that has no value.
func localSources(in *Instruction) []Word {
	var out []Word
	for i, w := range in.Args {
		switch v := w.Value; {
		case i == len(in.Args)-1 || v == "" || strings.HasPrefix(w.Text, "<<") || strings.Contains(v, "$"):
		case strings.Contains(v, "://") || strings.HasPrefix(v, "git@"):
		default:
			out = append(out, w)
		}
	}
	return out
}

// chooseContext tells which folder a Dockerfile is built with: of its own folder
// and those above it, the one in which most of what it copies exists. Where that
// does not tell, a .dockerignore does, then convention: its own folder, unless
// that holds nothing but Dockerfiles.
func (t *tree) chooseContext(f *File, copies []*Instruction) (dir string, certain bool) {
	own := path.Dir(f.Source.Path)
	candidates := []string{own}
	for dir := own; dir != "."; {
		dir = path.Dir(dir)
		candidates = append(candidates, dir)
	}
	scores, named := make([]int, len(candidates)), 0
	for _, in := range copies {
		for _, w := range localSources(in) {
			name := cleanSource(w.Value)
			if name == "." || skipped(name) {
				continue
			}
			named++
			for i, c := range candidates {
				if t.exists(c, name) {
					scores[i]++
				}
			}
		}
	}
	best := slices.Max(scores)
	if len(candidates) == 1 {
		return ".", named == 0 || best > 0
	}
	var tied []string
	for i, c := range candidates {
		if scores[i] == best {
			tied = append(tied, c)
		}
	}
	if len(tied) == 1 {
		return tied[0], true
	}
	for _, c := range tied {
		if t.at(path.Join(c, ".dockerignore")) == oneFile {
			return c, best > 0
		}
	}
	if tied[0] == own && named == 0 && t.onlyDockerfiles(own) {
		return ".", false
	}
	return tied[0], false
}

// exists reports whether a source of COPY, cleaned, exists in a folder.
func (t *tree) exists(dir, name string) bool {
	if !wildcards(name) {
		return t.at(path.Join(dir, name)) != nothing
	}
	p := newPattern(name)
	files := within(t.files, path.Join(dir, p.base))
	for range MaxGlobTests {
		if len(files) == 0 || !t.spend(p.cost(files[0]), dir) {
			return false
		}
		name := relative(files[0], dir)
		if p.takes(name) {
			return true
		}
		files = beyond(files, len(files[0])-len(name)+len(firstParts(name, p.parts)))
	}
	return false
}

// firstParts returns the first so many names of a path.
func firstParts(name string, parts int) string {
	end := 0
	for range parts {
		i := strings.IndexByte(name[end:], '/')
		if i < 0 {
			return name
		}
		end += i + 1
	}
	return name[:end-1]
}

// beyond leaves out of a sorted list the first file and all that lie in the same
// folder, which the first bytes of its path name.
func beyond(files []string, folder int) []string {
	if folder == len(files[0]) {
		return files[1:]
	}
	return files[sort.SearchStrings(files, files[0][:folder]+"0"):]
}

// onlyDockerfiles reports whether a folder holds nothing that could be copied.
func (t *tree) onlyDockerfiles(dir string) bool {
	files := within(t.files, dir)
	return len(files) < 100 && !slices.ContainsFunc(files, func(f string) bool {
		return !IsDockerfile(f) && !strings.HasSuffix(f, "ignore") && !strings.HasSuffix(f, ".md")
	})
}

// relative returns a path seen from a folder above it.
func relative(name, dir string) string {
	if dir == "." {
		return name
	}
	return strings.TrimPrefix(name, dir+"/")
}

// skipped reports whether a path leads through folders that the repository's
// walk leaves out, so that nothing is known of it.
func skipped(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if source.Unwalked(part) {
			return true
		}
	}
	return false
}

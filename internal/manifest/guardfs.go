package manifest

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// virtualRoot is where kustomize believes the repository to be. It is not the
// root of the file system, so that a path that climbs out of the repository is
// seen as one.
const virtualRoot = "/repository"

var errReadOnly = errors.New("kustomize may not write")

// mode is what a build is for.
type mode int

const (
	modePlaces mode = iota // the render itself: documents carry their places
	modeStrip              // the same without JSON 6902 patches
	modeTokens             // scalars are replaced by tokens, see tokens.go
)

// guardFS is all that kustomize sees of the world during one build: the files
// of the repository, read only. It serves kustomization files that were checked
// before, resources and patches with their positions (see docSet), inline
// patches as files of their own, and everything else as it is.
//
// kustomize flattens errors to text, so the first reason to refuse is kept here.
type guardFS struct {
	lib     *library
	closure *closure
	set     *docSet
	// mode is what the build is for; tokens is set for modeTokens.
	mode   mode
	tokens *tokenSet

	inputs  map[string]bool
	cache   map[string][]byte
	bytes   int
	refused *problem
}

func newGuardFS(l *library, c *closure, m mode) *guardFS {
	return &guardFS{mode: m, lib: l, closure: c, set: newDocSet(c.jsonPatches), inputs: map[string]bool{}, cache: map[string][]byte{}}
}

// inRepo turns a path of kustomize into one of the repository.
func inRepo(p string) (string, error) {
	p = path.Clean(filepath.ToSlash(p))
	if p == virtualRoot {
		return ".", nil
	}
	if strings.HasPrefix(p, layersDir+"/") {
		return p, nil
	}
	rel, ok := strings.CutPrefix(p, virtualRoot+"/")
	if !ok {
		return "", fmt.Errorf("%s lies outside of the repository", p)
	}
	return rel, nil
}

// outside is the inverse of inRepo.
func outside(rel string) string {
	if path.IsAbs(rel) {
		return rel // a kustomization that is in no file
	}
	return path.Join(virtualRoot, rel)
}

// madeFile returns the kustomization in no file that a path stands for.
func (g *guardFS) madeFile(rel string) *kustomization {
	if path.Base(rel) != "kustomization.yaml" {
		return nil
	}
	return g.lib.made[path.Dir(rel)]
}

// virtual returns the inline patch that a path stands for.
func (g *guardFS) virtual(rel string) *inlineText {
	if !strings.HasPrefix(path.Base(rel), virtualPrefix) {
		return nil
	}
	k, err := g.lib.kustomization(path.Dir(rel))
	if k == nil || err != nil {
		return nil
	}
	return k.inline[path.Base(rel)]
}

// CleanedAbs resolves a path within the repository.
func (g *guardFS) CleanedAbs(p string) (filesys.ConfirmedDir, string, error) {
	rel, err := inRepo(p)
	if err != nil {
		return "", "", err
	}
	switch {
	case g.virtual(rel) != nil, g.madeFile(rel) != nil:
		return filesys.ConfirmedDir(outside(path.Dir(rel))), path.Base(rel), nil
	case path.IsAbs(rel) && g.lib.made[rel] != nil:
		return filesys.ConfirmedDir(rel), "", nil
	case path.IsAbs(rel):
		return "", "", fs.ErrNotExist
	}
	real, isDir, err := g.lib.resolve(rel)
	switch {
	case err != nil:
		return "", "", err
	case isDir:
		return filesys.ConfirmedDir(path.Join(virtualRoot, real)), "", nil
	}
	return filesys.ConfirmedDir(path.Join(virtualRoot, path.Dir(real))), path.Base(real), nil
}

// ReadFile serves a file.
func (g *guardFS) ReadFile(p string) ([]byte, error) {
	rel, err := inRepo(p)
	if err != nil {
		return nil, err
	}
	if data, ok := g.cache[rel]; ok {
		return data, nil
	}
	data, err := g.read(rel)
	if err != nil {
		var known *problem
		if g.refused == nil && errors.As(err, &known) {
			g.refused = known
		}
		return nil, err
	}
	g.cache[rel] = data
	return data, nil
}

func (g *guardFS) read(rel string) ([]byte, error) {
	if in := g.virtual(rel); in != nil {
		return g.documents(in.text, nil, in.docs, in), nil
	}
	if k := g.madeFile(rel); k != nil {
		return g.kustomization(k)
	}
	real, isDir, err := g.lib.resolve(rel)
	if err != nil || isDir {
		return nil, &fs.PathError{Op: "read", Path: rel, Err: fs.ErrNotExist}
	}
	f, err := g.lib.read(real)
	if err != nil {
		return nil, &problem{real, 0, "not rendered: " + source.Reason(err)}
	}
	if !g.inputs[real] {
		g.inputs[real] = true
		g.bytes += len(f.Text)
	}
	if g.bytes > maxBuildBytes || len(g.inputs) > maxBuildFiles {
		return nil, &problem{real, 0, fmt.Sprintf("not rendered: the build reads more than the limit of %d MiB or %d files", maxBuildBytes>>20, maxBuildFiles)}
	}
	for _, m := range g.closure.members {
		if m.Path == real && m.made == nil { // whatever its name: kustomization.yaml may be a link to it
			return g.kustomization(m.kustomization)
		}
	}
	if isKustomizationFile(real) {
		k, problem := g.lib.kustomization(path.Dir(real))
		if problem != nil {
			return nil, problem
		}
		if k != nil && k.Path == real {
			return g.kustomization(k)
		}
	}
	return g.serve(real, f.Text)
}

// kustomization returns the text of a kustomization file.
func (g *guardFS) kustomization(k *kustomization) ([]byte, error) {
	data, err := g.lib.text(k, g.mode == modeStrip)
	if err != nil || g.mode != modeTokens || g.tokens.basic {
		return data, err
	}
	return g.tokens.kustomization(k, data)
}

// serve returns a file's text in the form that its uses allow: only resources
// and strategic merge patches are read as documents, so only they can carry
// positions.
func (g *guardFS) serve(file, text string) ([]byte, error) {
	documents := false
	for _, r := range g.closure.roles[file] {
		switch {
		case g.mode == modeStrip && r == rolePlugin:
			return []byte(withoutJSONPatches(text, g.lib.parse(file).Docs)), nil
		case g.mode == modeTokens && !g.tokens.basic && r == rolePlugin:
			return []byte(g.tokens.plugin(text, g.lib.parse(file).Docs, nil)), nil
		case g.mode == modeTokens && !g.tokens.basic && r == roleVariables:
			if f, err := g.lib.read(file); err == nil {
				return []byte(g.tokens.variables(f)), nil
			}
		}
		switch r {
		case roleData, rolePlugin, roleVariables:
			return []byte(text), nil
		case roleResource, rolePatch:
			documents = true
		}
	}
	if !documents {
		return nil, &problem{file, 0, "not rendered: kustomize reads it though no kustomization names it"}
	}
	p := g.lib.parse(file)
	if p.Err != nil {
		return nil, parseProblem(file, p.Err)
	}
	if g.closure.patchesCRDs {
		return g.documents(text, nil, p.Docs, nil), nil
	}
	return g.documents(p.text, p.masks, p.Docs, nil), nil
}

// documents returns the text of a resource or patch in the form that the build
// is for.
func (g *guardFS) documents(text string, m masks, docs []*yamldoc.Document, in *inlineText) []byte {
	switch {
	case g.mode == modeTokens:
		return g.tokens.replace(text, m, docs, in)
	case isJSONPatch(docs):
		return []byte(text)
	}
	if padded, ok := g.set.pad(text, m, docs, in); ok {
		return padded
	}
	return m.appendTo(nil, text, 0, len(text))
}

// parseProblem names the first thing wrong with a file that a build reads.
func parseProblem(file string, err error) *problem {
	if errs := yamldoc.Errors(err); len(errs) > 0 {
		return &problem{file, errs[0].At.Start.Line, "not rendered: " + errs[0].Reason}
	}
	return &problem{file, 0, "not rendered: " + err.Error()}
}

// Exists reports whether a path is there.
func (g *guardFS) Exists(p string) bool {
	_, _, err := g.CleanedAbs(p)
	return err == nil
}

// IsDir reports whether a path is a folder.
func (g *guardFS) IsDir(p string) bool {
	_, file, err := g.CleanedAbs(p)
	return err == nil && file == ""
}

// The rest of filesys.FileSystem is refused: no built-in part of kustomize that
// we allow needs it.

// Create is refused.
func (g *guardFS) Create(string) (filesys.File, error) { return nil, errReadOnly }

// Mkdir is refused.
func (g *guardFS) Mkdir(string) error { return errReadOnly }

// MkdirAll is refused.
func (g *guardFS) MkdirAll(string) error { return errReadOnly }

// RemoveAll is refused.
func (g *guardFS) RemoveAll(string) error { return errReadOnly }

// WriteFile is refused.
func (g *guardFS) WriteFile(string, []byte) error { return errReadOnly }

// Open is refused.
func (g *guardFS) Open(string) (filesys.File, error) { return nil, errReadOnly }

// ReadDir is refused.
func (g *guardFS) ReadDir(string) ([]string, error) { return nil, errReadOnly }

// Glob is refused.
func (g *guardFS) Glob(string) ([]string, error) { return nil, errReadOnly }

// Walk is refused.
func (g *guardFS) Walk(string, filepath.WalkFunc) error { return errReadOnly }

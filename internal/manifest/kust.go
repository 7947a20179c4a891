package manifest

import (
	"fmt"
	"path"
	"strings"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// kustomization is one kustomization file, read, checked and ready to be served
// to kustomize. It is immutable.
type kustomization struct {
	// Dir is the folder, Path the file, both without symbolic links.
	Dir, Path string
	types.Kustomization

	file *source.File
	doc  *yamldoc.Document
	root *yaml.Node // doc.Root with aliases expanded
	// made is what the kustomization does the work of, nil for a file's own.
	made *application
	// refs are all references to files and folders, in order.
	refs []reference
	// inline are the patches written inside the file, by their virtual path.
	inline map[string]*inlineText
	// patches and latePatches are the patches by path, inline ones by their
	// virtual path, in the order in which they run: latePatches are those of
	// patchesJson6902, after most transformers.
	patches, latePatches []types.Patch
}

// problem is why a kustomization cannot be rendered, at its place.
type problem struct {
	path   string
	line   int
	reason string
}

func (p *problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.path, p.line, p.reason) }

func (p *problem) note() source.NotAnalysed { return note(p.path, p.line, p.reason) }

type kustEntry struct {
	once sync.Once
	k    *kustomization
	err  *problem
}

// kustomization returns the kustomization of a folder; both results are nil
// where the folder holds none. Beside a problem the kustomization may be there,
// for its references.
func (l *library) kustomization(dir string) (*kustomization, *problem) {
	l.mu.Lock()
	e, ok := l.kusts[dir]
	if !ok {
		e = &kustEntry{}
		l.kusts[dir] = e
	}
	l.mu.Unlock()
	e.once.Do(func() { e.k, e.err = l.readKustomization(dir) })
	return e.k, e.err
}

func (l *library) readKustomization(dir string) (*kustomization, *problem) {
	var found []string
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		if real, isDir, err := l.resolve(path.Join(dir, name)); err == nil && !isDir {
			found = append(found, real)
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
	default:
		return nil, &problem{found[0], 0, "not rendered: the folder holds several kustomization files (" + baseNames(found) + "); keep one"}
	}
	k := &kustomization{Dir: dir, Path: found[0], inline: map[string]*inlineText{}}
	p := l.parse(found[0])
	if p.File == nil {
		return nil, &problem{found[0], 0, "not rendered: " + source.Reason(p.Err)}
	}
	k.file = p.File
	if errs := yamldoc.Errors(p.Err); len(errs) > 0 {
		return nil, &problem{found[0], errs[0].At.Start.Line, "not rendered: " + errs[0].Reason}
	}
	if len(p.Docs) == 0 {
		return nil, &problem{found[0], 0, "not rendered: the kustomization is empty"}
	}
	k.doc, k.root = p.Docs[0], expandAliases(p.Docs[0].Root)
	if err := k.Kustomization.Unmarshal([]byte(strings.TrimPrefix(k.file.Text, "\uFEFF"))); err != nil {
		return nil, &problem{found[0], k.unknownLine(err), "not rendered: " + plainError(err.Error())}
	}
	k.FixKustomization()
	if p := l.checkReferences(k); p != nil {
		return k, p
	}
	return k, k.prepare()
}

func baseNames(paths []string) string {
	var out []string
	for _, p := range paths {
		out = append(out, path.Base(p))
	}
	return strings.Join(out, ", ")
}

// isComponent reports whether the kustomization only changes what others include.
func (k *kustomization) isComponent() bool { return k.Kind == types.ComponentKind }

// section returns the values of a top-level key, which kustomize reads without
// regard to case; the last one given counts.
func (k *kustomization) section(name string) *yaml.Node {
	var out *yaml.Node
	if k.root == nil || k.root.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(k.root.Content); i += 2 {
		if strings.EqualFold(k.root.Content[i].Value, name) {
			out = k.root.Content[i+1]
		}
	}
	return out
}

// find returns the scalar below a top-level key that holds a text: first at or
// after the n-th item of the list that the key holds.
func (k *kustomization) find(section string, n int, text string) *yaml.Node {
	s := k.section(section)
	if s == nil {
		return nil
	}
	if s.Kind == yaml.SequenceNode && n < len(s.Content) {
		if got := findScalar(s.Content[n], text); got != nil {
			return got
		}
	}
	return findScalar(s, text)
}

func findScalar(n *yaml.Node, text string) *yaml.Node {
	if n.Kind == yaml.ScalarNode && n.Value == text {
		return n
	}
	for _, c := range n.Content {
		if got := findScalar(c, text); got != nil {
			return got
		}
	}
	return nil
}

// span returns the place of a node of the kustomization file, the file's first
// line for nil.
func (k *kustomization) span(n *yaml.Node) source.Span {
	if n == nil {
		return k.file.LineSpan(k.firstLine())
	}
	return k.doc.Span(n)
}

// firstLine is the first line that is no comment.
func (k *kustomization) firstLine() int { return k.root.Line }

// unknownLine finds the line of the key that kustomize does not know, by the
// name in its message.
func (k *kustomization) unknownLine(err error) int {
	_, rest, ok := strings.Cut(err.Error(), `unknown field "`)
	if name, _, cut := strings.Cut(rest, `"`); ok && cut {
		if n := findScalar(k.root, name); n != nil {
			return k.doc.Span(n).Start.Line
		}
	}
	return k.firstLine()
}

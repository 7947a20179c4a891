package manifest

import (
	"fmt"
	"sort"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// schemaLock guards the schema by which kustomize merges, which is a variable of
// its openapi package: a build that sets one runs alone, and leaves the built-in
// schema behind. Without it one hostile kustomization would blind the checks of
// all others in the process.
var schemaLock sync.RWMutex //nolint:gochecknoglobals // it guards a global of kyaml

// rendered is the result of one build with what is needed to locate its fields.
type rendered struct {
	lib     *library
	closure *closure
	set     *docSet
	roots   []*yaml.Node
	second  *secondRender
}

// render builds one root.
func (l *library) render(c *closure) (*Render, *problem) {
	g := newGuardFS(l, c, modePlaces)
	roots, err := g.run()
	if err != nil {
		return nil, l.failure(c, g, err)
	}
	out := &rendered{lib: l, closure: c, set: g.set, second: &secondRender{}}
	if a := c.root.made; a != nil && a.vars != nil {
		a.vars.apply(roots)
	}
	r := &Render{Dir: c.root.entry(), Kustomize: true, root: c.root.Dir}
	for i, n := range roots {
		unshare(n)
		if o := newObject(n, &kustLocator{rendered: out, index: i}); o != nil {
			o.Render = r
			r.Objects = append(r.Objects, o)
		}
	}
	out.roots = roots
	for f := range g.inputs {
		r.Inputs = append(r.Inputs, f)
	}
	sort.Strings(r.Inputs)
	return r, nil
}

// run calls kustomize on the guarded file system and returns the objects.
func (g *guardFS) run() (roots []*yaml.Node, err error) {
	if g.closure.openAPI {
		schemaLock.Lock()
		defer schemaLock.Unlock()
		openapi.ResetOpenAPI()
		defer openapi.ResetOpenAPI()
	} else {
		schemaLock.RLock()
		defer schemaLock.RUnlock()
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("kustomize gave up: %v", r)
		}
	}()
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsRootOnly
	options.PluginConfig = types.DisabledPluginConfig()
	m, err := krusty.MakeKustomizer(options).Run(g, outside(g.closure.root.Dir))
	if err != nil {
		return nil, err
	}
	for _, res := range m.Resources() {
		roots = append(roots, res.YNode())
	}
	return roots, nil
}

// failure turns an error of kustomize into a problem at the best line.
func (l *library) failure(c *closure, g *guardFS, err error) *problem {
	if g.refused != nil {
		return g.refused
	}
	text := plainError(err.Error())
	if at := l.atFault(c, text); at.Valid() {
		return &problem{at.Path(), at.Start.Line, "not rendered: " + text}
	}
	return &problem{c.root.Path, c.root.firstLine(), "not rendered: " + text}
}

// fileThenFolder matches kustomize's report on a resource that it tried as a
// file, which is the answer, and then as a folder.
var fileThenFolder = lazyregexp.New(`accumulation err='(.*)': must build at directory: .*$`)

// plainError makes kustomize's error readable: one line, paths as in the
// repository, only the innermost of nested reports.
func plainError(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = strings.ReplaceAll(text, virtualRoot+"/", "")
	if i := strings.LastIndex(text, "recursed accumulation of path"); i > 0 {
		text = text[i:]
	}
	if m := fileThenFolder.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + " …"
	}
	return text
}

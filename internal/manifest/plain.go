package manifest

import (
	"path"
	"sort"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// plainSet is what the plain manifests of the repository are.
type plainSet struct {
	renders []*Render
	notes   []source.NotAnalysed
}

// plain reads the candidates that are Kubernetes manifests and that no rendered
// root has read, one render per folder, so that what belongs together can be
// joined.
func (l *library) plain(d *discovery, roots *rootSet) plainSet {
	var out plainSet
	byDir := map[string]*Render{}
	render := func(file string) *Render {
		dir := path.Dir(file)
		if byDir[dir] == nil {
			byDir[dir] = &Render{Dir: dir, Partial: roots.failed[dir]}
			out.renders = append(out.renders, byDir[dir])
		}
		return byDir[dir]
	}
	for _, file := range d.candidates {
		if roots.read[file] || roots.parts[file] {
			continue
		}
		f, err := l.read(file)
		if err != nil {
			if !strings.HasSuffix(file, ".json") {
				out.notes = append(out.notes, note(file, 0, source.Reason(err)))
			}
			continue
		}
		if !mayBeManifest(f.Text) {
			continue
		}
		objects, err := l.objectsOf(f)
		if line := templateLine(f, objects); line > 0 {
			out.notes = append(out.notes, note(file, line,
				"this is a template: what stands between {{ and }} is not known; give what it makes to --rendered, or quote the braces"))
			render(file).Partial = true
			continue
		}
		if err != nil && looksLikeManifest(f.Text) {
			for _, e := range yamldoc.Errors(err) {
				out.notes = append(out.notes, note(file, e.At.Start.Line, e.Reason))
			}
			render(file).Partial = true
		}
		if len(objects) > 0 {
			r := render(file)
			mayPatch := d.mayPatch(file)
			r.Inputs = append(r.Inputs, file)
			for _, o := range objects {
				o.Render = r
				o.fragment = mayPatch
				if o.Kind == "Template" && o.Field("objects").IsList() { // https://docs.okd.io/latest/openshift_images/using-templates.html
					out.notes = append(out.notes, note(file, o.Root().Span().Start.Line, "the objects of Template ", o.Name,
						" are made from its parameters; give them: oc process --local -f ", file, " -o yaml | tidewaiter check --rendered -"))
				}
			}
			r.Objects = append(r.Objects, objects...)
		}
	}
	for _, r := range out.renders {
		sort.Strings(r.Inputs)
	}
	return out
}

// mayBeManifest is a quick look that spares parsing the many other YAML and
// JSON files of a repository.
func mayBeManifest(text string) bool {
	return strings.Contains(text, "apiVersion") && strings.Contains(text, "kind")
}

var (
	topAPIVersion = lazyregexp.New(`(?m)(?:^apiVersion:|(?:^|[{,])\s*"apiVersion"\s*:)\s*\S`)
	topKind       = lazyregexp.New(`(?m)(?:^kind:|(?:^|[{,])\s*"kind"\s*:)\s*\S`)
)

// looksLikeManifest reports whether text that is no YAML was meant as a manifest.
func looksLikeManifest(text string) bool {
	return topAPIVersion.MatchString(text) && topKind.MatchString(text)
}

// objectsOf returns the objects that a file holds.
func (l *library) objectsOf(f *source.File) ([]*Object, error) {
	if isPolicyLines(f) {
		return policyLines(f)
	}
	p := l.parse(f.Path)
	return plainObjects(p.Docs), p.Err
}

func plainObjects(docs []*yamldoc.Document) []*Object {
	var out []*Object
	for _, d := range docs {
		root := expandAliases(d.Root)
		for _, n := range unwrapList(root) {
			if o := newObject(n, plainLocator{d}); o != nil && !isKustomizeConfig(o) {
				out = append(out, o)
			}
		}
	}
	return out
}

// expandAliases replaces aliases and merge keys by what they stand for, with
// the places of the anchors. The document's expanded size is already bounded.
func expandAliases(root *yaml.Node) *yaml.Node {
	if !hasAliases(root) {
		return root
	}
	n := yaml.NewRNode(yaml.CopyYNode(root))
	if err := n.DeAnchor(); err != nil {
		return root
	}
	return n.YNode()
}

func hasAliases(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode {
		return true
	}
	for _, c := range n.Content {
		if hasAliases(c) {
			return true
		}
	}
	return false
}

// unwrapList returns the items of a List object and of the lists in it, else the
// object itself. An item of a typed list such as PodList need not say what it
// is, as in the cluster:
// https://kubernetes.io/docs/reference/using-api/api-concepts/#collections
func unwrapList(root *yaml.Node) []*yaml.Node {
	if root.Kind != yaml.MappingNode {
		return nil
	}
	kind, items := lookup(root, "kind"), lookup(root, "items")
	if kind == nil || items == nil || items.Kind != yaml.SequenceNode || !strings.HasSuffix(kind.Value, "List") {
		return []*yaml.Node{root}
	}
	var out []*yaml.Node
	for _, item := range items.Content {
		out = append(out, unwrapList(typed(item, lookup(root, "apiVersion"), kind))...)
	}
	return out
}

// templateLine returns the line of the first {{ .name }} without quotes in the
// objects of a file, 0 where there is none.
func templateLine(f *source.File, objects []*Object) int {
	if !strings.Contains(f.Text, "{{") {
		return 0
	}
	for _, o := range objects {
		if n := mapAsKey(o.root); n != nil {
			return Field{object: o, node: n}.Span().Start.Line
		}
	}
	return 0
}

// mapAsKey returns the first map that has a map for a key, which no object can
// have: YAML reads {{ .name }} so.
func mapAsKey(n *yaml.Node) *yaml.Node {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && c.Kind == yaml.MappingNode {
			return n
		}
		if found := mapAsKey(c); found != nil {
			return found
		}
	}
	return nil
}

// typed returns an item of a list with the kind that the list gives it, where it
// has none of its own. The document stays as it was.
func typed(item, apiVersion, kind *yaml.Node) *yaml.Node {
	one := strings.TrimSuffix(kind.Value, "List")
	if item.Kind != yaml.MappingNode || apiVersion == nil || one == "" || lookup(item, "kind") != nil {
		return item
	}
	out, of := *item, *kind
	of.Value = one
	keys := []*yaml.Node{{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: "kind", Line: kind.Line, Column: kind.Column}, &of}
	if lookup(item, "apiVersion") == nil {
		keys = append(keys, &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: "apiVersion", Line: apiVersion.Line, Column: apiVersion.Column}, apiVersion)
	}
	out.Content = append(keys, item.Content...)
	return &out
}

// newObject makes an object of a node, nil where it is none.
func newObject(n *yaml.Node, at locator) *Object {
	o := &Object{root: n, locator: at}
	if o.identify(); o.APIVersion == "" || o.Kind == "" {
		return nil
	}
	return o
}

// identify reads what the object calls itself.
func (o *Object) identify() {
	o.APIVersion, o.Kind = o.Field("apiVersion").String(), o.Field("kind").String()
	o.Namespace, o.Name = o.Field("metadata", "namespace").String(), o.Field("metadata", "name").String()
	if o.Name == "" {
		o.Name = o.Field("metadata", "generateName").String()
	}
}

// isKustomizeConfig reports whether an object is a kustomization under a file
// name that kustomize does not look for. Flux's Kustomization is of another
// group and is an ordinary object.
func isKustomizeConfig(o *Object) bool { return o.Group() == "kustomize.config.k8s.io" }

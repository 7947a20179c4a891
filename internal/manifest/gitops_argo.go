package manifest

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// argo reads the sources of an Argo CD Application
// (https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/).
// A folder of plain manifests needs nothing here: they are judged as such. A
// chart is named as not analysed where it lies.
func (g *gitops) argo(d *yamldoc.Document, n, spec *yaml.Node, params map[string]string) {
	sources := elements(nodeAt(spec, "sources"))
	if s := nodeAt(spec, "source"); s != nil {
		sources = append(sources, s)
	}
	for _, s := range sources {
		a := &application{kind: textAt(n, "kind"), name: textAt(n, "metadata", "name"), doc: d, at: nodeAt(s, "path")}
		if a.at == nil || a.at.Kind != yaml.ScalarNode || !g.spend(100) || textAt(s, "chart") != "" || !g.own(textAt(s, "repoURL")) {
			continue
		}
		text, whole := fillIn(textAt(s, "path"), params)
		options := nodeAt(s, "kustomize")
		var ok bool
		if a.dir, ok = g.folder(text); !ok || !whole {
			if !whole && options != nil {
				g.notes = append(g.notes, a.problem(nil, "its path is made by a generator that asks the cluster or a server, so that its kustomize options are not applied"))
			}
			continue
		}
		if params != nil {
			a.name += " (" + a.dir + ")"
		}
		if plugin := nodeAt(s, "plugin"); plugin != nil {
			g.notes = append(g.notes, a.problem(plugin, "a plugin renders "+a.dir+", which is not run; what it makes is not judged"))
			continue
		}
		if options != nil {
			g.argoOptions(a, options, params)
		}
		g.applications = append(g.applications, a)
	}
}

func (g *gitops) argoOptions(a *application, options *yaml.Node, params map[string]string) {
	options, whole := filled(options, params)
	if !whole {
		g.notes = append(g.notes, a.problem(options, "its kustomize options are made by a generator that asks the cluster or a server, so that they are not applied"))
		return
	}
	for _, key := range []string{"namePrefix", "nameSuffix", "namespace", "commonAnnotations", "components"} {
		a.set(key, nodeAt(options, key))
	}
	a.set("patches", g.inlineOnly(a, nodeAt(options, "patches")))
	if labels := nodeAt(options, "commonLabels"); labels != nil && textAt(options, "labelWithoutSelector") == "true" {
		a.set("labels", sequence(labels, mapping(labels, scalar(labels, "pairs"), labels)))
	} else {
		a.set("commonLabels", labels)
	}
	if images := elements(nodeAt(options, "images")); len(images) > 0 {
		var list []*yaml.Node
		for _, n := range images {
			list = append(list, argoImage(n))
		}
		a.set("images", sequence(images[0], list...))
	}
	if replicas := elements(nodeAt(options, "replicas")); len(replicas) > 0 {
		var list []*yaml.Node
		for _, n := range replicas {
			name, count := nodeAt(n, "name"), nodeAt(n, "count")
			if name == nil || count == nil {
				continue
			}
			number := *count
			number.Tag, number.Style = yaml.NodeTagInt, 0 // Argo CD takes text as well
			list = append(list, mapping(n, scalar(n, "name"), name, scalar(n, "count"), &number))
		}
		a.set("replicas", sequence(replicas[0], list...))
	}
}

// inlineOnly leaves out the patches that name a file: a kustomization may only
// read files of its own folder, which the layer is not in.
func (g *gitops) inlineOnly(a *application, patches *yaml.Node) *yaml.Node {
	if patches == nil {
		return nil
	}
	var list []*yaml.Node
	for _, p := range elements(patches) {
		if file := nodeAt(p, "path"); file != nil {
			g.notes = append(g.notes, a.problem(file, "the patch in "+file.Value+" is not applied; name it in the folder's kustomization"))
			continue
		}
		list = append(list, p)
	}
	return sequence(patches, list...)
}

// argoImage turns "name=newname:tag", "name:tag" or either with a digest into an
// entry of images.
func argoImage(n *yaml.Node) *yaml.Node {
	name, ref, renamed := strings.Cut(n.Value, "=")
	if !renamed {
		ref = name
	}
	parts := splitImage(ref)
	if !renamed {
		name = parts.name
	}
	out := mapping(n, scalar(n, "name"), scalar(n, name))
	for _, p := range []struct{ key, value string }{{"newName", parts.name}, {"newTag", parts.tag}, {"digest", parts.digest}} {
		if p.value != "" && p.value != "*" && (p.key != "newName" || renamed) {
			out.Content = append(out.Content, scalar(n, p.key), scalar(n, p.value))
		}
	}
	return out
}

// argoSet reads an ApplicationSet, as far as its generators speak of this
// repository or of themselves
// (https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/).
func (g *gitops) argoSet(d *yamldoc.Document, n *yaml.Node) {
	spec := nodeAt(n, "spec", "template", "spec")
	sets := g.generate(elements(nodeAt(n, "spec", "generators")), 0)
	if len(sets) == 0 {
		sets = []map[string]string{{}}
	}
	for _, params := range sets {
		if len(g.applications) > maxApplications {
			return
		}
		g.argo(d, n, spec, params)
	}
}

// generate returns the parameters that generators make.
func (g *gitops) generate(generators []*yaml.Node, depth int) []map[string]string {
	var out []map[string]string
	if depth > 4 {
		return nil
	}
	for _, n := range generators {
		for _, e := range elements(nodeAt(n, "list", "elements")) {
			out = append(out, g.scalars(e, "", map[string]string{}))
		}
		if git := nodeAt(n, "git"); git != nil && g.own(textAt(git, "repoURL")) {
			out = append(out, g.directories(elements(nodeAt(git, "directories")))...)
			out = append(out, g.parameterFiles(elements(nodeAt(git, "files")))...)
		}
		out = append(out, g.product(elements(nodeAt(n, "matrix", "generators")), depth)...)
		out = append(out, g.generate(elements(nodeAt(n, "merge", "generators")), depth+1)...)
		if len(out) > maxApplications || !g.spend(1) {
			return out[:min(len(out), maxApplications)]
		}
	}
	return out
}

// product is the matrix of two generators.
func (g *gitops) product(two []*yaml.Node, depth int) []map[string]string {
	var out []map[string]string
	if len(two) != 2 {
		return nil
	}
	second := g.generate(two[1:], depth+1)
	for _, a := range g.generate(two[:1], depth+1) {
		if len(second) == 0 {
			out = append(out, a)
		}
		for _, b := range second {
			both := map[string]string{}
			for _, m := range []map[string]string{a, b} {
				for k, v := range m {
					both[k] = v
				}
			}
			if out = append(out, both); len(out) > maxApplications {
				return out
			}
		}
	}
	return out
}

func (g *gitops) directories(list []*yaml.Node) []map[string]string {
	if g.dirs == nil {
		seen := map[string]bool{}
		for _, f := range g.files {
			for dir := path.Dir(f); dir != "." && !seen[dir]; dir = path.Dir(dir) {
				seen[dir] = true
				g.dirs = append(g.dirs, dir)
			}
		}
		slices.Sort(g.dirs)
	}
	matches := func(dir string, exclude bool) bool {
		return slices.ContainsFunc(list, func(n *yaml.Node) bool {
			ok, err := path.Match(strings.Trim(textAt(n, "path"), "/"), dir)
			return g.spend(1) && ok && err == nil && (textAt(n, "exclude") == "true") == exclude
		})
	}
	var out []map[string]string
	for _, dir := range g.dirs {
		if matches(dir, false) && !matches(dir, true) {
			out = append(out, pathParams(dir))
		}
	}
	return out
}

func (g *gitops) parameterFiles(list []*yaml.Node) []map[string]string {
	var out []map[string]string
	for _, f := range g.files {
		if !isYAML(f) || !slices.ContainsFunc(list, func(n *yaml.Node) bool { return g.spend(1) && source.MatchGlob(textAt(n, "path"), f) }) {
			continue
		}
		for _, d := range g.lib.parse(f).Docs {
			if len(out) > maxApplications {
				return out
			}
			params := g.scalars(expandAliases(d.Root), "", pathParams(path.Dir(f)))
			params["path.filename"] = path.Base(f)
			out = append(out, params)
		}
	}
	return out
}

// pathParams are the parameters that tell of a folder, by their names with and
// without Go templates.
func pathParams(dir string) map[string]string {
	out := map[string]string{"path": dir, "path.path": dir, "path.basename": path.Base(dir), "path.basenameNormalized": strings.ReplaceAll(path.Base(dir), "_", "-")}
	for i, part := range strings.Split(dir, "/") {
		out["path["+strconv.Itoa(i)+"]"] = part
		out["path.segments["+strconv.Itoa(i)+"]"] = part
	}
	return out
}

// scalars adds the scalars below a map by their dotted names.
func (g *gitops) scalars(n *yaml.Node, prefix string, into map[string]string) map[string]string {
	if n.Kind != yaml.MappingNode {
		return into
	}
	for i := 0; i+1 < len(n.Content) && g.spend(1); i += 2 {
		key, value := prefix+n.Content[i].Value, n.Content[i+1]
		if value.Kind == yaml.ScalarNode {
			into[key] = value.Value
		} else {
			g.scalars(value, key+".", into)
		}
	}
	return into
}

var (
	parameter = lazyregexp.New(`\{\{-?\s*\.?([A-Za-z_][\w.\[\]-]*?)\s*-?\}\}`)
	segment   = lazyregexp.New(`\{\{-?\s*index\s+\.path\.segments\s+(\d+)\s*-?\}\}`)
)

// fillIn replaces the parameters of an ApplicationSet in a text, and reports
// whether none is left. Without parameters the text stands as it is.
func fillIn(text string, params map[string]string) (string, bool) {
	if params == nil || !strings.Contains(text, "{{") {
		return text, params == nil || !strings.Contains(text, "{{")
	}
	text = replaceAll(segment.FindAllStringSubmatch(text, -1), text, func(name string) (string, bool) {
		v, ok := params["path.segments["+name+"]"]
		return v, ok
	})
	text = replaceAll(parameter.FindAllStringSubmatch(text, -1), text, func(name string) (string, bool) {
		v, ok := params[name]
		return v, ok
	})
	return text, !strings.Contains(text, "{{")
}

func replaceAll(found [][]string, text string, value func(string) (string, bool)) string {
	for _, m := range found {
		if v, ok := value(m[1]); ok {
			text = strings.ReplaceAll(text, m[0], v)
		}
	}
	return text
}

// filled is fillIn for all scalars below a node.
func filled(n *yaml.Node, params map[string]string) (*yaml.Node, bool) {
	if params == nil {
		return n, true
	}
	out, whole := *n, true
	if n.Kind == yaml.ScalarNode {
		out.Value, whole = fillIn(n.Value, params)
		return &out, whole
	}
	out.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		var ok bool
		out.Content[i], ok = filled(c, params)
		whole = whole && ok
	}
	return &out, whole
}

package manifest

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// application is one folder of the repository that a GitOps controller applies,
// as an object in the repository says: a source of an Argo CD Application, a
// Flux Kustomization.
type application struct {
	// kind and name are the object's, in its file.
	kind, name string
	doc        *yamldoc.Document
	// dir is the folder, at where the object names it.
	dir string
	at  *yaml.Node
	// options are the keys of a kustomization, with values of the object's
	// document, that the controller adds to the one in the folder.
	options []option
	// vars are what Flux replaces in the result, nil for nothing.
	vars *variables
	// generates is true where the controller makes a kustomization of all manifests
	// in a folder that has none.
	generates bool
}

// option is one key of a kustomization and its value.
type option struct {
	key   string
	value *yaml.Node
}

func (a *application) String() string { return a.kind + " " + a.name }

// set adds an option that is there.
func (a *application) set(key string, value *yaml.Node) {
	if value != nil && value.Tag != yaml.NodeTagNull && !(value.Kind == yaml.ScalarNode && value.Value == "") && !(value.Kind != yaml.ScalarNode && len(value.Content) == 0) {
		a.options = append(a.options, option{key, value})
	}
}

func (a *application) problem(n *yaml.Node, reason string) source.NotAnalysed {
	if n == nil {
		n = a.at
	}
	return note(a.doc.File.Path, a.doc.Span(n).Start.Line, a.String(), ": ", reason)
}

// gitops is what the objects of GitOps controllers in the repository say.
type gitops struct {
	lib   *library
	files []string // of the repository
	// remotes are the repository's own addresses, as far as they are known.
	remotes []string
	// sources are the addresses of Flux sources, by kind, namespace and name.
	sources map[string]string
	// values are the data of the repository's ConfigMaps and Secrets, by kind,
	// namespace and name.
	values map[string]*yaml.Node

	applications []*application
	notes        []source.NotAnalysed

	// left is how much more generators may do; dirs are the folders, once asked for.
	left int
	dirs []string
}

// spend reports whether n more steps may be done.
func (g *gitops) spend(n int) bool {
	g.left -= n
	return g.left >= 0
}

const (
	argoGroup       = "argoproj.io/"
	fluxGroup       = "kustomize.toolkit.fluxcd.io/"
	fluxSourceGroup = "source.toolkit.fluxcd.io/"
)

// gitops reads the objects of Argo CD and Flux among the files that may be
// manifests. A repository without any costs a look at each text.
func (l *library) gitops(files, candidates []string) *gitops {
	g := &gitops{lib: l, files: files, left: maxGenerating, sources: map[string]string{}, values: map[string]*yaml.Node{}}
	var docs []*yamldoc.Document
	for _, name := range candidates {
		f, err := l.repo.Read(name)
		if err != nil || !strings.Contains(f.Text, argoGroup) && !strings.Contains(f.Text, fluxGroup) && !strings.Contains(f.Text, fluxSourceGroup) {
			continue
		}
		docs = append(docs, l.parse(name).Docs...)
	}
	if len(docs) == 0 {
		return g
	}
	g.remotes = l.remotes()
	each := func(f func(d *yamldoc.Document, n *yaml.Node, apiVersion, kind string)) {
		for _, d := range docs {
			for _, n := range unwrapList(expandAliases(d.Root)) {
				f(d, n, textAt(n, "apiVersion"), textAt(n, "kind"))
			}
		}
	}
	substitutes := false
	each(func(_ *yamldoc.Document, n *yaml.Node, apiVersion, kind string) {
		if strings.HasPrefix(apiVersion, fluxSourceGroup) {
			g.sources[kind+"/"+textAt(n, "metadata", "namespace")+"/"+textAt(n, "metadata", "name")] = textAt(n, "spec", "url")
		}
		substitutes = substitutes || strings.HasPrefix(apiVersion, fluxGroup) && nodeAt(n, "spec", "postBuild", "substituteFrom") != nil
	})
	if substitutes {
		g.readValues(candidates)
	}
	each(func(d *yamldoc.Document, n *yaml.Node, apiVersion, kind string) {
		switch {
		case strings.HasPrefix(apiVersion, argoGroup) && kind == "Application":
			g.argo(d, n, nodeAt(n, "spec"), nil)
		case strings.HasPrefix(apiVersion, argoGroup) && kind == "ApplicationSet":
			g.argoSet(d, n)
		case strings.HasPrefix(apiVersion, fluxGroup) && kind == "Kustomization":
			g.flux(d, n)
		}
	})
	if g.left < 0 {
		g.notes = append(g.notes, note(docs[0].File.Path, 0, fmt.Sprintf("the generators of ApplicationSets take more than the limit of %d steps; what they make beyond is not applied", maxGenerating)))
	}
	return g
}

// nodeAt returns the node at a path of map keys, nil where there is none.
func nodeAt(n *yaml.Node, keys ...string) *yaml.Node {
	for _, k := range keys {
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		n = lookup(n, k)
	}
	return n
}

// elements returns the elements of a list.
func elements(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// folder returns the folder of the repository that a source's path names; false
// where there is none.
func (g *gitops) folder(text string) (string, bool) {
	real, isDir, err := g.lib.resolve(path.Clean(strings.TrimLeft(text, "/")))
	return real, err == nil && isDir
}

// remotes reads the addresses of the repository's remotes from its git
// configuration, where the folder under test is the top of a clone.
func (l *library) remotes() []string {
	f, err := l.repo.Read(".git/config")
	if err != nil {
		return nil
	}
	var out []string
	remote := false
	for line := range strings.Lines(f.Text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			remote = strings.HasPrefix(line, `[remote "`)
		}
		if key, value, ok := strings.Cut(line, "="); ok && remote && strings.TrimSpace(key) == "url" {
			out = append(out, address(strings.TrimSpace(value)))
		}
	}
	return out
}

// address is a repository's address without what differs between ways to reach
// it: "github.com/acme/shop".
func address(url string) string {
	url = strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(url, "/"), ".git"))
	if _, rest, ok := strings.Cut(url, "://"); ok {
		url = rest
	} else if host, rest, ok := strings.Cut(url, ":"); ok && !strings.Contains(host, "/") {
		url = host + "/" + rest // user@host:path
	}
	if user, rest, ok := strings.Cut(url, "@"); ok && !strings.Contains(user, "/") {
		url = rest
	}
	return url
}

// own reports whether a source's address is plausibly this repository's: that of
// a remote, or one of the same name, since forks and mirrors carry it. Where no
// remote is known nothing speaks against it, and the folder's being there is what
// counts; so it is for an address that a template or a cluster fills in.
func (g *gitops) own(url string) bool {
	if url == "" || len(g.remotes) == 0 || strings.Contains(url, "{{") {
		return true
	}
	url = address(url)
	return slices.ContainsFunc(g.remotes, func(r string) bool { return r == url || path.Base(r) == path.Base(url) })
}

// layersDir is where kustomize believes the kustomizations that applications make
// to be: beside the repository, so that none of its files can have such a path.
const layersDir = "/.tidewaiter-applications"

// toRepository leads from a folder of layersDir, as kustomize sees it, to the
// repository: a folder inside would be one that contains its own base.
const toRepository = "../.." + virtualRoot + "/"

// layer makes the kustomization that does what an application asks for on top of
// the one in its folder.
func (l *library) layer(a *application, number int) (*kustomization, *problem) {
	k := &kustomization{Dir: path.Join(layersDir, strconv.Itoa(number)), made: a}
	base, _ := l.kustomization(a.dir)
	for i, o := range a.options {
		switch o.key {
		case "images", "replicas":
			a.options[i].value = renamed(o, base)
		case "components":
			a.options[i].value = relocated(o.value, a.dir)
		}
	}
	return k, l.finish(k, append([]option{{"resources", sequence(a.at, scalar(a.at, toRepository+a.dir))}}, a.options...))
}

// generate makes the kustomization of all manifests below a folder, as Flux does
// where there is none.
func (l *library) generate(a *application, files []string) (*kustomization, *problem) {
	k := &kustomization{Dir: a.dir, made: a}
	var list []*yaml.Node
	for _, name := range files {
		if _, isDir, err := l.resolve(name); err != nil {
			continue
		} else if f, err := l.repo.Read(name); isDir || err == nil && looksLikeManifest(f.Text) {
			list = append(list, scalar(a.at, relative(a.dir, name)))
		}
	}
	return k, l.finish(k, []option{{"resources", sequence(a.at, list...)}})
}

func relative(dir, name string) string {
	if dir == "." {
		return name
	}
	return strings.TrimPrefix(name, dir+"/")
}

// finish decodes the options as kustomize would, and checks them like a file's.
func (l *library) finish(k *kustomization, options []option) *problem {
	a := k.made
	k.Path, k.file, k.doc, k.inline = a.doc.File.Path, a.doc.File, a.doc, map[string]*inlineText{}
	k.root = &yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap, Line: a.at.Line, Column: a.at.Column}
	for _, o := range options {
		k.root.Content = append(k.root.Content, scalar(o.value, o.key), o.value)
	}
	text, err := yaml.NewRNode(yaml.CopyYNode(k.root)).String()
	if err == nil {
		err = k.Kustomization.Unmarshal([]byte(text))
	}
	if err != nil {
		return &problem{k.Path, k.unknownLine(err), "not rendered: " + a.String() + ": " + plainError(err.Error())}
	}
	k.FixKustomization()
	if p := l.checkReferences(k); p != nil {
		return p
	}
	return k.prepare()
}

// scalar and sequence make nodes that stand where another one does.
func scalar(at *yaml.Node, text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: text, Line: at.Line, Column: at.Column}
}

func sequence(at *yaml.Node, list ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: yaml.NodeTagSeq, Content: list, Line: at.Line, Column: at.Column}
}

func mapping(at *yaml.Node, pairs ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap, Content: pairs, Line: at.Line, Column: at.Column}
}

// relocated writes paths of the folder as paths of the layer.
func relocated(list *yaml.Node, dir string) *yaml.Node {
	out := *list
	out.Content = nil
	for _, n := range list.Content {
		moved := *n
		moved.Value = toRepository + path.Join(dir, n.Value)
		out.Content = append(out.Content, &moved)
	}
	return &out
}

// renamed gives images the name under which the folder's kustomization leaves
// them: the controllers change its own entry for an image, by the first name.
func renamed(o option, base *kustomization) *yaml.Node {
	if o.key != "images" || base == nil {
		return o.value
	}
	out := *o.value
	out.Content = nil
	for _, n := range o.value.Content {
		for _, img := range base.Images {
			if img.NewName != "" && img.Name == textAt(n, "name") {
				pairs := []*yaml.Node{scalar(n, "name"), scalar(nodeAt(n, "name"), img.NewName)}
				if textAt(n, "newName") == "" {
					pairs = append(pairs, scalar(n, "newName"), scalar(nodeAt(n, "name"), img.NewName))
				}
				for i := 0; i+1 < len(n.Content); i += 2 {
					if n.Content[i].Value != "name" {
						pairs = append(pairs, n.Content[i], n.Content[i+1])
					}
				}
				n = mapping(n, pairs...)
				break
			}
		}
		out.Content = append(out.Content, n)
	}
	return &out
}

package manifest

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// flux reads a Flux Kustomization
// (https://fluxcd.io/flux/components/kustomize/kustomizations/).
func (g *gitops) flux(d *yamldoc.Document, n *yaml.Node) {
	spec := nodeAt(n, "spec")
	a := &application{kind: "Kustomization", name: textAt(n, "metadata", "name"), doc: d, at: nodeAt(spec, "path"), generates: true}
	namespace := textAt(n, "metadata", "namespace")
	text := textAt(spec, "path")
	if a.at == nil {
		a.at, text = nodeAt(n, "kind"), "."
	}
	kind := textAt(spec, "sourceRef", "kind")
	if ns := textAt(spec, "sourceRef", "namespace"); ns != "" {
		namespace = ns
	}
	if kind != "GitRepository" || !g.own(g.sources[kind+"/"+namespace+"/"+textAt(spec, "sourceRef", "name")]) {
		return // what another repository or an artifact holds
	}
	var ok bool
	if a.dir, ok = g.folder(text); !ok {
		return // of a repository that is not known by its address
	}
	for _, key := range []string{"namePrefix", "nameSuffix", "images", "components"} {
		a.set(key, nodeAt(spec, key))
	}
	a.set("patches", g.inlineOnly(a, nodeAt(spec, "patches")))
	a.set("namespace", nodeAt(spec, "targetNamespace"))
	a.set("commonAnnotations", nodeAt(spec, "commonMetadata", "annotations"))
	if labels := nodeAt(spec, "commonMetadata", "labels"); labels != nil && labels.Kind == yaml.MappingNode {
		a.set("labels", sequence(labels, mapping(labels, scalar(labels, "pairs"), labels)))
	}
	for _, key := range []string{"patchesStrategicMerge", "patchesJson6902"} {
		if old := nodeAt(spec, key); len(elements(old)) > 0 {
			g.notes = append(g.notes, a.problem(old, key+" is of an old form that is not applied here; write it under patches"))
		}
	}
	g.fluxVariables(a, spec, textAt(n, "metadata", "namespace"))
	g.applications = append(g.applications, a)
}

// fluxVariables reads spec.postBuild.
func (g *gitops) fluxVariables(a *application, spec *yaml.Node, namespace string) {
	build := nodeAt(spec, "postBuild")
	if build == nil {
		return
	}
	v := &variables{known: map[string]string{}, whole: true}
	for _, from := range elements(nodeAt(build, "substituteFrom")) {
		kind, name := textAt(from, "kind"), textAt(from, "name")
		data := g.values[kind+"/"+namespace+"/"+name]
		if data == nil {
			v.whole = false
			if textAt(from, "optional") != "true" {
				g.notes = append(g.notes, a.problem(nodeAt(from, "name"), "the variables of "+kind+" "+name+" are not in the repository, so that they stay as they are in what is judged"))
			}
			continue
		}
		for i := 0; i+1 < len(data.Content); i += 2 {
			v.known[data.Content[i].Value] = data.Content[i+1].Value
		}
	}
	if own := nodeAt(build, "substitute"); own != nil && own.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(own.Content); i += 2 {
			v.known[own.Content[i].Value] = own.Content[i+1].Value
		}
	}
	if len(v.known) > 0 {
		a.vars = v
	}
}

// readValues reads the ConfigMaps and Secrets of the repository. A Secret that is
// encrypted in the repository says nothing.
func (g *gitops) readValues(candidates []string) {
	for _, name := range candidates {
		f, err := g.lib.repo.Read(name)
		if err != nil || !mayBeManifest(f.Text) || !strings.Contains(f.Text, "ConfigMap") && !strings.Contains(f.Text, "Secret") {
			continue
		}
		for _, d := range g.lib.parse(name).Docs {
			for _, n := range unwrapList(expandAliases(d.Root)) {
				kind := textAt(n, "kind")
				if textAt(n, "apiVersion") != "v1" || kind != "ConfigMap" && kind != "Secret" || nodeAt(n, "sops") != nil {
					continue
				}
				g.values[kind+"/"+textAt(n, "metadata", "namespace")+"/"+textAt(n, "metadata", "name")] = texts(n, kind == "Secret")
			}
		}
	}
}

// texts returns the data of a ConfigMap or Secret as text.
func texts(n *yaml.Node, secret bool) *yaml.Node {
	out := mapping(n)
	for _, key := range []string{"data", "stringData"} {
		m := nodeAt(n, key)
		if m == nil || m.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i+1 < len(m.Content); i += 2 {
			value := m.Content[i+1].Value
			if secret && key == "data" {
				plain, err := base64.StdEncoding.DecodeString(value)
				if err != nil {
					continue
				}
				value = string(plain)
			}
			out.Content = append(out.Content, m.Content[i], scalar(m.Content[i+1], value))
		}
	}
	return out
}

// variables are what Flux replaces in the rendered text.
type variables struct {
	known map[string]string
	// whole is true where all of them are known: then one that is not is empty.
	whole bool
}

// substituteOff is the label or annotation of objects that Flux leaves as they are.
const substituteOff = "kustomize.toolkit.fluxcd.io/substitute"

// apply replaces the variables in the scalars of rendered objects, which keep
// their places.
func (v *variables) apply(roots []*yaml.Node) {
	for _, root := range roots {
		off := textAt(root, "metadata", "annotations", substituteOff) == "disabled" || textAt(root, "metadata", "labels", substituteOff) == "disabled"
		if !off {
			v.replace(root)
		}
	}
}

func (v *variables) replace(n *yaml.Node) {
	for _, c := range n.Content {
		v.replace(c)
	}
	if n.Kind != yaml.ScalarNode || !strings.Contains(n.Value, "${") {
		return
	}
	text := v.text(n.Value)
	if text == n.Value {
		return
	}
	n.Value = text
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		n.Tag = ""
		n.Tag = n.ShortTag() // Flux replaces text, before types are read
	}
}

// text replaces ${name}, ${name:=default}, ${name:-default}, ${name=default} and
// ${name-default}; $${name} stands for ${name}. Other forms stay.
func (v *variables) text(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "${")
		end := 0
		if i >= 0 {
			end = strings.IndexByte(s[i:], '}')
		}
		if i < 0 || end < 0 || b.Len() > maxGenerated {
			return b.String() + s
		}
		inner, after := s[i+2:i+end], s[i+end+1:]
		switch value, ok := v.value(inner); {
		case strings.HasSuffix(s[:i], "$"):
			b.WriteString(s[:i-1] + s[i:i+end+1])
		case ok:
			b.WriteString(s[:i] + value)
		default:
			b.WriteString(s[:i+end+1])
		}
		s = after
	}
}

func (v *variables) value(inner string) (string, bool) {
	name := inner
	if i := strings.IndexFunc(inner, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}); i >= 0 {
		name = inner[:i]
	}
	value, known := v.known[name]
	operator := strings.TrimPrefix(inner[len(name):], ":")
	switch {
	case name == "":
		return "", false
	case operator == "" && len(inner) == len(name):
		return value, known || v.whole
	case operator == "" || !slices.Contains([]byte("=-"), operator[0]):
		return "", false
	case known && value != "":
		return value, true
	}
	return operator[1:], known || v.whole
}

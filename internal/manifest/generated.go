package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// generated locates a field of a ConfigMap or Secret that a generator made: the
// literal, file or list of variables that its key comes from, else the
// generator's name. A nil path means the object.
func (l *kustLocator) generated(o *Object, field []string) (source.Span, bool) {
	for _, m := range l.closure.members {
		var args []types.GeneratorArgs
		section := "configMapGenerator"
		switch o.Kind {
		case "ConfigMap":
			for _, g := range m.ConfigMapGenerator {
				args = append(args, g.GeneratorArgs)
			}
		case "Secret":
			section = "secretGenerator"
			for _, g := range m.SecretGenerator {
				args = append(args, g.GeneratorArgs)
			}
		}
		for i, g := range slices.Backward(args) {
			if !strings.Contains(o.Name, g.Name) {
				continue
			}
			if n := m.generatorNode(section, i, g, field); n != nil {
				return m.doc.Span(n).FirstLine(), true
			}
		}
	}
	return source.Span{}, false
}

func (k *kustomization) generatorNode(section string, i int, g types.GeneratorArgs, field []string) *yaml.Node {
	if len(field) == 2 && (field[0] == "data" || field[0] == "stringData" || field[0] == "binaryData") {
		for _, text := range g.LiteralSources {
			if key, _, _ := strings.Cut(text, "="); key == field[1] {
				return k.find(section, i, text)
			}
		}
		for _, text := range g.FileSources {
			key, _, named := strings.Cut(text, "=")
			if named && key == field[1] || !named && path.Base(text) == field[1] {
				return k.find(section, i, text)
			}
		}
		for _, text := range g.EnvSources {
			return k.find(section, i, text)
		}
	}
	if len(field) == 3 && field[0] == "metadata" {
		for _, options := range []*yaml.Node{k.value(section, i, "options"), k.section("generatorOptions")} {
			if n := lookupMap(lookupMap(options, field[1]), field[2]); n != nil {
				return n
			}
		}
	}
	if len(field) == 1 && field[0] == "type" && k.value(section, i, "type") != nil {
		return k.value(section, i, "type")
	}
	return k.value(section, i, "name")
}

// byPlugin looks for the value in the configuration of a built-in transformer
// that is given as a file or inline.
func (l *kustLocator) byPlugin(m *member, p pluginRef, w writing) (source.Span, bool) {
	if isInline(p.text) {
		docs, err := yamldoc.Parse(source.NewFile(m.Path, p.text))
		if err != nil {
			return source.Span{}, false
		}
		return inDocs(docs, &inlineText{in: m.kustomization, scalar: m.find(p.section, p.index, p.text), docs: docs}, w)
	}
	for _, r := range m.refs {
		if r.role == rolePlugin && r.text == p.text {
			return inDocs(l.lib.parse(r.target).Docs, nil, w)
		}
	}
	return source.Span{}, false
}

// inDocs finds the pair of the written key and value, or for a namespace, an
// image or a count the setting of that kind of transformer.
func inDocs(docs []*yamldoc.Document, in *inlineText, w writing) (source.Span, bool) {
	for _, d := range docs {
		n := findPair(d.Root, w.key, w.value)
		if n == nil && w.key == "image" {
			parts := splitImage(w.value)
			if findPair(d.Root, "name", parts.name) != nil || findPair(d.Root, "newName", parts.name) != nil {
				n = findPair(d.Root, "newTag", parts.tag)
			}
		}
		if n == nil && w.key == "replicas" {
			n = findPair(d.Root, "count", w.value)
		}
		if n != nil {
			return placerOf(d, in).place(n)
		}
	}
	return source.Span{}, false
}

func findPair(n *yaml.Node, key, value string) *yaml.Node {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			switch n.Content[i].Value {
			case "apiVersion", "kind", "fieldSpecs", "target":
				continue // says what is changed, not to what
			}
			if n.Content[i].Value == key && n.Content[i+1].Kind == yaml.ScalarNode && n.Content[i+1].Value == value {
				return n.Content[i+1]
			}
		}
	}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "fieldSpecs" {
			continue
		}
		if got := findPair(c, key, value); got != nil {
			return got
		}
	}
	return nil
}

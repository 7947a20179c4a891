package manifest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// written locates a field that a transformer or generator of kustomize wrote
// itself, which is all that has no line of its own: it looks for the one that
// can have written this value, the last to run first, and then in the object's
// first document.
func (l *kustLocator) written(o *Object, from *origin, steps []step, path []string) (source.Span, bool) {
	field := steps[len(steps)-1].node
	if field.Kind != yaml.ScalarNode || len(path) == 0 {
		return l.fromOrigin(from, steps, path)
	}
	if s, ok := l.token(path); ok {
		return s, true
	}
	w := writing{o: o, path: path, key: path[len(path)-1], value: field.Value, from: from}
	for _, m := range l.closure.members {
		if from != nil && !m.covers(from.doc.File.Path) {
			continue
		}
		if s, ok := l.writtenBy(m, w, steps); ok {
			return s, true
		}
	}
	if from == nil {
		return l.generated(o, path)
	}
	return l.fromOrigin(from, steps, path)
}

// fromOrigin returns where the object's first document writes the field.
func (l *kustLocator) fromOrigin(from *origin, steps []step, path []string) (source.Span, bool) {
	if from == nil {
		return source.Span{}, false
	}
	other, whole := align(from.root, steps, path)
	if !whole {
		return source.Span{}, false
	}
	return placeOf(from, other, true)
}

// writing is a value of which the writer is looked for.
type writing struct {
	o     *Object
	path  []string
	key   string
	value string
	from  *origin
}

// writtenBy asks the transformers of one kustomization in the reverse of the
// order in which they run.
func (l *kustLocator) writtenBy(m *member, w writing, steps []step) (source.Span, bool) {
	for _, p := range slices.Backward(m.plugins()) {
		if s, ok := l.byPlugin(m, p, w); ok {
			return s, true
		}
	}
	for _, rule := range []func(*kustomization, writing) *yaml.Node{byImage, byReplicas, byAnnotation, byLabel, byNamespace} {
		if n := rule(m.kustomization, w); n != nil {
			return m.doc.Span(n), true
		}
	}
	for _, d := range slices.Backward(l.lib.mergePatches(m.kustomization)) {
		if d.patches(w.o, w.from) {
			if s, ok := valueIn(d, d.doc.Root, steps, w.path, w.value); ok {
				return s, true
			}
		}
	}
	return source.Span{}, false
}

// byImage finds the images entry that composes to the value.
func byImage(k *kustomization, w writing) *yaml.Node {
	if w.key != "image" && w.key != "newImage" {
		return nil
	}
	ref := splitImage(w.value)
	for i, img := range slices.Backward(k.Images) {
		name := img.Name
		if img.NewName != "" {
			name = img.NewName
		}
		if ref.name != name {
			continue
		}
		for _, part := range []struct{ key, given string }{
			{"digest", img.Digest}, {"newTag", img.NewTag}, {"tagSuffix", img.TagSuffix}, {"newName", img.NewName},
		} {
			fits := part.key == "newName" || strings.HasSuffix(w.value, part.given)
			if part.given == "" || !fits {
				continue
			}
			section := "images"
			if k.section(section) == nil {
				section = "imageTags"
			}
			return k.value(section, i, part.key)
		}
	}
	return nil
}

type imageParts struct{ name, tag, digest string }

func splitImage(text string) imageParts {
	rest, digest, _ := strings.Cut(text, "@")
	if colon := strings.LastIndexByte(rest, ':'); colon > strings.LastIndexByte(rest, '/') {
		return imageParts{rest[:colon], rest[colon+1:], digest}
	}
	return imageParts{rest, "", digest}
}

// value returns the scalar of a key in the n-th item of a section.
func (k *kustomization) value(section string, n int, key string) *yaml.Node {
	s := k.section(section)
	if s == nil || s.Kind != yaml.SequenceNode || n >= len(s.Content) || s.Content[n].Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(s.Content[n].Content); i += 2 {
		if strings.EqualFold(s.Content[n].Content[i].Value, key) {
			return s.Content[n].Content[i+1]
		}
	}
	return nil
}

func byReplicas(k *kustomization, w writing) *yaml.Node {
	if w.key != "replicas" {
		return nil
	}
	for i, r := range slices.Backward(k.Replicas) {
		if strconv.FormatInt(r.Count, 10) == w.value && w.named(r.Name) {
			return k.value("replicas", i, "count")
		}
	}
	return nil
}

// named reports whether the object had or has a name: prefixes and suffixes may
// have been added since.
func (w writing) named(name string) bool {
	return w.o.Name == name || w.from != nil && textAt(w.from.root, "metadata", "name") == name || strings.Contains(w.o.Name, name)
}

func byNamespace(k *kustomization, w writing) *yaml.Node {
	if k.Namespace == "" || k.Namespace != w.value || w.key != "namespace" && !(w.o.Kind == "Namespace" && w.key == "name") {
		return nil
	}
	return k.section("namespace")
}

func byAnnotation(k *kustomization, w writing) *yaml.Node {
	if got, ok := k.CommonAnnotations[w.key]; !ok || got != w.value {
		return nil
	}
	return lookupMap(k.section("commonAnnotations"), w.key)
}

func byLabel(k *kustomization, w writing) *yaml.Node {
	if got, ok := k.CommonLabels[w.key]; ok && got == w.value {
		return lookupMap(k.section("commonLabels"), w.key)
	}
	for i, l := range slices.Backward(k.Labels) {
		if got, ok := l.Pairs[w.key]; ok && got == w.value {
			return lookupMap(k.value("labels", i, "pairs"), w.key)
		}
	}
	return nil
}

package manifest

import (
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// step is one node on the way from an object's root to a field, with the key
// that holds it; the key is nil for the root and for list items.
type step struct{ key, node *yaml.Node }

// walk follows a path from root. It returns the steps that exist, the root
// first, and whether the whole path does. A null ends the way: it is a step,
// but no value.
func walk(root *yaml.Node, path []string) (steps []step, whole bool) {
	steps = []step{{node: root}}
	for _, p := range path {
		next, ok := descend(steps[len(steps)-1].node, p)
		if next.node != nil {
			steps = append(steps, next)
		}
		if !ok {
			return steps, false
		}
	}
	return steps, true
}

func descend(n *yaml.Node, p string) (step, bool) {
	if i, ok := itemIndex(p); ok {
		if n.Kind != yaml.SequenceNode || i >= len(n.Content) {
			return step{}, false
		}
		return step{node: n.Content[i]}, true
	}
	if n.Kind != yaml.MappingNode {
		return step{}, false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == p {
			v := n.Content[i+1]
			return step{n.Content[i], v}, v.Tag != yaml.NodeTagNull
		}
	}
	return step{}, false
}

// itemIndex reads a path element of the form "[3]".
func itemIndex(p string) (int, bool) {
	inner, ok := strings.CutPrefix(p, "[")
	if !ok || !strings.HasSuffix(inner, "]") {
		return 0, false
	}
	i, err := strconv.Atoi(inner[:len(inner)-1])
	return i, err == nil && i >= 0
}

// anchorOf returns the nodes whose place stands for a list item or a whole
// object: its kind or its name, with the key, else its first key.
func anchorOf(item *yaml.Node) (key, value *yaml.Node) {
	if item.Kind != yaml.MappingNode || len(item.Content) < 2 {
		return nil, item
	}
	name := "name"
	if lookup(item, "apiVersion") != nil {
		name = "kind"
	}
	for i := 0; i+1 < len(item.Content); i += 2 {
		if item.Content[i].Value == name {
			return item.Content[i], item.Content[i+1]
		}
	}
	return item.Content[0], nil
}

// align follows, in another form of the same object, the path that leads
// through the given steps: list items are found by their name where they have
// one, else by their position.
func align(other *yaml.Node, steps []step, path []string) (out []step, whole bool) {
	out = []step{{node: other}}
	for i, p := range path {
		if _, isIndex := itemIndex(p); isIndex && i+1 < len(steps) {
			p = sameItem(out[len(out)-1].node, steps[i+1].node, p)
		}
		next, ok := descend(out[len(out)-1].node, p)
		if next.node != nil {
			out = append(out, next)
		}
		if !ok {
			return out, false
		}
	}
	return out, true
}

// sameItem returns the position, as a path element, of the list item with the
// name of the given one, else the position as it was.
func sameItem(list, item *yaml.Node, position string) string {
	name := textAt(item, "name")
	if name == "" || list.Kind != yaml.SequenceNode {
		return position
	}
	for i, c := range list.Content {
		if textAt(c, "name") == name {
			return "[" + strconv.Itoa(i) + "]"
		}
	}
	return "[" + strconv.Itoa(len(list.Content)) + "]"
}

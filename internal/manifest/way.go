package manifest

import (
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// upward is where a node stands in its parent: the index of its value in
// Content.
type upward struct {
	parent *yaml.Node
	index  int32
}

// wayTo returns the keys that lead from the object to one of its nodes, with
// room for more. It is nil for a node that is not the object's.
func (o *Object) wayTo(node *yaml.Node, room int) []string {
	o.wayOnce.Do(func() {
		o.up = map[*yaml.Node]upward{}
		o.climb(o.root, 0)
	})
	depth := 0
	for n := node; n != o.root; depth++ {
		at, ok := o.up[n]
		if !ok {
			return nil
		}
		n = at.parent
	}
	way := make([]string, 0, depth+room)
	for n := node; n != o.root; {
		at := o.up[n]
		if at.parent.Kind == yaml.MappingNode {
			way = append(way, at.parent.Content[at.index-1].Value)
		} else {
			way = append(way, "["+strconv.Itoa(int(at.index))+"]")
		}
		n = at.parent
	}
	slices.Reverse(way)
	return way
}

// climb notes where the values below a node stand.
func (o *Object) climb(n *yaml.Node, depth int) {
	if n == nil || depth > maxFieldDepth {
		return
	}
	width := 1 // a map has its keys between its values
	if n.Kind == yaml.MappingNode {
		width = 2
	}
	for i := width - 1; i < len(n.Content); i += width {
		child := n.Content[i]
		if _, known := o.up[child]; known {
			continue
		}
		o.up[child] = upward{n, int32(i)} //nolint:gosec // yamldoc bounds the nodes of a document
		o.climb(child, depth+1)
	}
}

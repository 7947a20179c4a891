package yamldoc

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// inspect holds a document against the limits and notes its duplicate keys.
func (d *Document) inspect() error {
	m := measure{sizes: map[*yaml.Node]extent{}}
	switch got := m.of(d.Root, 0); {
	case m.cyclic:
		return &Error{At: d.Span(d.Root), Reason: "an anchor contains an alias to itself"}
	case m.wide != nil:
		return &Error{At: d.Span(m.wide), Reason: fmt.Sprintf("a map with more than the limit of %d keys", MaxKeys)}
	case got.depth > MaxDepth:
		return &Error{At: d.Span(d.Root), Reason: fmt.Sprintf("nested deeper than the limit of %d levels", MaxDepth)}
	case got.nodes > MaxNodes:
		return &Error{At: d.Span(d.Root), Reason: fmt.Sprintf("more than the limit of %d nodes once its aliases are expanded", MaxNodes)}
	}
	d.findDuplicates(d.Root)
	return nil
}

type extent struct{ nodes, depth int }

// measure computes the size of a document with its aliases expanded, without
// expanding them: each anchored node is measured once.
type measure struct {
	sizes  map[*yaml.Node]extent
	cyclic bool
	wide   *yaml.Node // the first map with too many keys
}

var inProgress = extent{-1, -1}

func (m *measure) of(n *yaml.Node, level int) extent {
	if n.Kind == yaml.AliasNode {
		return m.anchored(n.Alias, level)
	}
	if n.Anchor != "" {
		return m.anchored(n, level)
	}
	return m.sum(n, level)
}

func (m *measure) anchored(n *yaml.Node, level int) extent {
	if n == nil {
		return extent{1, 1}
	}
	got, known := m.sizes[n]
	switch {
	case known && got == inProgress:
		m.cyclic = true
		return extent{1, 1}
	case known:
		return got
	}
	m.sizes[n] = inProgress
	got = m.sum(n, level)
	m.sizes[n] = got
	return got
}

func (m *measure) sum(n *yaml.Node, level int) extent {
	out := extent{1, 1}
	if level > MaxDepth {
		return extent{1, MaxDepth + 1}
	}
	if n.Kind == yaml.MappingNode && len(n.Content)/2 > MaxKeys && m.wide == nil {
		m.wide = n
	}
	for _, c := range n.Content {
		got := m.of(c, level+1)
		out.nodes = min(out.nodes+got.nodes, MaxNodes+1)
		out.depth = max(out.depth, got.depth+1)
	}
	return out
}

func (d *Document) findDuplicates(n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		seen := make(map[string]*yaml.Node, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i]
			if k.Kind != yaml.ScalarNode || k.Tag == "!!merge" {
				continue
			}
			if first, ok := seen[k.Value]; ok {
				d.Duplicates = append(d.Duplicates, Duplicate{Key: k.Value, At: d.Span(k), First: d.Span(first)})
				continue
			}
			seen[k.Value] = k
		}
	}
	for _, c := range n.Content {
		d.findDuplicates(c)
	}
}

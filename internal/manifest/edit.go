package manifest

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Set returns the edits that make a field a plain scalar, in the file that sets
// it, base or patch: its text is replaced, or where it is missing a line is put
// below the nearest parent, with the parents between. None come back where the
// text leaves doubt: what a generator or a transformer wrote, what a patch took
// away, text inside of folded or quoted patches.
func (f Field) Set(value string) []source.Edit {
	steps, whole, w := f.written()
	if w == nil {
		return nil
	}
	if whole {
		node := w.node()
		if node.Kind != yaml.ScalarNode || w.key || node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || node.Value != f.node.Value {
			return nil
		}
		at := w.span(node)
		if at.File.Text[at.Start.Offset-1:at.Start.Offset] == ":" {
			value = " " + value
		}
		return []source.Edit{{Span: at, New: w.quoted(value)}}
	}
	return w.insert(f.steps()[len(steps)-1:], value)
}

// Remove returns the edits that take a field away where it is written, with the
// parents that would be left empty.
func (f Field) Remove() []source.Edit {
	_, whole, w := f.written()
	if w == nil || !whole || w.isOperation() {
		return nil
	}
	return w.remove()
}

// RenameKey returns the edit that gives a field another key where it is written.
func (f Field) RenameKey(name string) []source.Edit {
	_, whole, w := f.written()
	if w == nil || !whole || w.isOperation() {
		return nil
	}
	key := w.keyNode()
	if key == nil || key.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return nil
	}
	at := w.span(key)
	switch text := at.Text(); text {
	case key.Value:
	case `"` + key.Value + `"`:
		name = `"` + name + `"`
	default:
		return nil
	}
	return []source.Edit{{Span: at, New: name}}
}

// written returns where in a file a field is written, or for a missing one the
// deepest parent that is there; nil where that is not known for certain.
func (f Field) written() (steps []step, whole bool, w *writtenNode) {
	if f.object == nil || f.object.locator == nil {
		return nil, false, nil
	}
	steps, whole = walk(f.object.root, f.steps())
	if !whole && len(steps) > 1 && steps[len(steps)-1].node.Tag == yaml.NodeTagNull {
		return nil, false, nil
	}
	parent := Field{object: f.object, node: steps[len(steps)-1].node}
	at := f.Span()
	if !whole && at != parent.Span() {
		return nil, false, nil // the line of what took it away, or of another parent
	}
	if w = f.object.locator.writtenAt(at); w == nil {
		return nil, false, nil
	}
	if !whole {
		w.toMap(parent.node)
	} else if parent.node.Kind != yaml.ScalarNode || w.key {
		w.toValue()
	}
	if n := w.node(); n == nil || n.Kind != parent.node.Kind {
		return nil, false, nil
	}
	return steps, whole, w
}

// writtenNode is a node of a document, as it is written.
type writtenNode struct {
	// span returns the place of a node of the document in the file.
	span func(*yaml.Node) source.Span
	// way are the maps and lists that lead to the node, at are the positions in
	// them.
	root *yaml.Node
	way  []*yaml.Node
	at   []int
	// key is true where the node is the key of a map.
	key bool
}

// find looks for the scalar that starts at an offset of the file.
func findWritten(root *yaml.Node, span func(*yaml.Node) source.Span, offset int) *writtenNode {
	w := &writtenNode{span: span, root: root}
	if !w.descend(root, offset) {
		return nil
	}
	last := w.way[len(w.way)-1]
	w.key = last.Kind == yaml.MappingNode && w.at[len(w.at)-1]%2 == 0
	return w
}

func (w *writtenNode) descend(n *yaml.Node, offset int) bool {
	for i, c := range n.Content {
		at := w.span(c)
		isScalar := len(c.Content) == 0
		if !at.Valid() || isScalar && at.Start.Offset != offset || !isScalar && (offset < at.Start.Offset || offset > w.end(c)) {
			continue
		}
		w.way, w.at = append(w.way, n), append(w.at, i)
		if isScalar || w.descend(c, offset) {
			return true
		}
		w.way, w.at = w.way[:len(w.way)-1], w.at[:len(w.at)-1]
	}
	return false
}

func (w *writtenNode) node() *yaml.Node {
	if len(w.way) == 0 {
		return w.root
	}
	return w.way[len(w.way)-1].Content[w.at[len(w.at)-1]]
}

// keyNode returns the key of the node, nil for an item of a list.
func (w *writtenNode) keyNode() *yaml.Node {
	if len(w.way) == 0 || w.way[len(w.way)-1].Kind != yaml.MappingNode {
		return nil
	}
	return w.way[len(w.way)-1].Content[w.at[len(w.at)-1]/2*2]
}

// toValue goes from a key to its value.
func (w *writtenNode) toValue() {
	if w.key {
		w.at[len(w.at)-1]++
		w.key = false
	}
}

// toMap goes to the map that a parent stands for: the value of the key found, or
// the map that the key found is the name of.
func (w *writtenNode) toMap(like *yaml.Node) {
	if !w.key {
		return
	}
	if value := w.way[len(w.way)-1].Content[w.at[len(w.at)-1]+1]; value.Kind == like.Kind {
		w.toValue()
		return
	}
	w.up()
}

func (w *writtenNode) up() {
	w.way, w.at, w.key = w.way[:len(w.way)-1], w.at[:len(w.at)-1], false
}

// isOperation reports whether the node is of an operation of a JSON 6902 patch,
// which would be spoilt by taking a part of it away.
func (w *writtenNode) isOperation() bool {
	return w.root.Kind == yaml.SequenceNode && len(w.way) <= 2
}

// quoted returns a value as it is written beside its like: JSON quotes text.
func (w *writtenNode) quoted(value string) string {
	bare := strings.TrimSpace(value)
	if !w.inJSON() || bare == "true" || bare == "false" || strings.HasPrefix(bare, "[") || isDigits(bare) {
		return value
	}
	return strings.Replace(value, bare, `"`+bare+`"`, 1)
}

// inJSON reports whether the document is written as JSON.
func (w *writtenNode) inJSON() bool {
	return w.root.Style&yaml.FlowStyle != 0 && len(w.root.Content) > 0 && w.root.Content[0].Style&yaml.DoubleQuotedStyle != 0
}

func isDigits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

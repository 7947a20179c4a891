package schema

import (
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Targets are the oldest and the newest release 1.x that an object must run on.
type Targets struct{ Oldest, Newest int }

// Check holds an object against a type and returns what the API server of a
// target would refuse or drop, in the order of the object. A fault hides nothing
// beside it; what is below a value of the wrong type is not looked at.
func Check(root *yaml.Node, t *Type, targets Targets) []Fault {
	c := &checker{targets: targets}
	c.value(root, nil, t)
	return c.faults
}

// checker walks one object. The API server reads no status from a manifest, so
// below it only keys and types count.
type checker struct {
	targets Targets
	depth   int
	status  bool
	faults  []Fault
}

func (c *checker) report(f Fault) {
	if len(c.faults) >= maxFaults {
		return
	}
	c.faults = append(c.faults, f)
}

// value checks one value in the map or list that holds it. A null is a missing one.
func (c *checker) value(n, parent *yaml.Node, t *Type) {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	if t.Form == Anything || c.depth > maxDepth || n.Kind == yaml.ScalarNode && n.Tag == yaml.NodeTagNull {
		return
	}
	c.depth++
	defer func() { c.depth-- }()
	switch {
	case t.Form == Object && n.Kind == yaml.MappingNode:
		c.object(n, t)
	case t.Form == Map && n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			c.value(n.Content[i+1], n, t.Elem)
		}
	case t.Form == List && n.Kind == yaml.SequenceNode:
		c.list(n, t)
	case t.Form > List && n.Kind == yaml.ScalarNode:
		c.scalar(n, parent, t)
		return
	default:
		if n.Kind == yaml.ScalarNode && placeholder(n.Value) {
			return
		}
		c.report(Fault{Sort: WrongType, Node: n, Parent: parent, Name: shown(n), Want: t.Form.Want()})
		return
	}
	if t.Rules != nil {
		c.bounds(n, parent, t)
	}
}

// shown is a value as a message names it.
func shown(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	}
	return strconv.Quote(n.Value)
}

func (c *checker) object(n *yaml.Node, t *Type) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, n.Content[i+1]
		outer := c.status
		c.status = outer || c.depth == 1 && key == "status"
		switch f := t.field(key); {
		case f != nil:
			c.released(f, value, n)
			c.value(value, n, f.Type)
		case t.Elem != nil:
			c.value(value, n, t.Elem)
		case !t.Open && !strings.HasPrefix(key, "$") && !placeholder(key):
			c.report(Fault{Sort: UnknownField, Node: value, Parent: n, Name: key, Known: t.names(c.targets.Newest)})
		}
		c.status = outer
	}
	if c.status {
		return
	}
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Required && f.Since <= c.targets.Oldest && missing(n, f.Name) {
			c.report(Fault{Sort: MissingField, Parent: n, Name: f.Name})
		}
	}
}

// released reports a field that not every target has.
func (c *checker) released(f *Field, value, parent *yaml.Node) {
	switch {
	case f.Since > c.targets.Oldest:
		c.report(Fault{Sort: NewerField, Node: value, Parent: parent, Name: f.Name, Minor: f.Since})
	case f.Until != 0 && f.Until <= c.targets.Newest:
		c.report(Fault{Sort: RemovedField, Node: value, Parent: parent, Name: f.Name, Minor: f.Until})
	}
}

func missing(n *yaml.Node, name string) bool {
	v := lookup(n, name)
	return v == nil || v.Kind == yaml.ScalarNode && v.Tag == yaml.NodeTagNull
}

func lookup(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func (c *checker) list(n *yaml.Node, t *Type) {
	for _, item := range n.Content {
		c.value(item, n, t.Elem)
	}
	if len(t.Keys) > 0 && len(n.Content) > 1 && !c.status {
		c.repeated(n, t)
	}
}

// repeated reports items with the same keys, each but the first.
func (c *checker) repeated(n *yaml.Node, t *Type) {
	seen := make(map[string]*yaml.Node, len(n.Content))
	for _, item := range n.Content {
		id, words := identity(item, t)
		if id == "" {
			continue
		}
		if first, twice := seen[id]; twice {
			c.report(Fault{Sort: RepeatedItem, Node: item, Parent: n, Name: words, Known: t.Keys, First: first})
			continue
		}
		seen[id] = item
	}
}

// identity returns what tells an item from others, "" where it has no keys, and
// the same for people.
func identity(item *yaml.Node, t *Type) (id, words string) {
	if item.Kind != yaml.MappingNode {
		return "", ""
	}
	var parts, said []string
	for _, k := range t.Keys {
		value := ""
		if f := t.Elem.field(k); f != nil {
			value = f.Default
		}
		if v := lookup(item, k); v != nil && v.Kind == yaml.ScalarNode && v.Tag != yaml.NodeTagNull {
			value = v.Value
			said = append(said, k+" "+v.Value)
		}
		parts = append(parts, value)
	}
	if len(said) == 0 {
		return "", ""
	}
	return strings.Join(parts, "\x00"), strings.Join(said, " and ")
}

func (c *checker) scalar(n, parent *yaml.Node, t *Type) {
	if placeholder(n.Value) && (t.Form != String || len(t.Values) > 0) {
		return
	}
	if !fits(t.Form, n) {
		c.report(Fault{Sort: WrongType, Node: n, Parent: parent, Name: shown(n), Want: t.Form.Want()})
		return
	}
	if len(t.Values) > 0 && n.Value != "" && !c.status {
		c.enumerated(n, parent, t.Values)
	}
	if t.Rules != nil {
		c.bounds(n, parent, t)
	}
}

// enumerated reports a value that a target does not know.
func (c *checker) enumerated(n, parent *yaml.Node, values []Value) {
	var known []string
	minor := 0
	for _, v := range values {
		if v.Since <= c.targets.Oldest && (v.Until == 0 || v.Until > c.targets.Newest) {
			if v.Text == n.Value {
				return
			}
			known = append(known, v.Text)
		} else if v.Text == n.Value {
			minor = v.Since
		}
	}
	c.report(Fault{Sort: InvalidValue, Node: n, Parent: parent, Name: n.Value, Known: known, Minor: minor})
}

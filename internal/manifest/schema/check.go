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
	c.value(root, t)
	return c.faults
}

type checker struct {
	targets Targets
	path    []string
	faults  []Fault
}

func (c *checker) report(f Fault) {
	if len(c.faults) >= maxFaults {
		return
	}
	f.Path = append(make([]string, 0, len(c.path)+len(f.Path)), c.path...)
	c.faults = append(c.faults, f)
}

func (c *checker) push(step string) { c.path = append(c.path, step) }
func (c *checker) pop()             { c.path = c.path[:len(c.path)-1] }

// value checks one value. A null is a missing one.
func (c *checker) value(n *yaml.Node, t *Type) {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	if t.Form == Anything || len(c.path) > maxDepth || n.Kind == yaml.ScalarNode && n.Tag == yaml.NodeTagNull {
		return
	}
	switch {
	case t.Form == Object && n.Kind == yaml.MappingNode:
		c.object(n, t)
	case t.Form == Map && n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			c.push(n.Content[i].Value)
			c.value(n.Content[i+1], t.Elem)
			c.pop()
		}
	case t.Form == List && n.Kind == yaml.SequenceNode:
		c.list(n, t)
	case t.Form > List && n.Kind == yaml.ScalarNode:
		c.scalar(n, t)
		return
	default:
		if n.Kind == yaml.ScalarNode && placeholder(n.Value) {
			return
		}
		c.report(Fault{Sort: WrongType, Name: shown(n), Want: t.Form.Want()})
		return
	}
	if t.Rules != nil {
		c.bounds(n, t)
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
		c.push(key)
		switch f := t.field(key); {
		case f != nil:
			c.released(f, key)
			c.value(value, f.Type)
		case t.Elem != nil:
			c.value(value, t.Elem)
		case !t.Open && !strings.HasPrefix(key, "$") && !placeholder(key):
			c.report(Fault{Sort: UnknownField, Name: key, Known: t.names(c.targets.Newest)})
		}
		c.pop()
	}
	if len(c.path) > 0 && c.path[0] == "status" {
		return // the API server does not read it from a manifest
	}
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Required && f.Since <= c.targets.Oldest && missing(n, f.Name) {
			c.report(Fault{Sort: MissingField, Name: f.Name})
		}
	}
}

// released reports a field that not every target has.
func (c *checker) released(f *Field, key string) {
	switch {
	case f.Since > c.targets.Oldest:
		c.report(Fault{Sort: NewerField, Name: key, Minor: f.Since})
	case f.Until != 0 && f.Until <= c.targets.Newest:
		c.report(Fault{Sort: RemovedField, Name: key, Minor: f.Until})
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
	for i, item := range n.Content {
		c.push("[" + strconv.Itoa(i) + "]")
		c.value(item, t.Elem)
		c.pop()
	}
	if len(t.Keys) > 0 && len(n.Content) > 1 && (len(c.path) == 0 || c.path[0] != "status") {
		c.repeated(n, t)
	}
}

// repeated reports items with the same keys, each but the first.
func (c *checker) repeated(n *yaml.Node, t *Type) {
	seen := make(map[string]int, len(n.Content))
	for i, item := range n.Content {
		id, words := identity(item, t)
		if id == "" {
			continue
		}
		first, twice := seen[id]
		if !twice {
			seen[id] = i
			continue
		}
		path := append(append([]string{}, c.path...), "["+strconv.Itoa(first)+"]")
		c.push("[" + strconv.Itoa(i) + "]")
		c.report(Fault{Sort: RepeatedItem, Name: words, Known: t.Keys, First: path})
		c.pop()
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

func (c *checker) scalar(n *yaml.Node, t *Type) {
	if placeholder(n.Value) && (t.Form != String || len(t.Values) > 0) {
		return
	}
	if !fits(t.Form, n) {
		c.report(Fault{Sort: WrongType, Name: shown(n), Want: t.Form.Want()})
		return
	}
	if len(t.Values) > 0 && n.Value != "" && (len(c.path) == 0 || c.path[0] != "status") {
		c.enumerated(n.Value, t.Values)
	}
	if t.Rules != nil {
		c.bounds(n, t)
	}
}

// enumerated reports a value that a target does not know.
func (c *checker) enumerated(value string, values []Value) {
	var known []string
	minor := 0
	for _, v := range values {
		if v.Since <= c.targets.Oldest && (v.Until == 0 || v.Until > c.targets.Newest) {
			if v.Text == value {
				return
			}
			known = append(known, v.Text)
		} else if v.Text == value {
			minor = v.Since
		}
	}
	c.report(Fault{Sort: InvalidValue, Name: value, Known: known, Minor: minor})
}

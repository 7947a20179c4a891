package schema

import (
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Bounds are what a definition demands of a value beside its type; nil is no
// bound.
type Bounds struct {
	Min, Max     *float64 // of a number
	Above, Below bool     // whether Min and Max are themselves excluded
	Least, Most  *float64 // characters of a text, items of a list, fields of a map
	Pattern      string   // of a text, "" for any

	pattern *regexp.Regexp // nil where there is none that can be followed
}

// readBounds returns the bounds of a schema, nil where it has none.
func readBounds(n *yaml.Node) *Bounds {
	b := Bounds{Min: numberAt(n, "minimum"), Max: numberAt(n, "maximum"), Above: isTrue(n, "exclusiveMinimum"), Below: isTrue(n, "exclusiveMaximum"), Pattern: text(n, "pattern")}
	switch text(n, "type") {
	case "array":
		b.Least, b.Most = numberAt(n, "minItems"), numberAt(n, "maxItems")
	case "object":
		b.Least, b.Most = numberAt(n, "minProperties"), numberAt(n, "maxProperties")
	default:
		b.Least, b.Most = numberAt(n, "minLength"), numberAt(n, "maxLength")
	}
	if b.Pattern != "" && len(b.Pattern) <= maxPattern {
		b.pattern, _ = regexp.Compile(b.Pattern) // the API server reads it with the same package
	}
	if b == (Bounds{}) {
		return nil
	}
	return &b
}

// bounds reports a value that its definition excludes, for the first reason.
func (c *checker) bounds(n, parent *yaml.Node, t *Type) {
	if c.status || n.Kind == yaml.ScalarNode && placeholder(n.Value) {
		return
	}
	if want := t.Rules.breaks(n, t.Form); want != "" {
		c.report(Fault{Sort: OutOfBounds, Node: n, Parent: parent, Name: shown(n), Want: want})
	}
}

// breaks says what a value should be that it is not, "" for a good one.
func (b *Bounds) breaks(n *yaml.Node, form Form) string {
	switch form {
	case Int32, Int64, Number:
		return b.breaksNumber(n)
	case String:
		if b.pattern != nil && !b.pattern.MatchString(n.Value) {
			return "text that matches " + b.Pattern
		}
		return b.breaksCount(utf8.RuneCountInString(n.Value), "characters")
	case List:
		return b.breaksCount(len(n.Content), "items")
	case Object, Map:
		return b.breaksCount(len(n.Content)/2, "fields")
	}
	return ""
}

func (b *Bounds) breaksNumber(n *yaml.Node) string {
	v, err := strconv.ParseFloat(n.Value, 64)
	switch {
	case err != nil:
		return ""
	case b.Min != nil && b.Above && v <= *b.Min:
		return fmt.Sprintf("more than %v", *b.Min)
	case b.Min != nil && v < *b.Min:
		return fmt.Sprintf("at least %v", *b.Min)
	case b.Max != nil && b.Below && v >= *b.Max:
		return fmt.Sprintf("less than %v", *b.Max)
	case b.Max != nil && v > *b.Max:
		return fmt.Sprintf("at most %v", *b.Max)
	}
	return ""
}

func (b *Bounds) breaksCount(count int, of string) string {
	switch {
	case b.Least != nil && float64(count) < *b.Least:
		return fmt.Sprintf("at least %v %s", *b.Least, of)
	case b.Most != nil && float64(count) > *b.Most:
		return fmt.Sprintf("at most %v %s", *b.Most, of)
	}
	return ""
}

package schema

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Sort is what is wrong with a part of an object.
type Sort uint8

// The sorts of faults.
const (
	// UnknownField is a key that no release has.
	UnknownField Sort = iota
	// NewerField is one that a target release does not have yet; Fault.Minor is the
	// first that does.
	NewerField
	// RemovedField is one that a target release no longer has; Fault.Minor is the
	// first without it.
	RemovedField
	// WrongType is a value that cannot be read; Fault.Want is what can.
	WrongType
	// MissingField is a field that must be there; Fault.Name is its name.
	MissingField
	// InvalidValue is one that the enumeration does not have; Fault.Known are those
	// that it has, Fault.Minor is set where a later release has it.
	InvalidValue
	// RepeatedItem is an item whose keys an earlier one of the list has too;
	// Fault.Name are the keys with their values.
	RepeatedItem
	// OutOfBounds is a value that a definition's further rules exclude; Fault.Want
	// says which.
	OutOfBounds
)

// Fault is one thing wrong with an object.
type Fault struct {
	Sort Sort
	// Node is the part at fault, nil for a missing field; Parent is the map or list
	// that holds it, nil for a whole object.
	Node, Parent *yaml.Node
	// Name is the field or value at fault.
	Name string
	// Want is what should stand there, as a noun phrase: "a number".
	Want string
	// Known are the names or values that could stand there.
	Known []string
	// Minor is x of a release 1.x, see Sort.
	Minor int
	// First is the earlier item of a RepeatedItem.
	First *yaml.Node
}

// Want returns what a form is in words.
func (f Form) Want() string {
	switch f {
	case Object, Map:
		return "a map"
	case List:
		return "a list"
	case String:
		return "text"
	case Bool:
		return "true or false"
	case Int32, Int64:
		return "a whole number"
	case Number:
		return "a number"
	case Quantity:
		return "a quantity such as 128Mi or 250m"
	case IntOrString:
		return "a whole number or text"
	case Duration:
		return "a duration such as 30s or 1h"
	case Time:
		return "a time such as 2006-01-02T15:04:05Z"
	case Base64:
		return "text in base64"
	}
	return "something else"
}

// placeholder reports whether text is filled in before the API server sees it:
// "${PORT}", "$(PORT)", "{{ .Values.port }}", "<port>", "%%PORT%%".
func placeholder(text string) bool {
	return strings.ContainsAny(text, "$") || strings.Contains(text, "{{") || strings.Contains(text, "%%") ||
		strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">") || strings.HasPrefix(text, "__") && strings.HasSuffix(text, "__")
}

package schema

import (
	"slices"
	"strings"
)

// Form is what a value of a type is.
type Form uint8

// The forms. Anything is not looked into.
const (
	Anything Form = iota
	Object
	Map
	List
	String
	Bool
	Int32
	Int64
	Number
	Quantity
	IntOrString
	Duration
	Time
	Base64
)

// Type is what a value may be.
type Type struct {
	Form Form
	// Fields are those of an Object, sorted by name.
	Fields []Field
	// Elem is the type of what a Map or List holds, and of the fields of an Object
	// that it does not name, nil where it may have none.
	Elem *Type
	// Open is true for an Object that keeps fields which it does not name.
	Open bool
	// Keys are the fields that tell the items of a List apart.
	Keys []string
	// Values are those of an enumeration, none where any will do.
	Values []Value
	// Rules are further bounds of a custom resource definition, nil for none.
	Rules *Bounds
}

// Field is a field of an Object.
type Field struct {
	Name     string
	Type     *Type
	Required bool
	// Since is x of the first release 1.x that has the field, Until of the first
	// one that no longer has it; 0 where all have.
	Since, Until int
	// Default is what the API server reads where the field is missing, as far as
	// the sources say.
	Default string
}

// Value is a value of an enumeration.
type Value struct {
	Text         string
	Since, Until int
}

// Kind is a kind of one API version.
type Kind struct {
	APIVersion, Name string
	// Type is nil for a kind that was gone before the oldest release known.
	Type *Type
	// Introduced, Deprecated and Removed are x of the releases 1.x that did so, 0
	// where none did or it is not known.
	Introduced, Deprecated, Removed int
	// InsteadVersion and InsteadKind are what serves the kind since, "" for unknown.
	InsteadVersion, InsteadKind string
}

// API is the kinds of Kubernetes.
type API struct {
	// Oldest and Newest are x of the releases 1.x that are known.
	Oldest, Newest int

	kinds  map[string]*Kind // by "apps/v1 Deployment"
	groups map[string][]*Kind
}

// Kind returns a kind, nil where Kubernetes has none of that name and version.
func (a *API) Kind(apiVersion, kind string) *Kind { return a.kinds[apiVersion+" "+kind] }

// Group returns all kinds of an API group in all versions, none for a group
// that is not of Kubernetes itself; the core group is "".
func (a *API) Group(group string) []*Kind { return a.groups[group] }

// Kinds returns all kinds in the order of their names.
func (a *API) Kinds() []*Kind {
	out := make([]*Kind, 0, len(a.kinds))
	for _, k := range a.kinds {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b *Kind) int {
		return strings.Compare(a.APIVersion+" "+a.Name, b.APIVersion+" "+b.Name)
	})
	return out
}

// field returns the field of a name, nil for none.
func (t *Type) field(name string) *Field {
	i, ok := slices.BinarySearchFunc(t.Fields, name, func(f Field, name string) int { return strings.Compare(f.Name, name) })
	if !ok {
		return nil
	}
	return &t.Fields[i]
}

// sort brings the fields in the order that field needs.
func (t *Type) sort() {
	slices.SortFunc(t.Fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
}

// names are the names of the fields that a release has.
func (t *Type) names(minor int) []string {
	var out []string
	for _, f := range t.Fields {
		if f.Since <= minor && (f.Until == 0 || minor < f.Until) {
			out = append(out, f.Name)
		}
	}
	return out
}

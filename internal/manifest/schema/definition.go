package schema

import (
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Definition is what a custom resource definition says of its kind.
type Definition struct {
	Group, Kind string
	Versions    []Version
}

// Version is one version of a custom resource.
type Version struct {
	Name               string
	Served, Deprecated bool
	// Type is Anything where the version has no schema that can be followed.
	Type *Type
}

// Version returns the version of a name, nil for none.
func (d *Definition) Version(name string) *Version {
	for i := range d.Versions {
		if d.Versions[i].Name == name {
			return &d.Versions[i]
		}
	}
	return nil
}

// ReadDefinition reads a CustomResourceDefinition of apiextensions.k8s.io/v1,
// nil for anything else. Its schema is structural
// (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/):
// types are what properties, items and additionalProperties say; anyOf, oneOf,
// allOf, not and CEL only narrow values further and are not followed.
func ReadDefinition(root *yaml.Node) *Definition {
	if text(root, "apiVersion") != "apiextensions.k8s.io/v1" || text(root, "kind") != "CustomResourceDefinition" {
		return nil
	}
	spec := child(root, "spec")
	d := &Definition{Group: text(spec, "group"), Kind: text(child(spec, "names"), "kind")}
	versions := child(spec, "versions")
	if d.Group == "" || d.Kind == "" || versions == nil || versions.Kind != yaml.SequenceNode {
		return nil
	}
	for _, v := range versions.Content {
		r := definitionReader{}
		d.Versions = append(d.Versions, Version{
			Name: text(v, "name"), Served: isTrue(v, "served"), Deprecated: isTrue(v, "deprecated"),
			Type: r.resource(child(child(v, "schema"), "openAPIV3Schema"), 0),
		})
	}
	return d
}

// definitionReader turns schemas into types and counts them.
type definitionReader struct{ nodes int }

// resource is the type of a whole object: what every object has is allowed.
func (r *definitionReader) resource(n *yaml.Node, depth int) *Type {
	t := r.read(n, depth)
	if t.Form != Object {
		return t
	}
	t.addAll("apiVersion", "kind", "metadata")
	// A definition may only narrow the name; the rest is Kubernetes' own.
	t.field("metadata").Type = Kubernetes().Kind("v1", "ConfigMap").Type.field("metadata").Type
	return t
}

// read returns the type of a schema. What it cannot follow is Anything.
func (r *definitionReader) read(n *yaml.Node, depth int) *Type {
	r.nodes++
	if n == nil || n.Kind != yaml.MappingNode || depth > maxDepth || r.nodes > maxSchemaNodes {
		return &Type{}
	}
	t := &Type{Values: enumeration(n), Rules: readBounds(n)}
	switch text(n, "type") {
	case "object":
		r.object(n, t, depth)
	case "array":
		t.Form, t.Elem = List, r.read(child(n, "items"), depth+1)
		if text(n, "x-kubernetes-list-type") == "map" && t.Elem.Form == Object {
			t.Keys = texts(child(n, "x-kubernetes-list-map-keys"))
		}
	case "string":
		t.Form = String
	case "integer":
		t.Form = Int64
		if text(n, "format") == "int32" {
			t.Form = Int32
		}
	case "number":
		t.Form = Number
	case "boolean":
		t.Form = Bool
	default:
		if !isTrue(n, "x-kubernetes-int-or-string") {
			return &Type{}
		}
		t.Form = IntOrString
	}
	return t
}

func (r *definitionReader) object(n *yaml.Node, t *Type, depth int) {
	t.Form, t.Open = Object, isTrue(n, "x-kubernetes-preserve-unknown-fields")
	required := map[string]bool{}
	for _, name := range texts(child(n, "required")) {
		required[name] = true
	}
	if props := child(n, "properties"); props != nil && props.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(props.Content); i += 2 {
			name, s := props.Content[i].Value, props.Content[i+1]
			f := Field{Name: name, Type: r.read(s, depth+1), Default: text(s, "default")}
			f.Required = required[name] && child(s, "default") == nil && !isTrue(s, "nullable")
			t.Fields = append(t.Fields, f)
		}
	}
	if more := child(n, "additionalProperties"); more != nil {
		if more.Kind == yaml.MappingNode {
			t.Elem = r.read(more, depth+1)
		} else {
			t.Open = t.Open || more.Value == "true"
		}
	}
	t.sort()
	if isTrue(n, "x-kubernetes-embedded-resource") {
		t.addAll("apiVersion", "kind", "metadata")
	}
}

// addAll adds fields that may hold anything, where they are missing.
func (t *Type) addAll(names ...string) {
	for _, name := range names {
		if t.field(name) == nil {
			t.Fields = append(t.Fields, Field{Name: name, Type: &Type{}})
			t.sort()
		}
	}
}

// enumeration returns the values that a schema allows; a null among them stands
// for a missing value.
func enumeration(n *yaml.Node) []Value {
	var out []Value
	for _, v := range texts(child(n, "enum")) {
		out = append(out, Value{Text: v})
	}
	return out
}

func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	v := lookup(n, key)
	if v != nil && v.Kind == yaml.AliasNode {
		v = v.Alias
	}
	return v
}

func text(n *yaml.Node, key string) string {
	if v := child(n, key); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}

func isTrue(n *yaml.Node, key string) bool { return text(n, key) == "true" }

func texts(n *yaml.Node) []string {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	var out []string
	for _, c := range n.Content {
		if c.Kind == yaml.ScalarNode && c.Tag != yaml.NodeTagNull {
			out = append(out, c.Value)
		}
	}
	return out
}

func numberAt(n *yaml.Node, key string) *float64 {
	if v, err := strconv.ParseFloat(text(n, key), 64); err == nil {
		return &v
	}
	return nil
}

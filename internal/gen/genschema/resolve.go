package main

import (
	"fmt"
	"go/ast"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// member is one field of a struct as JSON sees it.
type member struct {
	name string
	// kind is the field's type in the notation of the text: a letter for a scalar,
	// "[]" and "{}" before that of what a list or map holds, else the name of a
	// struct or, behind "@", of an enum.
	kind     string
	required bool
	keys     []string
	value    string // the "+default" of a scalar
}

// special are the types that read their JSON by themselves, or that hold
// anything.
func special(path, name string) string {
	switch path[strings.LastIndexByte(path, '/')+1:] + "." + name {
	case "resource.Quantity":
		return "q"
	case "intstr.IntOrString":
		return "x"
	case "v1.Duration":
		return "d"
	case "v1.Time", "v1.MicroTime":
		return "t"
	case "v1.FieldsV1", "runtime.RawExtension", "runtime.Object", "runtime.Unknown":
		return "*"
	case "v1.JSONSchemaProps", "v1.JSON", "v1beta1.JSONSchemaProps", "v1beta1.JSON":
		return "*" // a schema is read by the API server itself, when it is used
	case "types.UID", "types.NodeName":
		return "s"
	}
	return ""
}

// resolver turns Go types into the notation of the text and collects the
// structs and enums that it meets.
type resolver struct {
	src     *sources
	structs map[string][]member
	enums   map[string][]string
}

// short is the name of a package in the text: "core/v1".
func short(path string) string {
	parts := strings.Split(path, "/")
	return strings.Join(parts[len(parts)-2:], "/")
}

// named resolves a type of a package.
func (r *resolver) named(path, name string) (string, error) {
	if s := special(path, name); s != "" {
		return s, nil
	}
	p := r.src.packages[path]
	if p == nil {
		return "", fmt.Errorf("%s.%s: package is not read", path, name)
	}
	d := p.types[name]
	if d == nil {
		return "", fmt.Errorf("%s has no type %s", path, name)
	}
	id := short(path) + "." + name
	if st, ok := d.spec.Type.(*ast.StructType); ok {
		if _, known := r.structs[id]; !known {
			r.structs[id] = nil // ends recursion
			members, err := r.members(p, d, st)
			if err != nil {
				return "", fmt.Errorf("%s: %w", id, err)
			}
			r.structs[id] = members
		}
		return id, nil
	}
	kind, err := r.expr(p, d, d.spec.Type)
	if err == nil && kind == "s" && d.enum && !p.open[name] && !openEnum(id) {
		r.enums[id] = p.consts[name]
		return "@" + id, nil
	}
	return kind, err
}

func (r *resolver) expr(p *pkg, d *typeDecl, e ast.Expr) (string, error) {
	switch e := e.(type) {
	case *ast.StarExpr:
		return r.expr(p, d, e.X)
	case *ast.ArrayType:
		if id, ok := e.Elt.(*ast.Ident); ok && id.Name == "byte" {
			return "B", nil
		}
		elem, err := r.expr(p, d, e.Elt)
		return "[]" + elem, err
	case *ast.MapType:
		elem, err := r.expr(p, d, e.Value)
		return "{}" + elem, err
	case *ast.InterfaceType:
		return "*", nil
	case *ast.SelectorExpr:
		return r.named(d.imports[e.X.(*ast.Ident).Name], e.Sel.Name)
	case *ast.Ident:
		switch e.Name {
		case "string":
			return "s", nil
		case "bool":
			return "b", nil
		case "int32":
			return "i", nil
		case "int", "int64", "uint32":
			return "l", nil
		case "float64", "float32":
			return "f", nil
		}
		return r.named(p.path, e.Name)
	}
	return "", fmt.Errorf("no notation for %T", e)
}

// members returns the fields of a struct, those of embedded structs included.
func (r *resolver) members(p *pkg, d *typeDecl, st *ast.StructType) ([]member, error) {
	var out []member
	for _, f := range st.Fields.List {
		tag := ""
		if f.Tag != nil {
			text, _ := strconv.Unquote(f.Tag.Value)
			tag = reflect.StructTag(text).Get("json")
		}
		name, options, _ := strings.Cut(tag, ",")
		if name == "-" || len(f.Names) > 0 && !f.Names[0].IsExported() {
			continue
		}
		kind, err := r.expr(p, d, f.Type)
		if err != nil {
			return nil, err
		}
		if name == "" && len(f.Names) == 0 {
			out = append(out, r.structs[kind]...)
			continue
		}
		if name == "" {
			name = f.Names[0].Name
		}
		m := member{name: name, kind: kind, required: required(f.Doc, options)}
		if slices.Contains(markers(f.Doc, "listType"), "map") {
			m.keys = slices.Compact(slices.Sorted(slices.Values(markers(f.Doc, "listMapKey"))))
		}
		if v := markers(f.Doc, "default"); len(v) == 1 && !strings.ContainsAny(v[0], "{(") {
			m.value = strings.Trim(v[0], `"`)
		}
		out = append(out, m)
	}
	return out, nil
}

// required follows the generator of Kubernetes' own OpenAPI document
// (k8s.io/kube-openapi/pkg/generators, isOptional).
func required(doc *ast.CommentGroup, options string) bool {
	if hasMarker(doc, "required") {
		return true
	}
	return !hasMarker(doc, "optional") && !strings.Contains(options, "omitempty")
}

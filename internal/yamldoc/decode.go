package yamldoc

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"go.yaml.in/yaml/v3"
)

// Decode reads the one YAML document of a file into a pointer to a struct, by
// its `yaml:"name"` tags, strictly: an unknown or doubled key and a value of the
// wrong type are errors that name the line and, for keys, the nearest known
// name. All mistakes come back joined, each an *Error. An empty file leaves the
// value as it is.
//
// Understood are structs, maps with string keys, slices, pointers, strings,
// booleans, numbers, time.Duration, time.Time (a date or RFC 3339), any,
// encoding.TextUnmarshaler for scalars, and types with
// UnmarshalYAML(func(any) error) error, which may try several forms. A struct
// or such a type with DecodedAt(source.Span) is told its place.
func Decode(f *source.File, into any) error {
	docs, err := Parse(f)
	if err != nil {
		return err
	}
	if len(docs) == 0 {
		return nil
	}
	if len(docs) > 1 {
		return &Error{At: docs[1].Span(docs[1].Root).FirstLine(), Reason: "a second document; only one is allowed here"}
	}
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("decode %s: into %T, which is no pointer", f.Path, into)
	}
	d := decoder{doc: docs[0], steps: MaxNodes}
	d.value(docs[0].Root, target.Elem())
	return errors.Join(d.errs...)
}

type decoder struct {
	doc   *Document
	errs  []error
	steps int // values still allowed, since aliases are read once for each use
}

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	if len(d.errs) < MaxErrors {
		d.errs = append(d.errs, &Error{At: d.doc.Span(n).FirstLine(), Reason: fmt.Sprintf(format, args...)})
	}
}

// unmarshaler is the form of custom decoding that needs no import of a YAML package.
type unmarshaler interface {
	UnmarshalYAML(unmarshal func(any) error) error
}

// placed is implemented by types that want to know where they stand.
type placed interface{ DecodedAt(source.Span) }

func (d *decoder) value(n *yaml.Node, v reflect.Value) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if d.steps--; d.steps < 0 {
		return
	}
	if n.Tag == "!!null" && n.Kind == yaml.ScalarNode {
		return
	}
	if v.CanAddr() && v.Kind() != reflect.Pointer && d.custom(n, v) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.value(n, v.Elem())
	case reflect.Struct:
		d.structure(n, v)
		if p, ok := v.Addr().Interface().(placed); ok {
			p.DecodedAt(d.doc.Span(n))
		}
	case reflect.Map:
		d.mapping(n, v)
	case reflect.Slice:
		d.list(n, v)
	case reflect.Interface:
		var x any
		if err := n.Decode(&x); err != nil {
			d.fail(n, "%v", err)
		} else {
			v.Set(reflect.ValueOf(x))
		}
	default:
		d.scalar(n, v)
	}
}

// custom decodes types that know how to read themselves.
func (d *decoder) custom(n *yaml.Node, v reflect.Value) bool {
	switch t := v.Addr().Interface().(type) {
	case unmarshaler:
		err := t.UnmarshalYAML(func(into any) error {
			sub := decoder{doc: d.doc, steps: d.steps}
			sub.value(n, reflect.ValueOf(into).Elem())
			d.steps = sub.steps
			return errors.Join(sub.errs...)
		})
		if inner := Errors(err); len(inner) > 0 {
			for _, e := range inner {
				d.errs = append(d.errs, e)
			}
		} else if err != nil {
			d.fail(n, "%v", err)
		}
		if p, ok := t.(placed); ok {
			p.DecodedAt(d.doc.Span(n))
		}
		return true
	case *time.Time:
		d.time(n, t)
		return true
	case encoding.TextUnmarshaler:
		if n.Kind != yaml.ScalarNode {
			d.fail(n, "%s where a single value is expected", kindOf(n))
		} else if err := t.UnmarshalText([]byte(n.Value)); err != nil {
			d.fail(n, "%v", err)
		}
		return true
	}
	return false
}

func (d *decoder) time(n *yaml.Node, t *time.Time) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		got, err := time.Parse(layout, n.Value)
		if n.Kind == yaml.ScalarNode && err == nil {
			*t = got
			return
		}
	}
	d.fail(n, "%s is no date of the form YYYY-MM-DD", describe(n))
}

func (d *decoder) list(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "%s where a list is expected", describe(n))
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, c := range n.Content {
		d.value(c, out.Index(i))
	}
	v.Set(out)
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s where a map is expected", describe(n))
		return
	}
	if v.IsNil() {
		v.Set(reflect.MakeMapWithSize(v.Type(), len(n.Content)/2))
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		key := reflect.ValueOf(k.Value).Convert(v.Type().Key())
		if v.MapIndex(key).IsValid() {
			d.fail(k, "key %q is given twice", k.Value)
			continue
		}
		elem := reflect.New(v.Type().Elem()).Elem()
		d.value(n.Content[i+1], elem)
		v.SetMapIndex(key, elem)
	}
}

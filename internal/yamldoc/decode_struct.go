package yamldoc

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/spelling"
	"go.yaml.in/yaml/v3"
)

func (d *decoder) structure(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s where a map with the keys %s is expected", describe(n), strings.Join(fieldNames(v.Type()), ", "))
		return
	}
	fields := map[string][]int{}
	collectFields(v.Type(), nil, fields)
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		index, ok := fields[k.Value]
		switch {
		case seen[k.Value]:
			d.fail(k, "key %q is given twice", k.Value)
		case !ok:
			d.fail(k, "unknown key %q%s", k.Value, spelling.Suggest(k.Value, fieldNames(v.Type())))
		default:
			d.value(n.Content[i+1], v.FieldByIndex(index))
		}
		seen[k.Value] = true
	}
}

// collectFields maps key names to struct fields, embedded ",inline" structs included.
func collectFields(t reflect.Type, prefix []int, into map[string][]int) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, opts, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		index := append(slices.Clone(prefix), i)
		switch {
		case !f.IsExported() && !f.Anonymous || name == "-":
		case strings.Contains(opts, "inline") && f.Type.Kind() == reflect.Struct:
			collectFields(f.Type, index, into)
		case name == "":
			into[strings.ToLower(f.Name)] = index
		default:
			into[name] = index
		}
	}
}

func fieldNames(t reflect.Type) []string {
	fields := map[string][]int{}
	collectFields(t, nil, fields)
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.fail(n, "%s where a single value is expected", describe(n))
		return
	}
	var err error
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Value)
	case reflect.Bool:
		var b bool
		if err = n.Decode(&b); err == nil {
			v.SetBool(b)
		}
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Int16, reflect.Int8:
		err = setInt(n, v)
	case reflect.Uint, reflect.Uint64, reflect.Uint32, reflect.Uint16, reflect.Uint8:
		var x uint64
		if x, err = strconv.ParseUint(n.Value, 0, v.Type().Bits()); err == nil {
			v.SetUint(x)
		}
	case reflect.Float64, reflect.Float32:
		var x float64
		if x, err = strconv.ParseFloat(n.Value, v.Type().Bits()); err == nil {
			v.SetFloat(x)
		}
	default:
		err = fmt.Errorf("cannot hold a value")
	}
	if err != nil {
		d.fail(n, "%s where %s is expected", describe(n), expectation(v))
	}
}

func setInt(n *yaml.Node, v reflect.Value) error {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		x, err := time.ParseDuration(n.Value)
		if err == nil {
			v.SetInt(int64(x))
		}
		return err
	}
	x, err := strconv.ParseInt(n.Value, 0, v.Type().Bits())
	if err == nil {
		v.SetInt(x)
	}
	return err
}

func expectation(v reflect.Value) string {
	switch {
	case v.Type() == reflect.TypeFor[time.Duration]():
		return "a duration such as 90m"
	case v.Kind() == reflect.Bool:
		return "true or false"
	case v.CanInt(), v.CanUint():
		return "a whole number"
	}
	return "a number"
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a single value"
}

func describe(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return strconv.Quote(n.Value)
	}
	return kindOf(n)
}

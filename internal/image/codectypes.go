package image

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// skipTag marks a field that is not part of what a layer holds: `cache:"-"`.
const skipTag = "cache"

// coder writes and reads the values of one type.
type coder struct {
	write func(*encoder, reflect.Value)
	read  func(*decoder, reflect.Value)
}

// newCoder makes the coder of a type, or says which part of it cannot be kept.
func newCoder(t reflect.Type) (*coder, error) { return coderOf(t, nil) }

func coderOf(t reflect.Type, within []reflect.Type) (*coder, error) {
	if slices.Contains(within, t) {
		return nil, fmt.Errorf("%s holds itself, which a cache cannot keep", t)
	}
	within = append(within[:len(within):len(within)], t)
	switch t {
	case reflect.TypeFor[source.NotAnalysed]():
		return complaintCoder(), nil
	case reflect.TypeFor[time.Time]():
		return timeCoder(), nil
	}
	switch t.Kind() {
	case reflect.Bool:
		return &coder{func(e *encoder, v reflect.Value) { e.bool(v.Bool()) }, func(d *decoder, v reflect.Value) { v.SetBool(d.bool()) }}, nil
	case reflect.String:
		return &coder{func(e *encoder, v reflect.Value) { e.string(v.String()) }, func(d *decoder, v reflect.Value) { v.SetString(d.string()) }}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &coder{func(e *encoder, v reflect.Value) { e.int(v.Int()) }, readInt}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &coder{func(e *encoder, v reflect.Value) { e.uint(v.Uint()) }, readUint}, nil
	case reflect.Float32, reflect.Float64:
		return &coder{func(e *encoder, v reflect.Value) { e.float(v.Float()) }, func(d *decoder, v reflect.Value) { v.SetFloat(d.float()) }}, nil
	case reflect.Struct:
		return structCoder(t, within)
	case reflect.Slice:
		return sliceCoder(t, within)
	case reflect.Map:
		return mapCoder(t, within)
	case reflect.Pointer:
		return pointerCoder(t, within)
	}
	return nil, fmt.Errorf("%s is of a kind that a cache cannot keep", t)
}

func readInt(d *decoder, v reflect.Value) {
	if n := d.int(); v.OverflowInt(n) {
		d.fail(errRange)
	} else {
		v.SetInt(n)
	}
}

func readUint(d *decoder, v reflect.Value) {
	if n := d.uint(); v.OverflowUint(n) {
		d.fail(errRange)
	} else {
		v.SetUint(n)
	}
}

func structCoder(t reflect.Type, within []reflect.Type) (*coder, error) {
	var fields []*coder
	var at []int
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get(skipTag) == "-" {
			continue
		}
		if !f.IsExported() {
			return nil, fmt.Errorf("%s.%s is not exported, so a cache would lose it: export it, or say `%s:\"-\"` where a cached inventory is whole without it", t, f.Name, skipTag)
		}
		c, err := coderOf(f.Type, within)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t, f.Name, err)
		}
		fields, at = append(fields, c), append(at, i)
	}
	return &coder{
		func(e *encoder, v reflect.Value) {
			for i, f := range fields {
				f.write(e, v.Field(at[i]))
			}
		},
		func(d *decoder, v reflect.Value) {
			for i, f := range fields {
				f.read(d, v.Field(at[i]))
			}
		},
	}, nil
}

// sliceCoder writes the length and one, 0 for nil, and then the elements.
func sliceCoder(t reflect.Type, within []reflect.Type) (*coder, error) {
	elem, err := coderOf(t.Elem(), within)
	if err != nil {
		return nil, err
	}
	return &coder{
		func(e *encoder, v reflect.Value) {
			e.length(v.IsNil(), v.Len())
			for i := range v.Len() {
				elem.write(e, v.Index(i))
			}
		},
		func(d *decoder, v reflect.Value) {
			n, null := d.length(t.Elem().Size())
			if null {
				return
			}
			v.Set(reflect.MakeSlice(t, n, n))
			for i := 0; i < n && d.err == nil; i++ {
				elem.read(d, v.Index(i))
			}
		},
	}, nil
}

func mapCoder(t reflect.Type, within []reflect.Type) (*coder, error) {
	if t.Key().Kind() != reflect.String {
		return nil, fmt.Errorf("%s has keys that are no text, which a cache cannot keep", t)
	}
	elem, err := coderOf(t.Elem(), within)
	if err != nil {
		return nil, err
	}
	return &coder{
		func(e *encoder, v reflect.Value) {
			e.length(v.IsNil(), v.Len())
			keys := v.MapKeys()
			slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
			for _, k := range keys {
				e.string(k.String())
				elem.write(e, v.MapIndex(k))
			}
		},
		func(d *decoder, v reflect.Value) {
			n, null := d.length(t.Key().Size() + t.Elem().Size() + mapOverhead)
			if null {
				return
			}
			v.Set(reflect.MakeMap(t)) // grows with what is really there
			for i := 0; i < n && d.err == nil; i++ {
				key := reflect.ValueOf(d.string()).Convert(t.Key())
				value := reflect.New(t.Elem()).Elem()
				elem.read(d, value)
				v.SetMapIndex(key, value)
			}
		},
	}, nil
}

// mapOverhead is about what a map spends on an entry besides its key and value.
const mapOverhead = 48

func pointerCoder(t reflect.Type, within []reflect.Type) (*coder, error) {
	elem, err := coderOf(t.Elem(), within)
	if err != nil {
		return nil, err
	}
	return &coder{
		func(e *encoder, v reflect.Value) {
			e.bool(!v.IsNil())
			if !v.IsNil() {
				elem.write(e, v.Elem())
			}
		},
		func(d *decoder, v reflect.Value) {
			if d.bool() && d.spend(t.Elem().Size()) {
				v.Set(reflect.New(t.Elem()))
				elem.read(d, v.Elem())
			}
		},
	}, nil
}

// complaintCoder keeps what is set of an entry that speaks of a file inside an
// image; a place in the repository it never has.
func complaintCoder() *coder {
	return &coder{
		func(e *encoder, v reflect.Value) {
			n := v.Interface().(source.NotAnalysed)
			e.string(n.Path)
			e.int(int64(n.Line))
			e.string(n.Reason)
			e.string(string(n.Concern))
		},
		func(d *decoder, v reflect.Value) {
			n := source.NotAnalysed{Path: d.string(), Line: int(d.int()), Reason: d.string()}
			n.Concern = source.Concern(d.string())
			v.Set(reflect.ValueOf(n))
		},
	}
}

func timeCoder() *coder {
	return &coder{
		func(e *encoder, v reflect.Value) {
			at := v.Interface().(time.Time)
			e.int(at.Unix())
			e.int(int64(at.Nanosecond()))
		},
		func(d *decoder, v reflect.Value) {
			sec, nsec := d.int(), d.int()
			if nsec < 0 || nsec >= int64(time.Second) {
				d.fail(errRange)
				return
			}
			v.Set(reflect.ValueOf(time.Unix(sec, nsec).UTC()))
		},
	}
}

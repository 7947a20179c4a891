package schema

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed kubernetes.txt
var kubernetesText string

// Kubernetes returns the kinds of Kubernetes itself. They are read at the first
// call; safe for concurrent use.
var Kubernetes = sync.OnceValue(func() *API {
	api, err := parse(kubernetesText)
	if err != nil {
		panic("kubernetes.txt: " + err.Error()) // a test reads it
	}
	return api
})

// reader reads the text; types are made at their first mention.
type reader struct {
	api   *API
	enums map[string][]Value
	types map[string]*Type
	// wrapped are the types that are no struct, by their notation.
	wrapped map[string]*Type
}

func parse(text string) (*API, error) {
	r := &reader{
		api:   &API{kinds: map[string]*Kind{}, groups: map[string][]*Kind{}},
		enums: map[string][]Value{}, types: map[string]*Type{}, wrapped: map[string]*Type{},
	}
	var open *Type
	home := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		word, rest, _ := strings.Cut(line, " ")
		var err error
		switch word {
		case "", "type":
			if word == "type" {
				home, _, _ = strings.Cut(rest, ".")
				open = r.object(rest)
				continue
			}
			if open == nil {
				return nil, fmt.Errorf("field outside of a type: %q", line)
			}
			open.Fields = append(open.Fields, r.readField(home, rest))
		case "enum":
			name, values, _ := strings.Cut(rest, " ")
			r.enums[name] = readValues(values)
		case "kind":
			err = r.readKind(strings.Fields(rest))
		case "releases":
			_, err = fmt.Sscan(rest, &r.api.Oldest, &r.api.Newest)
		default:
			if !strings.HasPrefix(word, "#") {
				err = fmt.Errorf("unknown line %q", line)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return r.api, nil
}

// object returns the struct of a name, which may be read later.
func (r *reader) object(name string) *Type {
	t := r.types[name]
	if t == nil {
		t = &Type{Form: Object}
		r.types[name] = t
	}
	return t
}

func (r *reader) readField(home, line string) Field {
	name, rest, _ := strings.Cut(line, " ")
	notation, rest, _ := strings.Cut(rest, " ")
	f := Field{Name: name, Type: r.typeOf(home, notation)}
	for rest != "" {
		var flag string
		flag, rest, _ = strings.Cut(rest, " ")
		switch {
		case flag == "!":
			f.Required = true
		case strings.HasPrefix(flag, ">="):
			f.Since = number(flag[2:])
			if since, until, ok := strings.Cut(flag[2:], "<"); ok {
				f.Since, f.Until = number(since), number(until)
			}
		case flag[0] == '<':
			f.Until = number(flag[1:])
		case strings.HasPrefix(flag, "k="):
			list := *f.Type
			list.Keys = strings.Split(flag[2:], ",")
			f.Type = &list
		case flag[0] == '=':
			f.Default = flag[1:]
		}
	}
	return f
}

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// typeOf returns the type of a notation in a struct of package home.
func (r *reader) typeOf(home, notation string) *Type {
	full := strings.TrimLeft(notation, "[]{}@")
	shape := notation[:len(notation)-len(full)]
	if strings.HasPrefix(full, ".") {
		full = home + full
	}
	if shape == "" && len(full) > 1 {
		return r.object(full)
	}
	id := shape + full
	if t := r.wrapped[id]; t != nil {
		return t
	}
	var t *Type
	switch {
	case strings.HasPrefix(shape, "[]"):
		t = &Type{Form: List, Elem: r.typeOf(home, shape[2:]+full)}
	case strings.HasPrefix(shape, "{}"):
		t = &Type{Form: Map, Elem: r.typeOf(home, shape[2:]+full)}
	case shape == "@":
		t = &Type{Form: String, Values: r.enums[full]}
	default:
		t = &Type{Form: letters()[full]}
	}
	r.wrapped[id] = t
	return t
}

func letters() map[string]Form {
	return map[string]Form{"s": String, "b": Bool, "i": Int32, "l": Int64, "f": Number, "q": Quantity, "x": IntOrString,
		"d": Duration, "t": Time, "B": Base64, "*": Anything}
}

// readValues reads "A B>=37 C<33".
func readValues(text string) []Value {
	var out []Value
	for _, word := range strings.Fields(text) {
		v := Value{}
		word, until, _ := strings.Cut(word, "<")
		v.Text, word, _ = strings.Cut(word, ">=")
		v.Since, v.Until = number(word), number(until)
		out = append(out, v)
	}
	return out
}

func (r *reader) readKind(words []string) error {
	if len(words) < 6 {
		return fmt.Errorf("kind of %d words", len(words))
	}
	k := &Kind{APIVersion: words[0], Name: words[1], Introduced: number(words[3]), Deprecated: number(words[4]), Removed: number(words[5])}
	if words[2] != "-" {
		k.Type = r.types[words[2]]
	}
	if len(words) >= 8 {
		k.InsteadVersion, k.InsteadKind = words[6], words[7]
	}
	r.api.kinds[k.APIVersion+" "+k.Name] = k
	group := ""
	if g, _, ok := strings.Cut(k.APIVersion, "/"); ok {
		group = g
	}
	r.api.groups[group] = append(r.api.groups[group], k)
	return nil
}

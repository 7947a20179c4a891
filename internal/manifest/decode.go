package manifest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Undecodable is a field that the API server would refuse to read: a quantity
// that is none, text where a number must stand.
type Undecodable struct {
	Field  Field
	Reason string
}

// decode fills a struct of the Kubernetes API from a field. What does not fit
// is left out and returned, so that one bad quantity hides nothing else.
func decode(f Field, into any) []Undecodable {
	value, _ := plain(f.node, 0).(map[string]any)
	if value == nil || fill(value, into) == nil {
		return nil
	}
	p := &pruner{field: f}
	kept, _ := p.prune(value, nil, func(v any) error { return fill(v.(map[string]any), into) }).(map[string]any)
	if err := fill(kept, into); err != nil {
		return append(p.dropped, Undecodable{Field: f, Reason: err.Error()})
	}
	return p.dropped
}

func fill(value map[string]any, into any) error {
	return runtime.DefaultUnstructuredConverter.FromUnstructured(value, into)
}

// pruner takes out of a value the smallest parts that do not decode.
type pruner struct {
	field   Field
	dropped []Undecodable
}

// prune returns the part of v for which try succeeds; try decodes v as it would
// stand in the whole. List items are emptied, not removed, so that indexes stay.
func (p *pruner) prune(v any, path []string, try func(any) error) any {
	err := try(v)
	if err == nil {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		if try(map[string]any{}) != nil {
			break
		}
		out := map[string]any{}
		for _, k := range sortedKeys(v) {
			if kept := p.prune(v[k], append(slices.Clip(path), k), func(x any) error { return try(map[string]any{k: x}) }); kept != nil {
				out[k] = kept
			}
		}
		return out
	case []any:
		if try([]any{}) != nil {
			break
		}
		var out []any
		for i, item := range v {
			out = append(out, p.prune(item, append(slices.Clip(path), strconv.Itoa(i)), func(x any) error { return try([]any{x}) }))
		}
		return out
	}
	p.dropped = append(p.dropped, Undecodable{Field: p.field.walk(path), Reason: err.Error()})
	return nil
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// walk follows keys and list indexes.
func (f Field) walk(path []string) Field {
	for _, step := range path {
		if i, err := strconv.Atoi(step); err == nil && f.IsList() {
			f = f.Items()[i]
			continue
		}
		f = f.Get(step)
	}
	return f
}

// plain turns a node into the maps, lists and scalars that the API server would
// read. Aliases are followed no deeper than maxPlainDepth.
func plain(n *yaml.Node, depth int) any {
	if n == nil || depth > maxPlainDepth {
		return nil
	}
	switch n.Kind {
	case yaml.AliasNode:
		return plain(n.Alias, depth+1)
	case yaml.MappingNode:
		out := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			out[n.Content[i].Value] = plain(n.Content[i+1], depth+1)
		}
		return out
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, c := range n.Content {
			out[i] = plain(c, depth+1)
		}
		return out
	case yaml.ScalarNode:
		return plainScalar(n)
	}
	return nil
}

// plainScalar returns a scalar as the API server's JSON would have it.
func plainScalar(n *yaml.Node) any {
	switch schema.ScalarOf(n) {
	case schema.Null:
		return nil
	case schema.Boolean:
		old, _ := schema.OldBool(n)
		return old || strings.EqualFold(n.Value, "true")
	case schema.Integer:
		i, _ := strconv.ParseInt(n.Value, 0, 64)
		return i
	case schema.Float:
		f, _ := strconv.ParseFloat(n.Value, 64)
		return f
	}
	return n.Value
}

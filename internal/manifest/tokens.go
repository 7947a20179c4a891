package manifest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// tokenSet replaces the scalars of a build's documents by words that occur
// nowhere else. Where a word comes out of the render, its scalar went in: this
// survives the JSON round trip of a JSON 6902 patch, which forgets all lines, and
// tells what replacements, transformers and generators have written.
type tokenSet struct {
	tokenOptions
	places []source.Span
	known  map[source.Span]int
}

// tokenOptions say what must stay as it is for a build to do the same as before.
type tokenOptions struct {
	// basic leaves alone what transformers may look at: labels, images, counts and
	// everything in kustomizations and configurations.
	basic bool
	// selectors are those of labels and annotations: what they name stays.
	selectors string
	// keepImages are the image names that some entry looks for.
	keepImages map[string]bool
	// keepKeys are keys by whose values replacements choose list items.
	keepKeys map[string]bool
	// delimiters split values of which replacements use a part.
	delimiters []string
}

func newTokenSet(o tokenOptions) *tokenSet {
	return &tokenSet{tokenOptions: o, known: map[source.Span]int{}}
}

var tokenWord = lazyregexp.New(`zq(\d+)qz`)

// firstNumber is the number that stands for the first token where only a number
// may stand.
const firstNumber = 733_000_000

// find returns the places of the tokens that a rendered value holds, as it is or
// encoded as in a Secret, in their order.
func (t *tokenSet) find(value string) []source.Span {
	if found := t.words(value); len(found) > 0 {
		return found
	}
	if plain, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(value, "\n", "")); err == nil {
		return t.words(string(plain))
	}
	return nil
}

func (t *tokenSet) words(value string) []source.Span {
	var out []source.Span
	for _, m := range tokenWord.FindAllStringSubmatch(value, -1) {
		if i, err := strconv.Atoi(m[1]); err == nil && i < len(t.places) {
			out = append(out, t.places[i])
		}
	}
	number, err := strconv.ParseFloat(value, 64)
	if err == nil && number >= firstNumber && number < firstNumber+float64(len(t.places)) {
		out = append(out, t.places[int(number)-firstNumber])
	}
	return out
}

func (t *tokenSet) id(at source.Span) int {
	i, ok := t.known[at]
	if !ok {
		i = len(t.places)
		t.known[at] = i
		t.places = append(t.places, at)
	}
	return i
}

func (t *tokenSet) word(at source.Span) string { return fmt.Sprintf("zq%dqz", t.id(at)) }

// value returns what stands for a scalar: a token, with the delimiters that a
// replacement needs.
func (t *tokenSet) value(text string, at source.Span) string {
	word := t.word(at)
	for _, d := range t.delimiters {
		if n := strings.Count(text, d); n > 0 {
			return strings.Repeat(word+d, n) + word
		}
	}
	return word
}

// image returns what stands for an image: the same name, by which it is found,
// and a token for the rest.
func (t *tokenSet) image(text string, at source.Span) string {
	ref := splitImage(text)
	if ref.digest != "" {
		return strings.TrimSuffix(text, ref.digest) + t.word(at)
	}
	return ref.name + ":" + t.word(at)
}

// replace returns a text with the eligible scalars of its documents replaced.
func (t *tokenSet) replace(text string, m masks, docs []*yamldoc.Document, in *inlineText) []byte {
	var edits []source.Edit
	for _, d := range docs {
		for _, e := range t.eligible(d.Root) {
			n, span := e.node, d.Span(e.node)
			if span.Start.Offset == span.End.Offset || span.Start.Line != span.End.Line {
				continue
			}
			at := span
			if in != nil {
				at = in.span(n)
			}
			edits = append(edits, source.Edit{Span: span, New: e.form(t, at)})
		}
	}
	slices.SortFunc(edits, func(a, b source.Edit) int { return a.Span.Start.Offset - b.Span.Start.Offset })
	var out []byte
	last := 0
	for _, e := range edits {
		if e.Span.Start.Offset < last || e.Span.End.Offset > len(text) {
			continue
		}
		out = append(m.appendTo(out, text, last, e.Span.Start.Offset), e.New...)
		last = e.Span.End.Offset
	}
	return m.appendTo(out, text, last, len(text))
}

// eligible is a scalar that kustomize copies, and how a token is put in its place.
type eligible struct {
	node *yaml.Node
	key  string
}

// form returns the text of the token for the scalar.
func (e eligible) form(t *tokenSet, at source.Span) string {
	switch {
	case e.key == "replicas":
		return strconv.Itoa(firstNumber + t.id(at))
	case e.key == "image":
		return `"` + t.image(e.node.Value, at) + `"`
	}
	return strconv.Quote(t.value(e.node.Value, at))
}

// eligible returns the scalars of a document that kustomize copies without
// looking at them.
func (t *tokenSet) eligible(root *yaml.Node) []eligible {
	var out []eligible
	if root.Kind != yaml.SequenceNode {
		t.collect(root, "", &out)
		return out
	}
	for _, op := range root.Content { // a JSON 6902 patch
		if op.Kind != yaml.MappingNode {
			continue
		}
		kind, value, path := lookup(op, "op"), lookup(op, "value"), lookup(op, "path")
		if kind == nil || value == nil || path == nil || kind.Value != "add" && kind.Value != "replace" {
			continue
		}
		segments := pointer(path.Value)
		if n := len(segments); n > 1 && isLabels(segments[n-2]) && t.selects(segments[n-1]) {
			continue
		}
		if !slices.ContainsFunc(segments[:len(segments)-1], t.matchedBelow) {
			t.collect(value, segments[len(segments)-1], &out)
		}
	}
	return out
}

func (t *tokenSet) collect(n *yaml.Node, key string, out *[]eligible) {
	if t.matched(key) {
		return
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag != yaml.NodeTagNull && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 && (key != "replicas" || n.Tag == yaml.NodeTagInt) {
			*out = append(*out, eligible{n, key})
		}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			t.collect(c, "", out)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i].Value
			if key == "metadata" && k != "labels" && k != "annotations" {
				continue
			}
			if isLabels(key) {
				if t.selects(k) {
					continue
				}
				k = "" // any word may be the name of a label
			}
			t.collect(n.Content[i+1], k, out)
		}
	}
}

// selects reports whether something is selected by a label or annotation.
func (t *tokenSet) selects(label string) bool { return strings.Contains(t.selectors, label) }

func isLabels(key string) bool {
	switch key {
	case "labels", "annotations", "selector", "matchLabels":
		return true
	}
	return false
}

// matchedBelow is matched for the keys on the way to a value.
func (t *tokenSet) matchedBelow(key string) bool { return t.matched(key) || key == "image" }

// matched reports whether kustomize or a merge looks at the value of a key:
// identities, merge keys, selectors, what transformers rewrite.
func (t *tokenSet) matched(key string) bool {
	if strings.HasPrefix(key, "$") || t.keepKeys[key] {
		return true
	}
	switch key {
	case "image", "replicas":
		return t.basic
	case "metadata", "labels", "annotations", "selector", "matchLabels":
		return t.basic
	case "apiVersion", "kind", "name", "namespace", "ports", "matchExpressions", "labelSelector",
		"mountPath", "devicePath", "protocol", "containerPort", "port", "key", "type", "ip",
		"topologyKey", "subjects", "roleRef", "<<":
		return true
	}
	return false
}

package manifest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// tokenOptions looks for everything by whose value something in the closure is
// chosen.
func (c *closure) tokenOptions() tokenOptions {
	out := tokenOptions{keepImages: map[string]bool{}, keepKeys: map[string]bool{}}
	selects := func(s *types.Selector) {
		if s != nil {
			out.selectors += s.LabelSelector + " " + s.AnnotationSelector + " "
		}
	}
	options := func(o *types.FieldOptions) {
		if o != nil && o.Delimiter != "" && !slices.Contains(out.delimiters, o.Delimiter) {
			out.delimiters = append(out.delimiters, o.Delimiter)
		}
	}
	for _, m := range c.members {
		for _, img := range m.Images {
			out.keepImages[img.Name] = true
		}
		for _, p := range slices.Concat(m.Patches, m.PatchesJson6902) {
			selects(p.Target)
		}
		for _, r := range m.Replacements {
			if r.Source != nil {
				options(r.Source.Options)
			}
			for _, t := range r.Targets {
				selects(t.Select)
				options(t.Options)
				for _, s := range t.Reject {
					selects(s)
				}
				for _, p := range t.FieldPaths {
					out.keepItemKeys(p)
				}
			}
		}
	}
	return out
}

// keepItemKeys notes the keys of conditions such as "[name=web]" in a field path.
func (o *tokenOptions) keepItemKeys(path string) {
	for {
		_, rest, ok := strings.Cut(path, "[")
		if !ok {
			return
		}
		inner, after, _ := strings.Cut(rest, "]")
		if key, _, isCondition := strings.Cut(inner, "="); isCondition {
			o.keepKeys[key] = true
		}
		path = after
	}
}

// kustomization returns a kustomization, as JSON, with tokens for what its
// transformers and generators write.
func (t *tokenSet) kustomization(k *kustomization, data []byte) ([]byte, error) {
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		return nil, err
	}
	images := "images"
	if k.section(images) == nil {
		images = "imageTags"
	}
	for i, item := range items(out["images"]) {
		for _, key := range []string{"newTag", "digest", "tagSuffix"} {
			t.set(k, item, key, k.value(images, i, key))
		}
		if name, _ := item["newName"].(string); !t.keepImages[name] {
			t.set(k, item, "newName", k.value(images, i, "newName"))
		}
	}
	for i, item := range items(out["replicas"]) {
		if n := k.value("replicas", i, "count"); n != nil {
			item["count"] = firstNumber + t.id(k.doc.Span(n))
		}
	}
	for i, item := range items(out["replacements"]) {
		t.set(k, item, "sourceValue", k.value("replacements", i, "sourceValue"))
	}
	t.labels(k, out)
	for _, section := range []string{"configMapGenerator", "secretGenerator"} {
		for i, item := range items(out[section]) {
			t.generator(k, section, i, item)
		}
	}
	transformers, _ := out["transformers"].([]any)
	for i, p := range k.Transformers {
		at := len(transformers) - len(k.Transformers) + i
		if docs, err := yamldoc.Parse(source.NewFile(k.Path, p)); at >= 0 && isInline(p) && err == nil {
			transformers[at] = t.plugin(p, docs, &inlineText{in: k, scalar: k.find("transformers", i, p), text: p, docs: docs})
		}
	}
	return json.Marshal(out)
}

// items are the maps of a list.
func items(list any) []map[string]any {
	all, _ := list.([]any)
	var out []map[string]any
	for _, item := range all {
		m, _ := item.(map[string]any)
		out = append(out, m)
	}
	return out
}

// set puts a token in the place of a string that is written at a node.
func (t *tokenSet) set(k *kustomization, item map[string]any, key string, n *yaml.Node) {
	if text, ok := item[key].(string); ok && text != "" && n != nil && n.Kind == yaml.ScalarNode {
		item[key] = t.value(text, k.doc.Span(n).FirstLine())
	}
}

// pairs puts tokens in the place of the values of a map.
func (t *tokenSet) pairs(k *kustomization, values any, n *yaml.Node) {
	pairs, _ := values.(map[string]any)
	for key := range pairs {
		if !t.selects(key) {
			t.set(k, pairs, key, lookupMap(n, key))
		}
	}
}

func (t *tokenSet) labels(k *kustomization, out map[string]any) {
	for i, item := range items(out["labels"]) {
		if len(k.Labels) == 0 { // see modernise
			t.pairs(k, item["pairs"], k.section("commonLabels"))
			continue
		}
		t.pairs(k, item["pairs"], k.value("labels", i, "pairs"))
	}
	for _, section := range []string{"commonLabels", "commonAnnotations"} {
		t.pairs(k, out[section], k.section(section))
	}
	options, _ := out["generatorOptions"].(map[string]any)
	for _, key := range []string{"labels", "annotations"} {
		t.pairs(k, options[key], lookupMap(k.section("generatorOptions"), key))
	}
}

func (t *tokenSet) generator(k *kustomization, section string, i int, item map[string]any) {
	literals, _ := item["literals"].([]any)
	for j, literal := range literals {
		text, _ := literal.(string)
		if key, _, ok := strings.Cut(text, "="); ok {
			if n := k.find(section, i, text); n != nil {
				literals[j] = key + "=" + t.word(k.doc.Span(n).FirstLine())
			}
		}
	}
	t.set(k, item, "type", k.value(section, i, "type"))
	options, _ := item["options"].(map[string]any)
	for _, key := range []string{"labels", "annotations"} {
		t.pairs(k, options[key], lookupMap(k.value(section, i, "options"), key))
	}
}

// plugin returns the configurations of built-in transformers with tokens for what
// they write; in is set where they are written inside of a kustomization.
func (t *tokenSet) plugin(text string, docs []*yamldoc.Document, in *inlineText) string {
	var parts []string
	for _, d := range docs {
		span := d.Span
		if in != nil {
			span = in.span
		}
		root := yaml.CopyYNode(d.Root)
		for i := 0; root.Kind == yaml.MappingNode && i+1 < len(root.Content); i += 2 {
			t.setting(root.Content[i].Value, root.Content[i+1], d, in, span)
		}
		part, err := yaml.String(root)
		if err != nil {
			return text
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "---\n")
}

// setting puts tokens into one setting of a transformer.
func (t *tokenSet) setting(key string, n *yaml.Node, d *yamldoc.Document, in *inlineText, span func(*yaml.Node) source.Span) {
	replace := func(keys ...string) {
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			v := n.Content[i+1]
			switch {
			case v.Kind != yaml.ScalarNode, len(keys) == 0 && t.selects(n.Content[i].Value), len(keys) > 0 && !slices.Contains(keys, n.Content[i].Value):
			case key == "replica":
				v.Value, v.Tag, v.Style = strconv.Itoa(firstNumber+t.id(span(v))), yaml.NodeTagInt, 0
			default:
				v.Value, v.Tag, v.Style = t.word(span(v).FirstLine()), yaml.NodeTagString, yaml.DoubleQuotedStyle
			}
		}
	}
	switch key {
	case "labels", "annotations":
		replace()
	case "imageTag":
		replace("newTag", "digest", "tagSuffix")
	case "replica":
		replace("count")
	case "patch", "patches", "jsonOp":
		if n.Kind != yaml.ScalarNode {
			return
		}
		inner, err := yamldoc.Parse(source.NewFile(d.File.Path, n.Value))
		if err != nil {
			return
		}
		nested := &inlineText{scalar: yaml.CopyYNode(n), text: n.Value, docs: inner, outer: in, doc: d}
		n.Value, n.Style = string(t.replace(n.Value, nil, inner, nested)), yaml.DoubleQuotedStyle
	}
}

// variables returns lines of NAME=value with tokens for the values.
func (t *tokenSet) variables(f *source.File) string {
	var b strings.Builder
	at := 0
	for line := range strings.Lines(f.Text) {
		body := strings.TrimRight(line, "\r\n")
		key, value, ok := strings.Cut(body, "=")
		if ok && value != "" && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			start := at + len(key) + 1
			line = key + "=" + t.word(f.Span(start, start+len(value))) + line[len(body):]
		}
		at += len(body) + len(line) - len(strings.TrimRight(line, "\r\n"))
		b.WriteString(line)
	}
	return b.String()
}

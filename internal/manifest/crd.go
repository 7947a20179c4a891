package manifest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

var (
	crdKind    = lazyregexp.New(`(?m)^kind:[ \t]*["']?CustomResourceDefinition["']?[ \t\r]*(?:#.*)?$`)
	schemaKey  = lazyregexp.New(`^[ ]*(?:-[ ]+)*schema:[ \t\r]*$`)
	schemaBody = lazyregexp.New(`^[ ]*openAPIV3Schema:`)
)

// maskSchemas replaces the schemas of custom resource definitions by spaces.
// They are most of the text of many repositories, set nothing in the cluster
// but what objects may look like, and cost four fifths of the time of a render.
// The text keeps its length and its lines. It is a guess by lines, which the
// caller must confirm with masksOnlySchemas: quoted text can look like a schema.
func maskSchemas(text string) string {
	if !strings.Contains(text, "CustomResourceDefinition") || !crdKind.MatchString(text) {
		return text
	}
	out := []byte(text)
	crd := false
	for at := 0; at < len(text); {
		end := lineEnd(text, at)
		line := text[at:end]
		switch {
		case at == 0 || strings.HasPrefix(line, "---"):
			rest := text[end:]
			if next := strings.Index(rest, "\n---"); next >= 0 {
				rest = rest[:next]
			}
			crd = crdKind.MatchString(line + rest)
		case crd && schemaKey.MatchString(strings.TrimRight(line, "\n")):
			end = maskBlock(text, out, line, end)
		}
		at = end
	}
	return string(out)
}

// maskBlock masks the lines after a schema key that are indented deeper than
// it, and returns the offset behind them.
func maskBlock(text string, out []byte, key string, at int) int {
	depth := strings.Index(key, "schema:")
	if !schemaBody.MatchString(text[at:]) {
		return at
	}
	for at < len(text) {
		end := lineEnd(text, at)
		line := strings.TrimRight(text[at:end], " \t\r\n")
		if line != "" && len(line)-len(strings.TrimLeft(line, " ")) <= depth {
			return at
		}
		for i := at; i < end; i++ {
			if out[i] != '\n' && out[i] != '\r' {
				out[i] = ' '
			}
		}
		at = end
	}
	return at
}

func lineEnd(text string, at int) int {
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// isCRD reports whether a document is a custom resource definition.
func isCRD(d *yamldoc.Document) bool {
	if d.Root.Kind != yaml.MappingNode {
		return false
	}
	kind := lookup(d.Root, "kind")
	return kind != nil && kind.Value == "CustomResourceDefinition"
}

// mayMatch reports whether kustomize's selector for a kind, a regular
// expression or nothing, may select it.
func mayMatch(selector, kind string) bool {
	if selector == "" {
		return true
	}
	re, err := regexp.Compile("^(?:" + selector + ")$")
	return err != nil || re.MatchString(kind)
}

// masksOnlySchemas reports whether nothing but schemas of custom resource
// definitions was masked: every masked key is one of a document that says so
// before the key. Otherwise a file could be written whose masked part is read
// by the cluster and not by us.
func masksOnlySchemas(f *source.File, masked string, docs []*yamldoc.Document) bool {
	for _, line := range maskedKeys(f, masked) {
		confirmed := slices.ContainsFunc(docs, func(d *yamldoc.Document) bool {
			if line < d.First || line > d.Last || !isCRD(d) {
				return false
			}
			kind := lookup(d.Root, "kind")
			return d.Span(kind).Start.Line < line && schemaIsEmpty(d, d.Root, line)
		})
		if !confirmed {
			return false
		}
	}
	return true
}

// maskedKeys returns the lines of the keys above masked lines.
func maskedKeys(f *source.File, masked string) []int {
	var out []int
	m := source.NewFile(f.Path, masked)
	for line := 2; line <= f.LineCount(); line++ {
		if f.Line(line) != m.Line(line) && f.Line(line-1) == m.Line(line-1) && schemaKey.MatchString(f.Line(line-1)) {
			out = append(out, line-1)
		}
	}
	return out
}

// schemaIsEmpty reports whether a map has, on a line, the key of a schema
// without a value.
func schemaIsEmpty(d *yamldoc.Document, n *yaml.Node, line int) bool {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i]
			if k.Value == "schema" && n.Content[i+1].Tag == yaml.NodeTagNull && d.Span(k).Start.Line == line {
				return true
			}
		}
	}
	return slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return schemaIsEmpty(d, c, line) })
}

package manifest

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

var (
	crdKind    = lazyregexp.New(`(?m)^kind:[ \t]*["']?CustomResourceDefinition["']?[ \t\r]*(?:#.*)?$`)
	schemaKey  = lazyregexp.New(`^[ ]*(?:-[ ]+)*schema:[ \t\r]*$`)
	schemaBody = lazyregexp.New(`^[ ]*openAPIV3Schema:`)
)

// mask is a part of a text that was replaced by spaces.
type mask struct {
	start, end int    // offsets
	breaks     string // the ends of its lines
	key        int    // the line of the key above it
}

// masks are those of one text, in order.
type masks []mask

// appendTo appends a part of the masked text without the spaces. Its lines stay
// those of the file, and nothing has to read what is empty.
func (m masks) appendTo(out []byte, text string, from, to int) []byte {
	first, _ := slices.BinarySearchFunc(m, from, func(k mask, from int) int { return cmp.Compare(k.start, from) })
	for _, k := range m[first:] {
		if k.end > to {
			break
		}
		out = append(out, text[from:k.start]...)
		out = append(out, k.breaks...)
		from = k.end
	}
	return append(out, text[from:to]...)
}

// maskSchemas replaces the schemas of custom resource definitions by spaces.
// They are most of the text of many repositories, set nothing in the cluster
// but what objects may look like, and cost four fifths of the time of a render.
// The text keeps its length and its lines. It is a guess by lines, which the
// caller must confirm with onlySchemas: quoted text can look like a schema.
func maskSchemas(text string) (string, masks) {
	if !strings.Contains(text, "CustomResourceDefinition") || !crdKind.MatchString(text) {
		return text, nil
	}
	var found masks
	crd := false
	for at, number := 0, 1; at < len(text); number++ {
		end := lineEnd(text, at)
		line := text[at:end]
		switch {
		case at == 0 || strings.HasPrefix(line, "---"):
			rest := text[end:]
			if next := strings.Index(rest, "\n---"); next >= 0 {
				rest = rest[:next]
			}
			crd = crdKind.MatchString(text[at : end+len(rest)])
		case crd && schemaKey.MatchString(strings.TrimRight(line, "\n")):
			if stop := schemaEnd(text, line, end); stop > end {
				breaks := lineBreaks(text[end:stop])
				found = append(found, mask{end, stop, breaks, number})
				number += strings.Count(breaks, "\n")
				end = stop
			}
		}
		at = end
	}
	return found.blank(text), found
}

// schemaEnd returns the offset behind the lines that follow a schema key and are
// indented deeper than it.
func schemaEnd(text, key string, at int) int {
	depth := strings.Index(key, "schema:")
	if !schemaBody.MatchString(text[at:lineEnd(text, at)]) {
		return at
	}
	for at < len(text) {
		end := lineEnd(text, at)
		line := strings.TrimRight(text[at:end], " \t\r\n")
		if line != "" && len(line)-len(strings.TrimLeft(line, " ")) <= depth {
			return at
		}
		at = end
	}
	return at
}

// lineBreaks returns the carriage returns and line feeds of a text.
func lineBreaks(text string) string {
	if !strings.Contains(text, "\r") {
		return strings.Repeat("\n", strings.Count(text, "\n"))
	}
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return r
		}
		return -1
	}, text)
}

// blank returns the text with the masked parts replaced by spaces.
func (m masks) blank(text string) string {
	if len(m) == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	last := 0
	for _, k := range m {
		b.WriteString(text[last:k.start])
		for at := k.start; at < k.end; {
			length := strings.IndexAny(text[at:k.end], "\r\n")
			if length < 0 {
				length = k.end - at
			}
			for ; length > len(spaces); length -= len(spaces) {
				b.WriteString(spaces)
				at += len(spaces)
			}
			b.WriteString(spaces[:length])
			if at += length; at < k.end {
				b.WriteByte(text[at])
				at++
			}
		}
		last = k.end
	}
	b.WriteString(text[last:])
	return b.String()
}

const spaces = "                                                                                "

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

// onlySchemas reports whether nothing but schemas of custom resource
// definitions was masked: every masked key is one of a document that says so
// before the key. Otherwise a file could be written whose masked part is read
// by the cluster and not by us.
func (m masks) onlySchemas(docs []*yamldoc.Document) bool {
	for _, k := range m {
		confirmed := slices.ContainsFunc(docs, func(d *yamldoc.Document) bool {
			if k.key < d.First || k.key > d.Last || !isCRD(d) {
				return false
			}
			kind := lookup(d.Root, "kind")
			return d.Span(kind).Start.Line < k.key && schemaIsEmpty(d, d.Root, k.key)
		})
		if !confirmed {
			return false
		}
	}
	return true
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

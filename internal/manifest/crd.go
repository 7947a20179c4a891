package manifest

import (
	"regexp"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

var (
	crdKind    = regexp.MustCompile(`(?m)^kind:[ \t]*["']?CustomResourceDefinition["']?[ \t\r]*(?:#.*)?$`)
	schemaKey  = regexp.MustCompile(`^[ ]*(?:-[ ]+)*schema:[ \t\r]*$`)
	schemaBody = regexp.MustCompile(`^[ ]*openAPIV3Schema:`)
)

// maskSchemas replaces the schemas of custom resource definitions by spaces.
// They are most of the text of many repositories, set nothing in the cluster
// but what objects may look like, and cost four fifths of the time of a render.
// The text keeps its length and its lines.
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

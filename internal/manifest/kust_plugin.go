package manifest

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// pluginRef is one entry of generators, transformers or validators: a path or
// the configuration itself.
type pluginRef struct {
	section string
	index   int
	text    string
}

func (k *kustomization) plugins() []pluginRef {
	var out []pluginRef
	add := func(section string, list []string) {
		for i, text := range list {
			out = append(out, pluginRef{section, i, text})
		}
	}
	add("generators", k.Generators)
	add("transformers", k.Transformers)
	add("validators", k.Validators)
	return out
}

// loadingKeys are the settings of built-in plugins whose values kustomize
// loads, by file or by URL. Kustomize reads keys without regard to case.
var loadingKeys = []string{"files", "envs", "env", "path", "paths", "targetfilepath"}

// checkPlugin returns why the configuration of a plugin must not be given to
// kustomize, "" where it may: it must name nothing remote. Kustomize itself
// refuses all plugins but its built-in ones.
func checkPlugin(f *source.File) string {
	docs, err := yamldoc.Parse(f)
	if err != nil {
		return err.Error()
	}
	for _, d := range docs {
		if remote := remoteIn(d.Root, ""); remote != "" {
			return "remote file " + remote + " in " + f.Path + "; copy it into the repository to have it judged"
		}
	}
	return ""
}

// remoteIn returns the first value that a built-in plugin would load from the
// network.
func remoteIn(n *yaml.Node, key string) string {
	switch n.Kind {
	case yaml.ScalarNode:
		_, file, _ := strings.Cut(n.Value, "=")
		loads := slices.Contains(loadingKeys, strings.ToLower(key)) && !isInline(n.Value)
		if loads && (looksRemote(n.Value) || looksRemote(file)) {
			return n.Value
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if got := remoteIn(n.Content[i+1], n.Content[i].Value); got != "" {
				return got
			}
		}
	case yaml.AliasNode:
		return remoteIn(n.Alias, key)
	default:
		for _, c := range n.Content {
			if got := remoteIn(c, key); got != "" {
				return got
			}
		}
	}
	return ""
}

// withoutJSONPatches returns the configurations of built-in plugins with one that
// changes nothing in the place of each JSON 6902 patch.
func withoutJSONPatches(text string, docs []*yamldoc.Document) string {
	var parts []string
	for _, d := range docs {
		root := d.Root
		if transformsByJSON(root) {
			root = yaml.NewMapRNode(&map[string]string{"apiVersion": "builtin", "kind": "AnnotationsTransformer"}).YNode()
			root.Content = append(root.Content, yaml.NewStringRNode("metadata").YNode(), lookup(d.Root, "metadata"))
		}
		part, err := yaml.String(root)
		if err != nil {
			return text
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "---\n")
}

// transformsByJSON reports whether the configuration of a plugin is that of a
// JSON 6902 patch. What stands in another file counts as one.
func transformsByJSON(n *yaml.Node) bool {
	if n.Kind != yaml.MappingNode || lookup(n, "metadata") == nil {
		return false
	}
	switch textAt(n, "kind") {
	case "PatchJson6902Transformer":
		return true
	case "PatchTransformer":
		patch := textAt(n, "patch")
		docs, err := yamldoc.Parse(source.NewFile("patch", patch))
		return patch == "" || err == nil && isJSONPatch(docs)
	}
	return false
}

package manifest

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// candidates returns the present fields below root at paths such as
// "volumes[].hostPath" and "seLinuxOptions.*".
func candidates(root Field, paths []string) []Field {
	var out []Field
	for _, p := range paths {
		out = append(out, expand(root, strings.Split(p, "."))...)
	}
	return out
}

func expand(f Field, steps []string) []Field {
	if len(steps) == 0 {
		if f.Exists() {
			return []Field{f}
		}
		return nil
	}
	var out []Field
	key, isList := strings.CutSuffix(steps[0], "[]")
	switch {
	case key == "*":
		for _, v := range f.Entries() {
			out = append(out, expand(v, steps[1:])...)
		}
	case isList:
		for _, item := range f.Get(key).Items() {
			out = append(out, expand(item, steps[1:])...)
		}
	default:
		return expand(f.Get(key), steps[1:])
	}
	return out
}

// isolate returns root as if f were all that it holds; lists on the way keep
// only the item that leads to f.
func isolate(f, root Field) Field {
	n := f.node
	for _, step := range backward(f.steps()[len(root.steps()):]) {
		if n == nil {
			break
		}
		if strings.HasPrefix(step, "[") {
			n = &yaml.Node{Kind: yaml.SequenceNode, Tag: yaml.NodeTagSeq, Content: []*yaml.Node{n}}
		} else {
			n = &yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap, Content: []*yaml.Node{yaml.NewStringRNode(step).YNode(), n}}
		}
	}
	root.node = n
	return root
}

func backward(steps []string) []string {
	out := make([]string, 0, len(steps))
	for i := len(steps) - 1; i >= 0; i-- {
		out = append(out, steps[i])
	}
	return out
}

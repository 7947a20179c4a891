package manifest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// virtualPrefix starts the names of files that exist for kustomize only.
const virtualPrefix = ".tidewaiter-inline-"

// isJSONPatch tells a JSON 6902 patch from a strategic merge patch, as
// kustomize does: it is a list of operations.
func isJSONPatch(docs []*yamldoc.Document) bool {
	return len(docs) > 0 && docs[0].Root.Kind == yaml.SequenceNode
}

// prepare moves the inline patches to virtual files, so that their lines can be
// told apart.
func (k *kustomization) prepare() *problem {
	var merges []types.Patch
	for _, p := range k.PatchesStrategicMerge {
		if isInline(string(p)) {
			merges = append(merges, types.Patch{Patch: string(p)})
		} else {
			merges = append(merges, types.Patch{Path: string(p)})
		}
	}
	merges, first := k.moveInline(merges, "patchesStrategicMerge")
	patches, second := k.moveInline(k.Patches, "patches")
	late, third := k.moveInline(k.PatchesJson6902, "patchesJson6902")
	k.patches, k.latePatches = append(merges, patches...), late
	return cmp.Or(first, second, third)
}

// text returns the kustomization file that kustomize is given: the same
// kustomization, without its JSON 6902 patches where strip is set, and with
// deprecated keys in their present form, since kustomize would write a warning
// about them to standard error.
func (l *library) text(k *kustomization, strip bool) ([]byte, error) {
	out := k.Kustomization // FixKustomization has moved bases and imageTags already
	out.PatchesStrategicMerge = nil
	out.Patches, out.PatchesJson6902 = k.patches, k.latePatches
	if strip {
		out.PatchesJson6902 = nil
		out.Patches = slices.DeleteFunc(slices.Clone(k.patches), func(p types.Patch) bool { return isJSONPatch(l.patchDocs(k, p.Path)) })
		if out.MetaData == nil {
			out.MetaData = &types.ObjectMeta{Name: "stripped"} // kustomize refuses an empty file
		}
	}
	if err := k.modernise(&out); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// modernise replaces deprecated keys where that changes nothing in the order of
// what they do. Where it would, they stay, and kustomize warns.
func (k *kustomization) modernise(out *types.Kustomization) error {
	before := k.Namespace != "" || k.NamePrefix != "" || k.NameSuffix != "" ||
		len(k.Labels) > 0 || len(k.CommonLabels) > 0 || len(k.CommonAnnotations) > 0
	after := len(k.Replicas) > 0 || len(k.Images) > 0 || len(k.Replacements) > 0
	switch {
	case len(out.PatchesJson6902) == 0:
	case !before:
		out.Patches = slices.Concat(out.Patches, out.PatchesJson6902)
		out.PatchesJson6902 = nil
	case !after:
		var configs []string
		for i, p := range out.PatchesJson6902 {
			text, err := json.Marshal(map[string]any{"apiVersion": "builtin", "kind": "PatchJson6902Transformer",
				"metadata": map[string]any{"name": fmt.Sprintf("tidewaiter-json-patch-%d", i)}, "target": p.Target, "path": p.Path})
			if err != nil {
				return err
			}
			configs = append(configs, string(text))
		}
		out.Transformers = append(configs, k.Transformers...)
		out.PatchesJson6902 = nil
	}
	if len(k.CommonLabels) > 0 && len(k.Labels) == 0 && len(k.Configurations) == 0 {
		out.Labels = []types.Label{{Pairs: k.CommonLabels, IncludeSelectors: true}}
		out.CommonLabels = nil
	}
	return nil
}

// moveInline notes the inline patches of a list and moves them to virtual files.
func (k *kustomization) moveInline(patches []types.Patch, section string) ([]types.Patch, *problem) {
	var out []types.Patch
	for i, p := range patches {
		if p.Patch != "" && p.Path == "" {
			in := &inlineText{in: k, scalar: k.find(section, i, p.Patch), text: p.Patch}
			docs, err := yamldoc.Parse(source.NewFile(k.Path, p.Patch))
			if errs := yamldoc.Errors(err); len(errs) > 0 {
				at := in.span(&yaml.Node{Kind: yaml.ScalarNode, Line: errs[0].At.Start.Line, Column: 1})
				return nil, &problem{k.Path, at.Start.Line, "not rendered: inline patch: " + errs[0].Reason}
			}
			in.docs = docs
			p.Path, p.Patch = fmt.Sprintf("%s%s-%d.yaml", virtualPrefix, section, i), ""
			k.inline[p.Path] = in
		}
		out = append(out, p)
	}
	return out, nil
}

// patchDocs returns the documents of a patch of a kustomization by its path.
func (l *library) patchDocs(k *kustomization, path string) []*yamldoc.Document {
	if in := k.inline[path]; in != nil {
		return in.docs
	}
	for _, r := range k.refs {
		if r.role == rolePatch && r.text == path {
			return l.parse(r.target).Docs
		}
	}
	return nil
}

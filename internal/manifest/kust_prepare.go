package manifest

import (
	"encoding/json"
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// virtualPrefix starts the names of files that exist for kustomize only.
const virtualPrefix = ".tidewaiter-inline-"

// inlineText is YAML written inside a scalar of a kustomization file.
type inlineText struct {
	in     *kustomization
	scalar *yaml.Node // nil where it cannot be found
	text   string
	docs   []*yamldoc.Document
}

// isJSONPatch tells a JSON 6902 patch from a strategic merge patch, as
// kustomize does: it is a list of operations.
func isJSONPatch(docs []*yamldoc.Document) bool {
	return len(docs) > 0 && docs[0].Root.Kind == yaml.SequenceNode
}

// prepare makes what kustomize is given: the same kustomization with its inline
// patches moved to virtual files, so that their lines can be told apart, and
// deprecated keys in their present form, so that kustomize has nothing to write
// to standard error.
func (k *kustomization) prepare() *problem {
	out := k.Kustomization // FixKustomization has moved bases and imageTags already
	var merges []types.Patch
	for _, p := range k.PatchesStrategicMerge {
		if isInline(string(p)) {
			merges = append(merges, types.Patch{Patch: string(p)})
		} else {
			merges = append(merges, types.Patch{Path: string(p)})
		}
	}
	var p [3]*problem
	merges, p[0] = k.moveInline(merges, "patchesStrategicMerge")
	out.Patches, p[1] = k.moveInline(k.Patches, "patches")
	out.PatchesJson6902, p[2] = k.moveInline(k.PatchesJson6902, "patchesJson6902")
	for _, problem := range p {
		if problem != nil {
			return problem
		}
	}
	out.Patches = append(merges, out.Patches...)
	out.PatchesStrategicMerge = nil
	if k.jsonPatchesMayMove() {
		out.Patches = append(out.Patches, out.PatchesJson6902...)
		out.PatchesJson6902 = nil
	}
	if len(k.CommonLabels) > 0 && len(k.Labels) == 0 && len(k.Configurations) == 0 {
		out.Labels = []types.Label{{Pairs: k.CommonLabels, IncludeSelectors: true}}
		out.CommonLabels = nil
	}
	k.prepared = out
	return nil
}

// jsonPatchesMayMove reports whether the JSON patches of the deprecated key can
// run with the other patches: nothing that runs between the two is given.
func (k *kustomization) jsonPatchesMayMove() bool {
	return k.Namespace == "" && k.NamePrefix == "" && k.NameSuffix == "" &&
		len(k.Labels) == 0 && len(k.CommonLabels) == 0 && len(k.CommonAnnotations) == 0
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

// text returns the kustomization file that kustomize is given, without its JSON
// 6902 patches where strip is set.
func (l *library) text(k *kustomization, strip bool) ([]byte, error) {
	out := k.prepared
	if strip {
		out.Patches = nil
		for _, p := range k.prepared.Patches {
			if !isJSONPatch(l.patchDocs(k, p.Path)) {
				out.Patches = append(out.Patches, p)
			}
		}
		out.PatchesJson6902 = nil
		if out.MetaData == nil {
			out.MetaData = &types.ObjectMeta{Name: "stripped"} // kustomize refuses an empty file
		}
	}
	return json.Marshal(out)
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

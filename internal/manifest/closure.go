package manifest

import (
	"fmt"
	"slices"
	"strings"
)

// closure is a kustomization root with everything below it.
type closure struct {
	root *member
	// members are all kustomizations, the last to change an object first.
	members []*member
	// roles are the uses of each file.
	roles map[string][]role
	// jsonPatches is true where any of them holds a JSON 6902 patch, openAPI
	// where any changes the schema that kustomize merges by.
	jsonPatches, openAPI bool
	// replaces is true where any of them copies values between objects.
	replaces bool
	// patchesCRDs is true where a patch may change a custom resource definition.
	patchesCRDs bool
	// count, changes and generated are held against limits.
	count, changes, generated, bytes int
}

// member is one kustomization at its place in a closure.
type member struct {
	*kustomization
	parent *member
	files  map[string]bool // resource files of it and of what it includes
}

// closureOf reads everything that a root refers to.
func (l *library) closureOf(root *kustomization) (*closure, *problem) {
	c := &closure{roles: map[string][]role{}}
	var p *problem
	if c.root, p = l.add(c, root, nil, nil); p != nil {
		return nil, p
	}
	return c, nil
}

func (l *library) add(c *closure, k *kustomization, parent *member, above []string) (*member, *problem) {
	if c.count++; c.count > maxKustomizations {
		return nil, &problem{k.Path, 0, fmt.Sprintf("not rendered: more than the limit of %d kustomizations below one root", maxKustomizations)}
	}
	if reason := c.weigh(l, k); reason != "" {
		return nil, &problem{k.Path, 0, "not rendered: " + reason}
	}
	m := &member{kustomization: k, parent: parent, files: map[string]bool{}}
	c.members = append(c.members, m)
	c.note(l, k)
	above = append(above, k.Dir)
	for _, r := range slices.Backward(k.refs) {
		if !r.isDir {
			c.roles[r.target] = append(c.roles[r.target], r.role)
			if r.role == roleResource {
				m.files[r.target] = true
			}
			continue
		}
		line := k.span(r.node).Start.Line
		if slices.Contains(above, r.target) {
			return nil, &problem{k.Path, line, "not rendered: " + r.text + " leads back to a kustomization that includes this one"}
		}
		sub, p := l.kustomization(r.target)
		if p != nil {
			return nil, p
		}
		if sub == nil {
			return nil, &problem{k.Path, line, "not rendered: the folder " + r.text + " holds no kustomization file"}
		}
		child, p := l.add(c, sub, m, above)
		if p != nil {
			return nil, p
		}
		for f := range child.files {
			m.files[f] = true
		}
	}
	return m, nil
}

// weigh adds up what kustomize will do for one kustomization, and names the
// limit that is hit.
func (c *closure) weigh(l *library, k *kustomization) string {
	c.changes += len(k.Images) + len(k.Patches) + len(k.PatchesJson6902) + len(k.PatchesStrategicMerge) + len(k.Replacements) +
		len(k.Replicas) + len(k.Labels) + len(k.Vars) + len(k.ConfigMapGenerator) + len(k.SecretGenerator)
	if c.changes > maxChanges {
		return fmt.Sprintf("more than the limit of %d images, patches, replacements and generators below one root", maxChanges)
	}
	for _, r := range k.refs {
		if r.isDir || r.target == "" {
			continue
		}
		f, err := l.read(r.target)
		if err != nil {
			continue // said by the build
		}
		if r.role == roleData || r.role == roleVariables {
			c.generated += len(f.Text)
		}
		if c.roles[r.target] == nil {
			c.bytes += len(f.Text)
		}
	}
	if c.bytes > maxBuildBytes || len(c.roles) > maxBuildFiles {
		return fmt.Sprintf("the build reads more than the limit of %d MiB or %d files", maxBuildBytes>>20, maxBuildFiles)
	}
	if c.generated > maxGenerated {
		return fmt.Sprintf("generators read more than the limit of %d MiB below one root", maxGenerated>>20)
	}
	return ""
}

// note collects what the whole build must know of one kustomization.
func (c *closure) note(l *library, k *kustomization) {
	c.replaces = c.replaces || len(k.Replacements) > 0
	c.openAPI = c.openAPI || len(k.OpenAPI) > 0
	for _, in := range k.inline {
		c.jsonPatches = c.jsonPatches || isJSONPatch(in.docs)
		c.patchesCRDs = c.patchesCRDs || slices.ContainsFunc(in.docs, isCRD)
	}
	for _, r := range k.refs {
		if r.role != rolePatch {
			continue
		}
		docs := l.parse(r.target).Docs
		c.jsonPatches = c.jsonPatches || isJSONPatch(docs)
		c.patchesCRDs = c.patchesCRDs || slices.ContainsFunc(docs, isCRD)
	}
	for _, p := range k.plugins() {
		text := p.text
		for _, r := range k.refs {
			if r.role == rolePlugin && r.text == p.text && l.parse(r.target).File != nil {
				text = l.parse(r.target).File.Text
			}
		}
		c.jsonPatches = c.jsonPatches || strings.Contains(text, "Patch")
		c.replaces = c.replaces || strings.Contains(text, "Replacement")
	}
	for _, p := range slices.Concat(k.Patches, k.PatchesJson6902) {
		c.patchesCRDs = c.patchesCRDs || p.Target != nil && mayMatch(p.Target.Kind, "CustomResourceDefinition")
	}
}

// covers reports whether what a kustomization does reaches the objects of a
// resource file: its own, and for a component those of the one including it.
func (m *member) covers(file string) bool {
	if m.files[file] {
		return true
	}
	return m.isComponent() && m.parent != nil && m.parent.covers(file)
}

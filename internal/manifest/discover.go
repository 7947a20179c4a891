package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// discovery is what a walk over the repository finds.
type discovery struct {
	// dirs are the folders with a kustomization file, sorted.
	dirs []string
	// candidates are files that may be plain manifests.
	candidates []string
	// charts are the folders of Helm charts.
	charts []string
	// applied are folders that are roots, whoever includes them.
	applied map[string]bool
	notes   []source.NotAnalysed
}

func (l *library) discover(files []string, opts Options) *discovery {
	d := &discovery{}
	charts := map[string]bool{}
	for _, f := range files {
		if path.Base(f) == "Chart.yaml" && !opts.skips(f) {
			charts[path.Dir(f)] = true
			d.charts = append(d.charts, path.Dir(f))
			d.notes = append(d.notes, note(f, 0, "the templates of this Helm chart are not rendered; give their output: helm template … | tidewaiter check --rendered -"))
		}
	}
	for _, f := range files {
		switch {
		case opts.skips(f), inTemplates(f, charts):
		case isKustomizationFile(f) && !l.isForeign(f):
			d.dirs = append(d.dirs, path.Dir(f))
		case isYAML(f), mayHoldPolicyLines(f):
			d.candidates = append(d.candidates, f)
		}
	}
	return d
}

// follow adds what symbolic links stand for. A link to a file inside is read
// under its target, whatever the target's name; kustomizations follow theirs.
func (d *discovery) follow(links []source.Link, opts Options) {
	for _, l := range links {
		kustomization := isKustomizationFile(l.Path)
		switch {
		case opts.skips(l.Path) || !kustomization && !isYAML(l.Path):
		case l.Err != nil:
			if path.Ext(l.Path) != ".json" {
				d.notes = append(d.notes, note(l.Path, 0, source.Reason(l.Err)))
			}
		case kustomization && l.Target != "":
			d.dirs = append(d.dirs, path.Dir(l.Path))
		case l.Target != "" && !isYAML(l.Target) && !opts.skips(l.Target):
			d.candidates = append(d.candidates, l.Target)
		}
	}
	slices.Sort(d.dirs)
	d.dirs = slices.Compact(d.dirs)
	slices.Sort(d.candidates)
	d.candidates = slices.Compact(d.candidates)
}

// give takes out of the candidates the files that are given as rendered.
func (d *discovery) give(files []RenderedFile) {
	d.candidates = slices.DeleteFunc(d.candidates, func(name string) bool {
		return slices.ContainsFunc(files, func(f RenderedFile) bool { return f.File.Path == name })
	})
}

// mayPatch reports whether a file that no kustomization reads may yet be a patch:
// it says so in its path, or a kustomization stands in its folder or above.
func (d *discovery) mayPatch(file string) bool {
	if strings.Contains(strings.ToLower(file), "patch") {
		return true
	}
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if _, found := slices.BinarySearch(d.dirs, dir); found || dir == "." {
			return found
		}
	}
}

func isYAML(f string) bool {
	switch path.Ext(f) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

func isKustomizationFile(f string) bool {
	switch path.Base(f) {
	case "kustomization.yaml", "kustomization.yml", "Kustomization":
		return true
	}
	return false
}

// inTemplates reports whether a file is a template of a Helm chart.
func inTemplates(f string, charts map[string]bool) bool {
	for dir := path.Dir(f); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if path.Base(dir) == "templates" && charts[path.Dir(dir)] {
			return true
		}
	}
	return strings.HasPrefix(f, "templates/") && charts["."]
}

// isForeign reports whether a file has kustomize's file name but is an object of
// the cluster, such as Flux's Kustomization.
func (l *library) isForeign(f string) bool {
	p := l.parse(f)
	if len(p.Docs) == 0 || p.Docs[0].Root.Kind != yaml.MappingNode {
		return false
	}
	v := lookup(p.Docs[0].Root, "apiVersion")
	return v != nil && v.Value != "" && !strings.HasPrefix(v.Value, "kustomize.config.k8s.io/") && v.Value != "v1"
}

package manifest

import (
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// discovery is what a walk over the repository finds.
type discovery struct {
	// candidates are files that may be plain manifests.
	candidates []string
	notes      []source.NotAnalysed
}

func (l *library) discover(files []string, opts Options) *discovery {
	d := &discovery{}
	charts := map[string]bool{}
	for _, f := range files {
		if path.Base(f) == "Chart.yaml" && !opts.skips(f) {
			charts[path.Dir(f)] = true
			d.notes = append(d.notes, note(f, 0, "the templates of this Helm chart are not rendered; judge the output of helm template instead"))
		}
	}
	for _, f := range files {
		if isYAML(f) && !opts.skips(f) && !isKustomizationFile(f) && !inTemplates(f, charts) {
			d.candidates = append(d.candidates, f)
		}
	}
	return d
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

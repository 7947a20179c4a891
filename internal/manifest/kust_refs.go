package manifest

import (
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// role is what kustomize uses a referenced file for.
type role int

const (
	roleResource  role = iota // objects, or a folder with a kustomization
	roleComponent             // a folder with a Component
	rolePatch                 // strategic merge or JSON 6902
	rolePlugin                // configuration of a generator, transformer or validator
	roleVariables             // lines of NAME=value for a generator
	roleData                  // text that is used as it is: generated data, schemas, settings
)

// reference is one mention of a file or folder.
type reference struct {
	role    role
	section string
	text    string     // as written
	node    *yaml.Node // where; nil where it cannot be told
	target  string     // the file or folder, without symbolic links
	isDir   bool
}

// collect lists what the kustomization refers to. It reads the very value that
// kustomize decodes, so that no spelling of a key hides a reference.
func (k *kustomization) collect() []reference {
	var out []reference
	add := func(r role, section string, i int, text string) {
		out = append(out, reference{role: r, section: section, text: text, node: k.find(section, i, text)})
	}
	bases := len(k.Resources) - k.listLength("bases")
	for i, text := range k.Resources {
		if i >= bases && k.section("bases") != nil {
			add(roleResource, "bases", i-bases, text)
			continue
		}
		add(roleResource, "resources", i, text)
	}
	for i, text := range k.Components {
		add(roleComponent, "components", i, text)
	}
	for i, p := range k.Patches {
		if p.Path != "" {
			add(rolePatch, "patches", i, p.Path)
		}
	}
	for i, p := range k.PatchesJson6902 {
		if p.Path != "" {
			add(rolePatch, "patchesJson6902", i, p.Path)
		}
	}
	for i, p := range k.PatchesStrategicMerge {
		if !isInline(string(p)) {
			add(rolePatch, "patchesStrategicMerge", i, string(p))
		}
	}
	for _, p := range k.plugins() {
		if !isInline(p.text) {
			add(rolePlugin, p.section, p.index, p.text)
		}
	}
	return append(out, k.collectData()...)
}

func (k *kustomization) collectData() []reference {
	var out []reference
	add := func(section string, i int, texts ...string) {
		for _, text := range texts {
			out = append(out, reference{role: roleData, section: section, text: text, node: k.find(section, i, text)})
		}
	}
	for i, r := range k.Replacements {
		if r.Path != "" {
			add("replacements", i, r.Path)
		}
	}
	variables := func(section string, i int, g types.GeneratorArgs) {
		add(section, i, g.FileSources...)
		from := len(out)
		add(section, i, g.EnvSources...)
		for j := range out[from:] {
			out[from+j].role = roleVariables
		}
	}
	for i, g := range k.ConfigMapGenerator {
		variables("configMapGenerator", i, g.GeneratorArgs)
	}
	for i, g := range k.SecretGenerator {
		variables("secretGenerator", i, g.GeneratorArgs)
	}
	add("configurations", 0, k.Configurations...)
	add("crds", 0, k.Crds...)
	if p, ok := k.OpenAPI["path"]; ok {
		add("openapi", 0, p)
	}
	return out
}

func (k *kustomization) listLength(section string) int {
	if s := k.section(section); s != nil {
		return len(s.Content)
	}
	return 0
}

// isInline reports whether a string is YAML content where kustomize takes
// either content or a path.
func isInline(text string) bool {
	n, err := yaml.Parse(text)
	return err == nil && n.YNode().Kind != yaml.ScalarNode
}

// scpUser is how kustomize recognises user@host:path.
var scpUser = lazyregexp.New(`^[a-zA-Z][a-zA-Z0-9-]*@`)

// looksRemote reports whether kustomize may take a reference for something on
// the network. It accepts more than kustomize's own grammar
// (https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/internal/git/repospec.go),
// since a folder by such a name would be tried as a URL first.
func looksRemote(text string) bool {
	s := strings.ToLower(strings.TrimSpace(text))
	for _, prefix := range []string{"git::", "http:", "https:", "ssh:", "file:", "github.com/", "github.com:"} {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return strings.Contains(s, "://") || scpUser.MatchString(s)
}

// checkReferences resolves all references and refuses those that kustomize
// must not follow, before it sees them. It returns the first refusal, with all
// references noted none the less.
func (l *library) checkReferences(k *kustomization) *problem {
	first := k.refuseHelm()
	for _, r := range k.collect() {
		reason := l.resolveReference(k, &r)
		if reason == "" && r.role == rolePlugin {
			if f, err := l.read(r.target); err != nil {
				reason = err.Error()
			} else {
				reason = checkPlugin(f)
			}
		}
		k.refs = append(k.refs, r)
		if reason != "" && first == nil {
			first = &problem{k.Path, k.span(r.node).Start.Line, "not rendered: " + reason}
		}
	}
	for _, p := range k.plugins() {
		if first != nil || !isInline(p.text) {
			continue
		}
		if reason := checkPlugin(source.NewFile(k.Path, p.text)); reason != "" {
			first = &problem{k.Path, k.span(k.find(p.section, p.index, p.text)).Start.Line, "not rendered: " + reason}
		}
	}
	return first
}

func (k *kustomization) refuseHelm() *problem {
	if len(k.HelmCharts) == 0 && k.HelmGlobals == nil {
		return nil
	}
	line := k.firstLine()
	for _, section := range []string{"helmCharts", "helmChartInflationGenerator", "helmGlobals"} {
		if n := k.section(section); n != nil {
			line = k.doc.Span(n).Start.Line
			break
		}
	}
	return &problem{k.Path, line, "not rendered: it inflates a Helm chart, which needs the helm program; give the output: kustomize build --enable-helm … | tidewaiter check --rendered -"}
}

// resolveReference fills in the target and returns why kustomize must not or
// cannot follow it, "" where it can.
func (l *library) resolveReference(k *kustomization, r *reference) string {
	text := r.written()
	what := "file"
	if r.role <= roleComponent {
		what = "base"
	}
	switch {
	case looksRemote(r.text), looksRemote(text):
		return "remote " + what + " " + text + "; copy it into the repository to have it judged"
	case path.IsAbs(text):
		return text + " is an absolute path; name it relative to the kustomization"
	}
	name, err := path.Join(k.Dir, text), error(nil) // as kustomize does: cleaned, then links followed
	if path.IsAbs(name) {
		name, err = inRepo(name)
	}
	if err == nil {
		r.target, r.isDir, err = l.resolve(name)
	}
	switch {
	case err != nil:
		return err.Error()
	case strings.HasPrefix(path.Base(text), virtualPrefix):
		return path.Base(text) + " is a reserved name"
	case r.isDir && r.role == rolePlugin:
		return "the " + r.section + " come from the folder " + text + "; only files of built-in ones are run"
	case r.isDir && r.role > roleComponent:
		return text + " is a folder where a file is expected"
	case !r.isDir && r.role == roleComponent:
		return text + " is a file where the folder of a Component is expected"
	case !r.isDir && !below(k.Dir, r.target):
		return text + " lies outside of the kustomization's folder, which kustomize refuses"
	}
	return ""
}

// written is the path that the reference gives: what follows the key that a
// generator gives a file.
func (r *reference) written() string {
	if r.section == "configMapGenerator" || r.section == "secretGenerator" {
		if _, file, ok := strings.Cut(r.text, "="); ok {
			return file
		}
	}
	return r.text
}

// below reports whether a file is in a folder or one below it.
func below(dir, file string) bool {
	return dir == "." || strings.HasPrefix(file, dir+"/")
}

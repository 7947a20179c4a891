package fix

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// manifests are the paths of all files that the renders of a project read.
func manifests(p *facts.Project) map[string]bool {
	out := map[string]bool{}
	for _, r := range p.Renders {
		for _, f := range r.Inputs {
			out[f] = true
		}
	}
	return out
}

// manifestTexts makes the edits of the targets that are in manifests.
func manifestTexts(p *facts.Project, findings []rule.Finding, targets []int) []*source.File {
	known := manifests(p)
	edits := map[*source.File][]source.Edit{}
	var order []*source.File
	for _, i := range targets {
		e := findings[i].Fix.Edits
		file := e[0].Span.File
		if !known[file.Path] {
			continue
		}
		if edits[file] == nil {
			order = append(order, file)
		}
		edits[file] = append(edits[file], e...)
	}
	var out []*source.File
	for _, file := range order {
		text, err := source.Apply(file, edits[file])
		if err != nil {
			return nil
		}
		out = append(out, text)
	}
	return out
}

// proveManifests returns those of a batch of edits of manifests that hold
// together. Where not all of them do, each file is looked at with the renders
// that read it, and halves are tried until the culprits are known.
func (t *trial) proveManifests(batch []int) []int {
	if len(batch) == 0 || t.holdManifests(t.world.Project, t.findings, batch) {
		return batch
	}
	var held []int
	for _, file := range filesOf(t.findings, batch) {
		var mine []int
		for _, i := range batch {
			if t.findings[i].Fix.Edits[0].Span.File == file {
				mine = append(mine, i)
			}
		}
		held = append(held, t.byFile(file, mine)...)
	}
	if len(held) == 0 || t.holdManifests(t.world.Project, t.findings, held) {
		return held
	}
	return t.splitManifests(t.world.Project, t.findings, nil, held)
}

func filesOf(findings []rule.Finding, batch []int) []*source.File {
	var out []*source.File
	for _, i := range batch {
		if f := findings[i].Fix.Edits[0].Span.File; !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// byFile tells the edits of one file that hold from those that do not, in a
// project that is the renders which read it.
func (t *trial) byFile(file *source.File, batch []int) []int {
	var reading []*manifest.Render
	for _, r := range t.world.Project.Renders {
		if slices.Contains(r.Inputs, file.Path) {
			reading = append(reading, r)
		}
	}
	part := t.world.Project.OnlyRenders(reading...)
	found, err := rule.Run(t.world.Rules, part, t.world.Now)
	if err != nil {
		return nil
	}
	index := map[int]int{}
	var targets []int
	for k := range found {
		for _, i := range batch {
			if f := t.findings[i]; identify(f) == identify(found[k]) && f.At == found[k].At {
				found[k].Fix = f.Fix
				targets, index[k] = append(targets, k), i
			}
		}
	}
	var held []int
	for _, k := range t.splitManifests(part, found, nil, targets) {
		held = append(held, index[k])
	}
	return held
}

// splitManifests returns those of untested that hold together with the ones that
// do.
func (t *trial) splitManifests(p *facts.Project, findings []rule.Finding, held, untested []int) []int {
	if len(untested) == 0 || t.renders <= 0 {
		return held
	}
	if all := append(slices.Clone(held), untested...); t.holdManifests(p, findings, all) {
		return all
	}
	if len(untested) == 1 {
		return held
	}
	half := len(untested) / 2
	held = t.splitManifests(p, findings, held, untested[:half])
	return t.splitManifests(p, findings, held, untested[half:])
}

// holdManifests makes the edits of the targets, renders again what reads their
// files, and reports whether the targets are gone in every overlay, nothing new is
// found, and nothing but the fields meant has changed in any render.
func (t *trial) holdManifests(p *facts.Project, findings []rule.Finding, targets []int) bool {
	texts := manifestTexts(p, findings, targets)
	if len(texts) == 0 || t.renders <= 0 {
		return false
	}
	after, changed, err := p.WithManifests(t.ctx, texts...)
	t.renders -= max(1, len(changed))
	if err != nil || !onlyMeant(changed, findings, targets) {
		return false
	}
	found, err := rule.Run(t.world.Rules, after, t.world.Now)
	return err == nil && repaired(findings, found, targets)
}

// onlyMeant reports whether renders differ in nothing but what the targets are
// to change. A target in an object that is written inside of a text changes that
// text.
func onlyMeant(changed []manifest.Pair, findings []rule.Finding, targets []int) bool {
	var meant []string
	inTexts := 0
	for _, i := range targets {
		field, ok := findings[i].Changes()
		if !ok {
			return false
		}
		if o := field.Object(); o.Render == nil || !slices.Contains(o.Render.Objects, o) {
			inTexts++
			continue
		}
		meant = append(meant, field.Shape())
	}
	for _, pair := range changed {
		differs, ok := pair.Difference()
		differs = slices.DeleteFunc(differs, func(d string) bool {
			return slices.ContainsFunc(meant, func(m string) bool { return d == m || strings.HasPrefix(d, m+".") })
		})
		if !ok || len(differs) > inTexts {
			return false
		}
	}
	return len(changed) > 0
}

// repaired reports whether the targets are gone and nothing is new. Places move
// when lines are put in, so findings are told by rule, file and key. Another
// finding may go with a target that is about the same object: a container whose
// first setting is written has settings now. An opinion that the fault stood in
// the way of is no harm.
func repaired(before, after []rule.Finding, targets []int) bool {
	left, gone := map[identity]int{}, map[identity]int{}
	objects := map[string]bool{}
	worst := rule.Info
	for _, i := range targets {
		worst = max(worst, before[i].Severity)
	}
	for _, f := range after {
		if f.Severity > rule.Info || worst == rule.Info {
			left[identify(f)]++
		}
	}
	for _, i := range targets {
		gone[identify(before[i])]++
		objects[objectOf(before[i])] = true
	}
	was := map[identity]int{}
	for _, f := range before {
		was[identify(f)]++
	}
	for id, n := range left {
		if n > was[id]-gone[id] {
			return false
		}
	}
	for _, f := range before {
		id := identify(f)
		if f.Severity > rule.Info && left[id] < was[id]-gone[id] && !objects[objectOf(f)] {
			return false
		}
	}
	return true
}

func objectOf(f rule.Finding) string {
	if f.Object == nil {
		return ""
	}
	return f.Object.Kind + "/" + f.Object.Name
}

package fix

import (
	"context"
	"slices"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// World is a project and the rules that judge it.
type World struct {
	Project *facts.Project
	Rules   []rule.Configured
	Now     time.Time
	// First is set where only the first batch of a proof is wanted.
	First bool
}

// Proof says which findings have edits that hold.
type Proof struct {
	// Holds has one entry for each finding: its edits alone, or together with the
	// others of its batch, remove it and do nothing else.
	Holds []bool
	// Batches are the findings that hold, in groups whose edits can be made
	// together, as indexes; the first group is that of the most severe ones.
	Batches [][]int
}

// Prove makes the edits of the wanted findings in memory and judges again.
// findings must be all that the rules find in the project, prepared. Edits of
// Dockerfiles and of manifests are proven here.
//
// All edits that do not overlap are tried together, since nearly all hold; only
// where they do not are halves tried until the culprits are known. What the
// halves leave is judged once more in the whole project.
func (w World) Prove(ctx context.Context, findings []rule.Finding, wanted func(i int) bool) Proof {
	p := Proof{Holds: make([]bool, len(findings))}
	t := &trial{ctx: ctx, world: w, findings: findings, files: map[*source.File]*dockerfile.File{}, budget: MaxProofBytes,
		manifests: manifests(w.Project), renders: MaxRenders}
	for _, d := range w.Project.Dockerfiles {
		t.files[d.Source] = d
	}
	var candidates []int
	for i, f := range findings {
		if file := fileOf(f); file != nil && (t.files[file] != nil || t.manifests[file.Path]) && wanted(i) {
			candidates = append(candidates, i)
		}
	}
	for _, batch := range batches(findings, candidates) {
		held := t.prove(batch)
		for _, i := range held {
			p.Holds[i] = true
		}
		if len(held) > 0 {
			p.Batches = append(p.Batches, held)
		}
		if w.First && len(held) > 0 {
			break
		}
	}
	return p
}

// trial makes edits and looks what becomes of the findings.
type trial struct {
	ctx      context.Context
	world    World
	findings []rule.Finding
	files    map[*source.File]*dockerfile.File
	budget   int
	// manifests are the paths of all files that renders read; renders is how many
	// may still be made again.
	manifests map[string]bool
	renders   int
}

// prove returns those of a batch that hold together.
func (t *trial) prove(batch []int) []int {
	var builds, deployed []int
	for _, i := range batch {
		if t.files[t.findings[i].Fix.Edits[0].Span.File] != nil {
			builds = append(builds, i)
		} else {
			deployed = append(deployed, i)
		}
	}
	held := append(t.proveBuilds(builds), t.proveManifests(deployed)...)
	slices.Sort(held)
	return held
}

// proveBuilds is prove for edits of Dockerfiles.
func (t *trial) proveBuilds(batch []int) []int {
	if len(batch) == 0 {
		return nil
	}
	project := t.world.Project
	bad := t.judge(project, t.findings, batch)
	if len(bad) == 0 {
		return batch
	}
	var held []int
	for _, d := range project.Dockerfiles {
		mine := t.of(d, batch)
		if len(mine) > 0 && (bad[""] || bad[d.Source.Path]) {
			mine = t.halves(d, mine)
		}
		held = append(held, mine...)
	}
	slices.Sort(held)
	if alone(project) {
		return held // each file was judged with just these edits
	}
	if bad = t.judge(project, t.findings, held); bad[""] {
		return nil
	}
	return slices.DeleteFunc(held, func(i int) bool { return bad[t.findings[i].Fix.Edits[0].Span.Path()] })
}

// alone reports whether what is found in a Dockerfile depends on that file alone.
// Rules see one at a time; only images join it with anything else.
func alone(p *facts.Project) bool { return len(p.Images) == 0 }

// of returns those findings of a batch whose edits are in a file.
func (t *trial) of(d *dockerfile.File, batch []int) []int {
	var out []int
	for _, i := range batch {
		if t.findings[i].Fix.Edits[0].Span.File == d.Source {
			out = append(out, i)
		}
	}
	return out
}

// halves tells the edits of one file that hold from those that do not, in a
// project that is this file alone.
func (t *trial) halves(d *dockerfile.File, batch []int) []int {
	alone := t.world.Project.Only(d)
	found, err := rule.Run(t.world.Rules, alone, t.world.Now)
	if err != nil {
		return nil
	}
	// The findings of the file alone, and which of them the batch's are.
	local := Prepare(found)
	type place struct {
		identity
		start, end int
	}
	at := func(f rule.Finding) place { return place{identify(f), f.At.Start.Offset, f.At.End.Offset} }
	whole := map[place]int{}
	for _, i := range batch {
		whole[at(t.findings[i])] = i
	}
	var targets []int
	index := map[int]int{}
	for k := range local {
		if i, ok := whole[at(local[k])]; ok {
			local[k].Fix = t.findings[i].Fix // a digest may have been filled in
			targets, index[k] = append(targets, k), i
		}
	}
	var held []int
	for _, k := range t.split(alone, local, nil, targets) {
		held = append(held, index[k])
	}
	return held
}

// split returns those of untested that hold together with the ones that do.
func (t *trial) split(p *facts.Project, findings []rule.Finding, held, untested []int) []int {
	size := max(len(p.Dockerfiles[0].Source.Text), minTrialBytes)
	if len(untested) == 0 || t.budget < size {
		return held
	}
	t.budget -= size
	if all := append(slices.Clone(held), untested...); len(t.judge(p, findings, all)) == 0 {
		return all
	}
	if len(untested) == 1 {
		return held
	}
	half := len(untested) / 2
	held = t.split(p, findings, held, untested[:half])
	return t.split(p, findings, held, untested[half:])
}

// judge makes the edits of the targets and returns the files where they did
// harm.
func (t *trial) judge(p *facts.Project, findings []rule.Finding, targets []int) map[string]bool {
	bad := map[string]bool{}
	changes := t.changes(p, findings, targets, bad)
	if len(bad) > 0 || len(changes) == 0 {
		return bad
	}
	var before, after []*dockerfile.File
	for _, c := range changes {
		before, after = append(before, c.before), append(after, c.after)
	}
	if alone(p) { // what is not edited need not be judged again
		p = p.Only(before...)
		findings, targets = among(findings, targets, changes)
	}
	found, err := rule.Run(t.world.Rules, p.WithDockerfiles(after...), t.world.Now)
	if err != nil {
		return map[string]bool{"": true}
	}
	return compare(findings, found, targets, changes)
}

// among returns the findings that lie in the changed files, and which of them the
// targets are.
func among(findings []rule.Finding, targets []int, changes []*change) ([]rule.Finding, []int) {
	changed, target := map[string]bool{}, map[int]bool{}
	for _, c := range changes {
		changed[c.before.Source.Path] = true
	}
	for _, i := range targets {
		target[i] = true
	}
	var out []rule.Finding
	var at []int
	for i, f := range findings {
		if target[i] {
			at = append(at, len(out))
		}
		if target[i] || changed[f.At.Path()] {
			out = append(out, f)
		}
	}
	return out, at
}

// changes makes the edits of the targets, and marks the files that they spoil.
func (t *trial) changes(p *facts.Project, findings []rule.Finding, targets []int, bad map[string]bool) []*change {
	edits := map[*source.File][]source.Edit{}
	for _, i := range targets {
		e := findings[i].Fix.Edits
		edits[e[0].Span.File] = append(edits[e[0].Span.File], e...)
	}
	var out []*change
	for _, d := range p.Dockerfiles {
		if edits[d.Source] == nil {
			continue
		}
		c := newChange(t.ctx, p, d, edits[d.Source])
		if c == nil {
			bad[d.Source.Path] = true
			continue
		}
		out = append(out, c)
	}
	return out
}

// Apply makes the edits of a batch of a proof.
func (w World) Apply(ctx context.Context, findings []rule.Finding, batch []int) World {
	t := &trial{ctx: ctx, world: w}
	var files []*dockerfile.File
	for _, c := range t.changes(w.Project, findings, batch, map[string]bool{}) {
		files = append(files, c.after)
	}
	w.Project = w.Project.WithDockerfiles(files...)
	if texts := manifestTexts(w.Project, findings, batch); len(texts) > 0 {
		if p, _, err := w.Project.WithManifests(ctx, texts...); err == nil {
			w.Project = p
		}
	}
	return w
}

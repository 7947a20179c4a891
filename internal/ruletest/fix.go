package ruletest

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/fix"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// fixesHold holds the edits of an example's findings, one finding at a time: the
// finding is gone, no rule of any package finds something new, and in a
// Dockerfile every other instruction is the same. It reports whether there are
// any. An edit that a digest is missing for gets one.
func fixesHold(t *testing.T, r *rule.Rule, ex Example, project *facts.Project, found []rule.Finding) (any bool) {
	t.Helper()
	found = repaired(found)
	for _, f := range found {
		if f.Fix == nil || len(f.Fix.Edits) == 0 {
			continue
		}
		any = true
		removes(t, r, ex, f)
		proven(t, project, f)
	}
	return any
}

// rereads holds that a Dockerfile that is read again with the same text, as it is
// for a proof, is judged the same: whatever the facts know of it besides its text
// must be known then, too (facts.Project.Reread).
func rereads(t *testing.T, p *facts.Project) {
	t.Helper()
	var files []*dockerfile.File
	for _, d := range p.Dockerfiles {
		f, err := p.Reread(t.Context(), source.NewFile(d.Source.Path, d.Source.Text))
		require.NoError(t, err)
		files = append(files, f)
	}
	if len(files) > 0 && len(p.Images) == 0 {
		require.Equal(t, counts(t, p), counts(t, p.WithDockerfiles(files...)), "reading a Dockerfile again changes what is found")
	}
}

func repaired(found []rule.Finding) []rule.Finding {
	every := func(int) bool { return true }
	return fix.Prepare(fix.Fill(found, every, func(rule.Lookup) string { return "sha256:" + strings.Repeat("0123456789abcdef", 4) }))
}

// removes makes the edits, reads the whole example again, and compares the
// findings of all rules by rule, path and key.
func removes(t *testing.T, r *rule.Rule, ex Example, f rule.Finding) {
	t.Helper()
	byPath := map[string][]source.Edit{}
	for _, e := range f.Fix.Edits {
		byPath[e.Span.Path()] = append(byPath[e.Span.Path()], e)
	}
	fixed := Example{Files: maps.Clone(ex.Files), Archive: ex.Archive, Images: ex.Images, Advisories: ex.Advisories}
	for name, edits := range byPath {
		after, err := source.Apply(edits[0].Span.File, edits)
		require.NoError(t, err)
		require.NotEqual(t, string(ex.Files[name].Data), after.Text, "the edits of %q change nothing", f.Fix.Title)
		fixed.Files[name] = &fstest.MapFile{Data: []byte(after.Text), Mode: 0o644}
	}
	before, after := counts(t, Load(t, ex)), counts(t, Load(t, fixed))
	if f.Severity > rule.Info { // an opinion that the fault stood in the way of is no harm
		after = weighty(t, Load(t, fixed))
	}
	id := identity(f)
	require.Equal(t, before[id]-1, after[id], "the edits of %q do not remove exactly their finding", f.Fix.Title)
	for id, n := range after {
		require.LessOrEqual(t, n, before[id], "the edits of %q bring a new finding: %s", f.Fix.Title, id)
	}
}

func identity(f rule.Finding) string { return f.Rule.ID + " " + f.At.Path() + " " + f.Key }

// counts runs every rule there is and counts its findings by identity.
func counts(t *testing.T, p *facts.Project) map[string]int {
	t.Helper()
	return countAbove(t, p, rule.Unset)
}

// weighty is counts without opinions.
func weighty(t *testing.T, p *facts.Project) map[string]int {
	t.Helper()
	return countAbove(t, p, rule.Info)
}

func countAbove(t *testing.T, p *facts.Project, s rule.Severity) map[string]int {
	t.Helper()
	found, err := rule.Run(every(), p, now)
	require.NoError(t, err)
	out := map[string]int{}
	for _, f := range found {
		if f.Severity > s {
			out[identity(f)]++
		}
	}
	return out
}

// every returns all rules, with their default settings.
func every() []rule.Configured {
	all := rules.All()
	out := make([]rule.Configured, len(all))
	for i := range all {
		out[i].Rule = &all[i]
	}
	return out
}

// proven demands of edits that package fix proves them, too.
func proven(t *testing.T, p *facts.Project, f rule.Finding) {
	t.Helper()
	world := fix.World{Project: p, Rules: every(), Now: now}
	all, err := rule.Run(world.Rules, p, now)
	require.NoError(t, err)
	all = repaired(all)
	only := func(i int) bool { return identity(all[i]) == identity(f) && all[i].At == f.At }
	proof := world.Prove(t.Context(), all, only)
	require.Len(t, proof.Batches, 1, "the edits of %q are not proven: another instruction, field or finding changes", f.Fix.Title)
}

package ruletest

import (
	"context"
	"io/fs"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/manifest/admission"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// bareMarker is a line at which the txtar library, which only tests read with,
// panics: a marker with nothing in it.
var bareMarker = regexp.MustCompile(`(?m)^-- ?--\r?$`)

// Robust runs all rules over the repository files of any text read as an
// example: no rule may panic, and every finding must lie inside its file.
func Robust(t *testing.T, rules []rule.Rule, text string) {
	t.Helper()
	if bareMarker.MatchString(text) {
		return
	}
	ex := Parse(text)
	for name := range ex.Files {
		if !fs.ValidPath(name) {
			delete(ex.Files, name)
		}
	}
	p, err := facts.Load(context.Background(), facts.Sources{Repo: source.OpenFS(ex.Files), Predict: admission.Predict})
	require.NoError(t, err)
	var configured []rule.Configured
	for i := range rules {
		configured = append(configured, rule.Configured{Rule: &rules[i]})
	}
	found, err := rule.Run(configured, p, now)
	require.NoError(t, err)
	for _, f := range found {
		inside(t, f.Rule.ID, f.At)
		for _, r := range f.Related {
			inside(t, f.Rule.ID, r.At)
		}
	}
}

func inside(t *testing.T, id string, s source.Span) {
	t.Helper()
	if !s.Valid() {
		return
	}
	require.LessOrEqual(t, s.Start.Offset, s.End.Offset, id)
	require.LessOrEqual(t, s.End.Offset, len(s.File.Text), id)
	require.LessOrEqual(t, s.Start.Line, s.File.LineCount(), "%s points at a line that does not exist", id)
}

// Benchmark runs the rules over every one of their examples.
func Benchmark(b *testing.B, rules []rule.Configured) {
	var projects []*facts.Project
	for _, c := range rules {
		for _, text := range c.Rule.Bad {
			projects = append(projects, Load(b, Parse(text)))
		}
	}
	for b.Loop() {
		for _, p := range projects {
			if _, err := rule.Run(rules, p, now); err != nil {
				b.Fatal(err)
			}
		}
	}
}

package ruletest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Load makes the project of an example.
func Load(t testing.TB, ex Example) *facts.Project {
	t.Helper()
	p, err := facts.Load(context.Background(), facts.Sources{Repo: source.OpenFS(ex.Files)})
	require.NoError(t, err)
	return p
}

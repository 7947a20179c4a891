package docs_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gen/docs"
)

func TestGeneratedFilesAreFresh(t *testing.T) {
	stale, err := docs.Stale("../../..")
	require.NoError(t, err)
	require.Empty(t, stale, "run: go generate ./...")
}

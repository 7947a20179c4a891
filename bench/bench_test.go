package main

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFigureAgainstItsGoal(t *testing.T) {
	f := figure{"check", 75, 150, "ms CPU", "x"}
	require.True(t, f.met())
	require.Equal(t, "check: 75 ms CPU, goal at most 150 ms CPU, 0.50 of it: met (x)", f.String())
	f.value = 151
	require.False(t, f.met())
	require.Contains(t, f.String(), "1.01 of it: MISSED")
}

func TestMedians(t *testing.T) {
	got, err := medians(3, []run{{[]string{"true"}, 0}, {[]string{"false"}, 1}})
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Less(t, got[0].cpu, time.Second)
	if runtime.GOOS == "linux" {
		require.Positive(t, got[0].peak)
	}

	_, err = medians(1, []run{{[]string{"false"}, 0}})
	require.ErrorContains(t, err, "false: exit status 1")
	_, err = medians(0, nil)
	require.ErrorContains(t, err, "at least 1")
}

func TestSpreadRepeatsTheFilesInTurn(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, spread(dir, [][]byte{[]byte("FROM a"), []byte("FROM b")}, 3))
	texts, err := findDockerfiles(dir)
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte("FROM a"), []byte("FROM b"), []byte("FROM a")}, texts)
	_, err = findDockerfiles(t.TempDir())
	require.ErrorContains(t, err, "no Dockerfile below")
}

func TestForeignPackages(t *testing.T) {
	packages, err := foreignPackages()
	require.NoError(t, err)
	require.Contains(t, packages, "github.com/spf13/cobra")
	for _, p := range packages {
		require.NotContains(t, p, "/internal/")
		require.NotContains(t, p, module)
	}
}

//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// outcome is a finished process.
type outcome struct {
	code           int
	stdout, stderr string
}

// command is a process to run. The zero values mean: this folder, the
// environment of the test.
type command struct {
	dir string
	env []string
	// limit ends the process; 0 means five minutes.
	limit time.Duration
}

// run runs a program and returns what became of it, whatever its exit code.
func (c command) run(t *testing.T, program string, args ...string) outcome {
	t.Helper()
	limit := c.limit
	if limit == 0 {
		limit = 5 * time.Minute
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = c.dir, append(os.Environ(), c.env...)
	cmd.WaitDelay = 5 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err, "%s %v", program, args)
	}
	require.NoError(t, ctx.Err(), "%s %v did not end within %s\n%s%s", program, args, limit, &stdout, &stderr)
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// must runs a program that has to succeed and returns its standard output.
func (c command) must(t *testing.T, program string, args ...string) string {
	t.Helper()
	got := c.run(t, program, args...)
	require.Zero(t, got.code, "%s %v\n%s%s", program, args, got.stdout, got.stderr)
	return got.stdout
}

// tidewaiter runs the program under test without network for advisories'
// sake: tests that want them name them.
func tidewaiter(t *testing.T, env []string, args ...string) outcome {
	t.Helper()
	clean := []string{"HOME=" + t.TempDir(), "XDG_CACHE_HOME=", "DOCKER_CONFIG="}
	return command{env: append(clean, env...)}.run(t, here.binary, args...)
}

// check runs tidewaiter check and decodes its result; the exit code must be one
// of those given.
func check(t *testing.T, codes []int, env []string, args ...string) gate.Result {
	t.Helper()
	got := tidewaiter(t, env, append([]string{"check", "--offline", "--format", "json"}, args...)...)
	require.Contains(t, codes, got.code, "check %v\n%s", args, got.stderr)
	var r gate.Result
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &r), "check %v\n%s", args, got.stdout)
	return r
}

// write writes files, by path, below a new folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		writeFile(t, filepath.Join(dir, name), []byte(text), 0o644)
	}
	return dir
}

func writeFile(t *testing.T, path string, data []byte, mode os.FileMode) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, data, mode))
}

//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// here is what TestMain prepared for every test; nothing changes it afterwards.
var here struct {
	// dir holds all that the parts write; it goes with the run.
	dir string
	// binary is the program under test, built as it is released.
	binary string
	// root is this repository.
	root string
}

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	defer os.RemoveAll(here.dir)
	defer stopParts()
	return m.Run()
}

func prepare() error {
	dir, err := os.MkdirTemp("", "tidewaiter-e2e-")
	if err != nil {
		return err
	}
	root, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	here.dir, here.root, here.binary = dir, root, filepath.Join(dir, "tidewaiter")
	if given := os.Getenv("TIDEWAITER_E2E_BINARY"); given != "" {
		fmt.Fprintln(os.Stderr, "e2e: testing", given)
		here.binary = given
		return nil
	}
	return goBuild(here.binary, "./cmd/tidewaiter")
}

// goBuild compiles a package of this repository as a static, stripped program.
func goBuild(out, pkg string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, pkg)
	cmd.Dir = here.root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, text)
	}
	return nil
}

// missing ends a test whose part is not there: a failure where everything was
// promised, else a skip that nobody can overlook.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	text := fmt.Sprintf(format, args...)
	if os.Getenv("CI") == "true" {
		t.Fatalf("MISSING: %s", text)
	}
	fmt.Fprintf(os.Stderr, "\n*** %s SKIPPED: %s (.ci/run installs it)\n\n", t.Name(), text)
	t.Skip(text)
}

// tool returns the path of a program that .ci/run installs.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, "the program %s is not in PATH", name)
	}
	return path
}

// corpus returns the folder of real repositories to run against.
func corpus(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("TIDEWAITER_CORPUS")
	if dir == "" {
		fmt.Fprintf(os.Stderr, "\n*** %s SKIPPED: TIDEWAITER_CORPUS is not set, nothing real was judged\n\n", t.Name())
		t.Skip("TIDEWAITER_CORPUS is not set")
	}
	require.DirExists(t, dir)
	return dir
}

// repositories returns the names of the repositories of the corpus.
func repositories(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(corpus(t))
	require.NoError(t, err)
	var out []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "osv" {
			out = append(out, e.Name())
		}
	}
	require.NotEmpty(t, out)
	return out
}

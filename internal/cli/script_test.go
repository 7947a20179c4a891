package cli_test

import (
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/tidewaiter/tidewaiter/internal/cli"
	"github.com/tidewaiter/tidewaiter/internal/registry/embedded"
	"github.com/tidewaiter/tidewaiter/internal/revision/revisiontest"
	"github.com/tidewaiter/tidewaiter/internal/sign/signtest"
)

var update = flag.Bool("update", false, "rewrite the expected files of the scripts")

// TestMain lets the scripts run the program by its name, each in a process of
// its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tidewaiter": func() {
		env := cli.System()
		env.Version = "0.0.0-test"
		env.Public = nil // what the Internet says would change what is expected
		if at := os.Getenv("TEST_NOW"); at != "" {
			now, err := time.Parse(time.DateOnly, at)
			if err != nil {
				panic(err)
			}
			env.Now = func() time.Time { return now }
		}
		os.Exit(cli.Main(context.Background(), env))
	}})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			server := httptest.NewServer(embedded.Handler(true))
			e.Defer(server.Close)
			e.Setenv("REGISTRY", strings.TrimPrefix(server.URL, "http://"))
			faulty := httptest.NewServer(http.HandlerFunc(faults))
			e.Defer(faulty.Close)
			e.Setenv("FAULTY", strings.TrimPrefix(faulty.URL, "http://"))
			services := signtest.New(t)
			e.Setenv("SIGNTEST_ROOT", services.TrustedRoot(t))
			e.Setenv("SIGNTEST_CONFIG", services.SigningConfig(t, 1))
			e.Setenv("SIGNTEST_TOKEN_URL", services.Env("ACTIONS_ID_TOKEN_REQUEST_URL"))
			e.Setenv("SIGNTEST_TOKEN", services.Env("ACTIONS_ID_TOKEN_REQUEST_TOKEN"))
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("TEST_NOW", "2026-11-01")
			return nil
		},
		Cmds: commands(),
	})
}

func commands() map[string]func(*testscript.TestScript, bool, []string) {
	out := hostileCommands()
	out["exits"], out["http-status"], out["commit"] = exits, httpStatus, commit
	return out
}

// exits runs the program and checks its exit code: exits CODE ARG...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE ARG...")
	}
	err := ts.Exec("tidewaiter", args[1:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("tidewaiter %s: exit %s, want %s\nstdout:\n%s\nstderr:\n%s",
			strings.Join(args[1:], " "), got, args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// commit makes a commit of a folder's files: commit DIR
func commit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: commit DIR")
	}
	_, err := revisiontest.Commit(ts.MkAbs(args[0]))
	ts.Check(err)
}

// httpStatus asks a URL and checks the status: http-status CODE URL
func httpStatus(ts *testscript.TestScript, neg bool, args []string) {
	resp, err := http.Get(args[1])
	ts.Check(err)
	resp.Body.Close()
	if http.StatusText(resp.StatusCode) == "" || args[0] != resp.Status[:3] {
		ts.Fatalf("%s: %s, want %s", args[1], resp.Status, args[0])
	}
}

package cli

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stepRun is what a run of the action left behind.
type stepRun struct {
	workspace, outputs, summary, stdout, stderr string
	code                                        int
}

type noNetwork struct{}

func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("there is no network in this test")
}

// runStep runs the action in a workspace with the files given, as the runner
// would.
func runStep(t *testing.T, files, variables map[string]string) stepRun {
	t.Helper()
	s := stepRun{workspace: t.TempDir()}
	for name, text := range files {
		path := filepath.Join(s.workspace, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	outputs, summary := runnerFile(t), runnerFile(t)
	all := map[string]string{
		"GITHUB_WORKSPACE": s.workspace, "GITHUB_OUTPUT": outputs, "GITHUB_STEP_SUMMARY": summary, "GITHUB_EVENT_NAME": "push",
		"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/app", "GITHUB_SHA": strings.Repeat("0a", 20),
	}
	for _, name := range actionInputNames() {
		all["INPUT_"+strings.ToUpper(name)] = ""
	}
	for k, v := range variables {
		all[k] = v
	}
	var stdout, stderr bytes.Buffer
	s.code = Main(context.Background(), Env{
		Args: []string{"action"}, Stdout: &stdout, Stderr: &stderr, Now: func() time.Time { return time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC) },
		Getenv: func(k string) string { return all[k] }, Version: "0.1.0", Transport: noNetwork{},
		Environ: func() []string {
			var out []string
			for k, v := range all {
				out = append(out, k+"="+v)
			}
			return out
		},
	})
	s.outputs, s.summary, s.stdout, s.stderr = read(t, outputs), read(t, summary), stdout.String(), stderr.String()
	return s
}

const rootDockerfile = "FROM scratch\nCOPY app /app\nUSER root\nENTRYPOINT [\"/app\"]\n"

func TestActionBlocks(t *testing.T) {
	s := runStep(t, map[string]string{"src/Dockerfile": rootDockerfile}, map[string]string{"INPUT_PATH": "src", "INPUT_RULES": "root-user"})
	require.Equal(t, ExitBlocked, s.code, s.stdout+s.stderr)
	outputs := outputsAsRead(t, s.outputs)
	require.Equal(t, "fail", outputs["result"])
	require.Equal(t, "1", outputs["high"])
	require.Contains(t, s.stdout, "\nblocked: 1 of 1 finding must be fixed or waived")
	require.Contains(t, s.stdout, "\n::error file=src/Dockerfile,line=3,endLine=3,col=6,endColumn=10,title=")
	require.Contains(t, s.summary, "(https://github.com/acme/app/blob/"+strings.Repeat("0a", 20)+"/src/Dockerfile#L3)")
	require.Contains(t, read(t, filepath.Join(s.workspace, outputs["sarif-file"])), `"uri": "src/Dockerfile"`)
	require.Contains(t, read(t, filepath.Join(s.workspace, outputs["report-file"])), `"path": "Dockerfile"`)
}

func TestActionPasses(t *testing.T) {
	s := runStep(t, map[string]string{"Dockerfile": strings.ReplaceAll(rootDockerfile, "root", "10001")}, map[string]string{"INPUT_RULES": "root-user"})
	require.Equal(t, ExitPass, s.code, s.stdout+s.stderr)
	require.Equal(t, "pass", outputsAsRead(t, s.outputs)["result"])
	require.NotContains(t, s.stdout, "::")
	require.True(t, strings.HasPrefix(s.summary, "## tidewaiter: passed"), s.summary)
}

func TestActionFailOnNeverStillReports(t *testing.T) {
	s := runStep(t, map[string]string{"Dockerfile": rootDockerfile}, map[string]string{"INPUT_RULES": "root-user", "INPUT_FAIL-ON": "never"})
	require.Equal(t, ExitPass, s.code, s.stdout+s.stderr)
	require.Equal(t, "1", outputsAsRead(t, s.outputs)["findings"])
	require.Contains(t, s.stdout, "::error file=Dockerfile,line=3")
}

// Whatever goes wrong, later steps read an error and not the pass of a run
// before.
func TestActionMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		variables map[string]string
		code      int
		says      string
	}{
		"boolean":      {map[string]string{"INPUT_SIGN": "yes"}, ExitUsage, `input sign: "yes" is neither true nor false`},
		"event":        {map[string]string{"INPUT_SIGN": "true", "GITHUB_EVENT_NAME": "pull_request_target"}, ExitUsage, "sign: refused on pull_request_target"},
		"severity":     {map[string]string{"INPUT_FAIL-ON": "severe"}, ExitUsage, "severe"},
		"no folder":    {map[string]string{"INPUT_PATH": "gone"}, ExitUsage, "gone"},
		"image":        {map[string]string{"INPUT_IMAGE": "oci:gone"}, ExitUnable, "gone"},
		"sign nothing": {map[string]string{"INPUT_SIGN": "true", "INPUT_KEY": "env://KEY"}, ExitUnable, "KEY"},
	} {
		s := runStep(t, map[string]string{"Dockerfile": rootDockerfile}, c.variables)
		require.Equal(t, c.code, s.code, name+": "+s.stdout+s.stderr)
		require.Equal(t, "error", outputsAsRead(t, s.outputs)["result"], name)
		require.Contains(t, s.stderr, c.says, name)
		require.Contains(t, s.stdout, "::error title=tidewaiter could not decide::", name)
		require.Contains(t, s.summary, "## tidewaiter: not decided", name)
	}
}

func TestActionOutsideOfAWorkflow(t *testing.T) {
	s := runStep(t, nil, map[string]string{"GITHUB_WORKSPACE": ""})
	require.Equal(t, ExitUsage, s.code)
	require.Contains(t, s.stderr, "GITHUB_WORKSPACE is not set")
}

func TestActionWarnsOfUnknownInputs(t *testing.T) {
	s := runStep(t, map[string]string{"Dockerfile": "FROM scratch\nUSER 10001\n"}, map[string]string{"INPUT_FAIL_ON": "low", "INPUT_RULES": "root-user"})
	require.Equal(t, ExitPass, s.code, s.stdout+s.stderr)
	require.Contains(t, s.stdout, `::warning title=tidewaiter%3A inputs::there is no input "fail_on"; did you mean "fail-on"?`)
}

func TestActionIgnoresAKeyItDoesNotNeed(t *testing.T) {
	s := runStep(t, map[string]string{"Dockerfile": "FROM scratch\nUSER 10001\n"},
		map[string]string{"INPUT_SIGN": "false", "INPUT_KEY": "env://KEY", "INPUT_RULES": "root-user"})
	require.Equal(t, ExitPass, s.code, s.stdout+s.stderr)
}

// A repository whose text looks like commands of the runner sets none of them.
func TestActionIsNotCommandedByTheRepository(t *testing.T) {
	hostile := "FROM scratch\nLABEL a=\"##[add-mask]e\"\n# ::stop-commands::x\nUSER root ##[stop-commands]x\n"
	s := runStep(t, map[string]string{"::error::Dockerfile": hostile, "a/##[set-env name=PATH]x.Dockerfile": hostile}, map[string]string{"INPUT_RULES": "root-user"})
	require.NotContains(t, s.stdout, "##[")
	for _, l := range strings.Split(s.stdout, "\n") {
		if strings.HasPrefix(strings.TrimSpace(l), "::") {
			require.Regexp(t, `^::(error|warning|notice) (file=[^:,]+,|title=)`, l)
		}
	}
}

func TestActionShowsNoSecrets(t *testing.T) {
	const secret = "glpat-wXv4Qm2RsT8yKp6LzN3b"
	s := runStep(t, map[string]string{"Dockerfile": "FROM scratch\nENV TOKEN=" + secret + " PATH=/x\nUSER root\n"}, nil)
	require.Contains(t, s.stdout, "secret-literal")
	require.Contains(t, s.stdout, "3 | USER root", "other lines are shown")
	for _, text := range []string{s.stdout, s.stderr, s.summary, s.outputs, read(t, filepath.Join(s.workspace, defaultSARIF)), read(t, filepath.Join(s.workspace, defaultResult))} {
		require.NotContains(t, text, secret)
	}
}

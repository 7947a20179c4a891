//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// runnerStep is one step of a docker action as GitHub's runner makes it.
type runnerStep struct {
	event  string
	inputs map[string]string
	env    []string
}

// stepResult is what the runner reads after the step.
type stepResult struct {
	outcome
	workspace, outputs, summary, artifacts string
}

// run starts the action by the runner's own docker run line, from
// src/Runner.Worker/Handlers/ContainerActionHandler.cs and
// Container/DockerCommandManager.cs of https://github.com/actions/runner: only
// the daemon's socket on this side is another one.
func (s runnerStep) run(t *testing.T, workspace string) stepResult {
	t.Helper()
	host := actionImages(t)
	work := t.TempDir()
	for _, d := range []string{"_temp", "_github_home", "_github_workflow", "_file_commands"} {
		require.NoError(t, os.MkdirAll(filepath.Join(work, d), 0o755))
	}
	files := filepath.Join(work, "_file_commands")
	for _, f := range []string{"set_output", "step_summary", "artifacts"} {
		writeFile(t, filepath.Join(files, f), nil, 0o644)
	}
	writeFile(t, filepath.Join(work, "_github_workflow/event.json"), []byte(`{"number": 7}`), 0o644)
	env := append([]string{
		"HOME=/github/home", "GITHUB_WORKSPACE=/github/workspace", "GITHUB_EVENT_NAME=" + s.event,
		"GITHUB_EVENT_PATH=/github/workflow/event.json", "GITHUB_REPOSITORY=acme/shop", "GITHUB_SERVER_URL=https://github.com",
		"GITHUB_SHA=0123456789012345678901234567890123456789", "GITHUB_ACTOR=someone", "RUNNER_TEMP=/github/runner_temp",
		"GITHUB_OUTPUT=/github/file_commands/set_output", "GITHUB_STEP_SUMMARY=/github/file_commands/step_summary",
		"GITHUB_ARTIFACTS=/github/file_commands/artifacts",
	}, s.env...)
	for name, value := range s.inputs {
		env = append(env, "INPUT_"+strings.ToUpper(name)+"="+value)
	}
	args := []string{"run", "--name", "action_e2e", "--label", "e2e", "--workdir", "/github/workspace", "--rm"}
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		args = append(args, "-e", name)
	}
	args = append(args, "-e", "GITHUB_ACTIONS=true", "-e", "CI=true",
		"-v", strings.TrimPrefix(host, "unix://")+":/var/run/docker.sock",
		"-v", work+"/_temp:/github/runner_temp", "-v", work+"/_github_home:/github/home", "-v", work+"/_github_workflow:/github/workflow",
		"-v", files+":/github/file_commands", "-v", workspace+":/github/workspace", actionImage, "action")
	got := command{env: append([]string{"DOCKER_HOST=" + host, "DOCKER_CONFIG=" + work}, env...)}.run(t, tool(t, "docker"), args...)
	t.Logf("docker %s\n%s%s", strings.Join(args, " "), got.stdout, got.stderr)
	return stepResult{got, workspace, text(t, filepath.Join(files, "set_output")), text(t, filepath.Join(files, "step_summary")),
		text(t, filepath.Join(files, "artifacts"))}
}

func text(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(data)
}

// output returns an output as the runner reads it: name<<delimiter, lines,
// delimiter.
func (r stepResult) output(t *testing.T, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut("\n"+r.outputs, "\n"+name+"<<")
	require.True(t, ok, "no output %s in %q", name, r.outputs)
	delimiter, rest, _ := strings.Cut(rest, "\n")
	value, _, ok := strings.Cut(rest, "\n"+delimiter+"\n")
	require.True(t, ok, "output %s has no end in %q", name, r.outputs)
	return value
}

// commands returns the workflow commands that the runner would see: at the
// start of a line, or in the old form anywhere in one.
func (r stepResult) commands() []string {
	var out []string
	for line := range strings.Lines(r.stdout + r.stderr) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

// TestRunnerBlocks runs a step that blocks on a pull request.
func TestRunnerBlocks(t *testing.T) {
	got := runnerStep{event: "pull_request", inputs: map[string]string{"fail-on": "", "path": ""}}.run(t, userRepository(t, blockedFiles()))
	require.Equal(t, 1, got.code)
	require.Equal(t, "fail", got.output(t, "result"))
	require.Equal(t, ".tidewaiter/results.sarif", got.output(t, "sarif-file"))
	require.True(t, strings.HasPrefix(got.summary, "## tidewaiter: blocked"), got.summary)
	require.Contains(t, got.summary, "https://github.com/acme/shop/blob/0123456789012345678901234567890123456789/app/Dockerfile#L2")
	require.Empty(t, got.artifacts)
	commands := got.commands()
	require.NotEmpty(t, commands)
	for _, c := range commands {
		level, _, ok := strings.Cut(c, " file=app/Dockerfile,line=")
		require.True(t, ok && slices.Contains([]string{"::error", "::warning", "::notice"}, level), "no annotation of ours: %s", c)
	}
	requireReports(t, got.workspace)
}

// TestRunnerReadsTheDaemon judges an image of the machine's Docker daemon,
// through the socket that every docker action is given.
func TestRunnerReadsTheDaemon(t *testing.T) {
	got := runnerStep{event: "push", inputs: map[string]string{"image": "docker:" + actionImage, "fail-on": "never", "advisories": "data"}}.run(t,
		userRepository(t, map[string]string{"data/Go/none.json": `{"id": "E2E-0", "modified": "2026-10-01T00:00:00Z", "affected": []}`}))
	require.Zero(t, got.code)
	require.Equal(t, "pass", got.output(t, "result"))
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", got.output(t, "digest"))
	requireReports(t, got.workspace)
}

// TestRunnerRefusesToSignPullRequests runs code that nobody has accepted yet.
func TestRunnerRefusesToSignPullRequests(t *testing.T) {
	keys, _ := signKeys(t)
	got := runnerStep{event: "pull_request",
		inputs: map[string]string{"image": "oci:built", "push": "127.0.0.1:1/acme/app:1", "sign": "true", "key": "env://KEY"},
		env:    []string{"KEY=" + text(t, filepath.Join(keys, "cosign.key")), "COSIGN_PASSWORD=" + signPassword},
	}.run(t, userRepository(t, shippedFiles(t)))
	require.Equal(t, 2, got.code)
	require.Equal(t, "error", got.output(t, "result"))
	require.Contains(t, got.stdout+got.stderr, "refused on pull_request")
	require.Empty(t, got.output(t, "signature"))
}

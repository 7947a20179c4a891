package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/report"
)

const someDigest = "sha256:6f1e0dc6c5f8ac3a3e4b3b3b3f0e8f5b0e1d2c3b4a5968778695a4b3c2d1e0f9"

func sampleResult() *gate.Result {
	return &gate.Result{
		Version: 1, Result: "pass", Tool: gate.Tool{Name: "tidewaiter", Version: "0.1.0"},
		Findings: []gate.Finding{
			{Rule: "TW-D001", Severity: "critical", Status: "open", Message: "m", Path: "Dockerfile", Line: 1},
			{Rule: "TW-D002", Severity: "high", Status: "waived", Message: "m", Path: "Dockerfile", Line: 2},
		},
		Images: []gate.Image{
			{Ref: "oci:out", Digest: "sha256:1", Pushed: "ghcr.io/acme/app@" + someDigest, Signed: true, Signature: "sha256:2"},
			{Ref: "ghcr.io/acme/b@" + someDigest, Digest: someDigest},
		},
	}
}

// outputsAsRead reads an output file as the runner does: name<<delimiter, lines,
// delimiter. After src/Runner.Worker/FileCommandManager.cs of actions/runner.
func outputsAsRead(t *testing.T, text string) map[string]string {
	t.Helper()
	out := map[string]string{}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if lines[i] == "" {
			continue
		}
		name, delimiter, ok := strings.Cut(lines[i], "<<")
		require.True(t, ok, lines[i])
		var value []string
		for i++; lines[i] != delimiter; i++ {
			value = append(value, lines[i])
		}
		out[name] = strings.Join(value, "\n")
	}
	return out
}

func runnerFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o644))
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

func TestWriteOutputs(t *testing.T) {
	j := job{outputFile: runnerFile(t)}
	require.NoError(t, j.writeOutputs(actionOutputs(sampleResult(), reportFiles{sarif: ".tidewaiter/results.sarif"})))
	require.Equal(t, map[string]string{
		"result": "pass", "findings": "1", "new-findings": "1", "critical": "1", "high": "0", "waived": "1", "waivers-added": "0",
		"digest": someDigest + "\n" + someDigest, "signature": "sha256:2", "sarif-file": ".tidewaiter/results.sarif", "report-file": "",
	}, outputsAsRead(t, read(t, j.outputFile)))
}

func TestOutputsCannotBeForged(t *testing.T) {
	j := job{outputFile: runnerFile(t)}
	hostile := "x\nEOF\nresult=pass\nghadelimiter\nresult<<EOF\npass\nEOF"
	require.NoError(t, j.writeOutputs([]actionOutput{{"digest", hostile}, {"result", "fail"}}))
	require.Equal(t, map[string]string{"digest": hostile, "result": "fail"}, outputsAsRead(t, read(t, j.outputFile)))
}

func TestRunnerFilesThatAreMissing(t *testing.T) {
	j := job{}
	require.NoError(t, j.writeOutputs([]actionOutput{{"a", "b"}}), "outside of a workflow there is no file")
	require.NoError(t, j.writeSummary(sampleResult(), report.Options{}))
	require.NoError(t, j.writeArtifacts(sampleResult()))
	gone := filepath.Join(t.TempDir(), "gone")
	j = job{outputFile: gone, summaryFile: gone, artFile: gone}
	require.ErrorContains(t, j.writeOutputs([]actionOutput{{"a", "b"}}), "GITHUB_OUTPUT: ")
	require.ErrorContains(t, j.writeSummary(sampleResult(), report.Options{}), "GITHUB_STEP_SUMMARY: ")
	require.ErrorContains(t, j.writeArtifacts(sampleResult()), "GITHUB_ARTIFACTS: ")
	require.NoFileExists(t, gone)
}

func TestWriteSummary(t *testing.T) {
	j := job{summaryFile: runnerFile(t), blobURL: "https://github.com/acme/app/blob/1"}
	require.NoError(t, os.WriteFile(j.summaryFile, []byte("before\n"), 0o644))
	require.NoError(t, j.writeSummary(sampleResult(), report.Options{}))
	text := read(t, j.summaryFile)
	require.True(t, strings.HasPrefix(text, "before\n## tidewaiter: passed"), text)

	require.NoError(t, os.WriteFile(j.summaryFile, make([]byte, maxStepSummary-10), 0o644))
	require.ErrorContains(t, j.writeSummary(sampleResult(), report.Options{}), "larger than GitHub's limit of 1048576 bytes")
}

func TestWriteArtifacts(t *testing.T) {
	j := job{artFile: runnerFile(t)}
	r := sampleResult()
	r.Images = append(r.Images, gate.Image{Ref: "oci:x", Digest: someDigest}, gate.Image{Ref: "ghcr.io/acme/c:1", Digest: someDigest})
	require.NoError(t, j.writeArtifacts(r))
	require.Equal(t, fmt.Sprintf("oci://ghcr.io/acme/app@%s\noci://ghcr.io/acme/b@%[1]s\n", someDigest), read(t, j.artFile))

	failed := job{artFile: runnerFile(t)}
	r.Result = "fail"
	require.NoError(t, failed.writeArtifacts(r))
	require.Empty(t, read(t, failed.artFile), "only what passed is named")
}

func TestWriteReports(t *testing.T) {
	j := job{workspace: t.TempDir()}
	files, err := j.writeReports(actionInputs{}, sampleResult(), report.Options{OpenOnly: true})
	require.NoError(t, err)
	require.Equal(t, reportFiles{".tidewaiter/results.sarif", ".tidewaiter/result.json"}, files)
	sarif := read(t, filepath.Join(j.workspace, files.sarif))
	require.Contains(t, sarif, `"uri": "Dockerfile"`)
	require.NotContains(t, sarif, "TW-D002", "code scanning would open alerts for what is waived")
	require.Contains(t, read(t, filepath.Join(j.workspace, files.result)), "TW-D002")
	require.Equal(t, "*\n", read(t, filepath.Join(j.workspace, ".tidewaiter/.gitignore")))
	entries, err := os.ReadDir(filepath.Join(j.workspace, ".tidewaiter"))
	require.NoError(t, err)
	require.Len(t, entries, 3, "no temporary file is left")
}

func TestWriteReportsElsewhereInTheWorkspace(t *testing.T) {
	j := job{workspace: t.TempDir()}
	for _, in := range []string{"out/a b.sarif", "./out/a b.sarif", filepath.Join(j.workspace, "out/a b.sarif")} {
		files, err := j.writeReports(actionInputs{sarif: in}, sampleResult(), report.Options{})
		require.NoError(t, err)
		require.Equal(t, "out/a b.sarif", files.sarif)
		require.FileExists(t, filepath.Join(j.workspace, "out/a b.sarif"))
	}
	for _, in := range []string{"../x.sarif", "/etc/x.sarif", ".", "out/", "a/../../x"} {
		_, err := j.writeReports(actionInputs{sarif: in}, sampleResult(), report.Options{})
		require.ErrorContains(t, err, "is no file in the workspace", in)
		require.Equal(t, ExitUsage, exitCode(err))
	}
}

func TestReportsDoNotFollowLinksOfTheRepository(t *testing.T) {
	outside := t.TempDir()
	target := filepath.Join(outside, "target")
	require.NoError(t, os.WriteFile(target, []byte("kept"), 0o644))

	j := job{workspace: t.TempDir()}
	require.NoError(t, os.Symlink(outside, filepath.Join(j.workspace, ".tidewaiter")))
	_, err := j.writeReports(actionInputs{}, sampleResult(), report.Options{})
	require.Error(t, err, "a folder that leads out of the workspace")
	entries, err := os.ReadDir(outside)
	require.NoError(t, err)
	require.Len(t, entries, 1)

	j = job{workspace: t.TempDir()}
	require.NoError(t, os.Mkdir(filepath.Join(j.workspace, ".tidewaiter"), 0o755))
	require.NoError(t, os.Symlink(target, filepath.Join(j.workspace, defaultSARIF)))
	_, err = j.writeReports(actionInputs{}, sampleResult(), report.Options{})
	require.NoError(t, err, "a file that leads out is replaced")
	require.Equal(t, "kept", read(t, target))
}

func TestReportsBelongToTheWorkspaceOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	j := job{workspace: t.TempDir()}
	require.NoError(t, os.Chown(j.workspace, 1001, 127))
	_, err := j.writeReports(actionInputs{sarif: "a/b/c.sarif"}, sampleResult(), report.Options{})
	require.NoError(t, err)
	for _, name := range []string{".tidewaiter", ".tidewaiter/.gitignore", defaultResult, "a", "a/b", "a/b/c.sarif"} {
		st, err := os.Stat(filepath.Join(j.workspace, name))
		require.NoError(t, err)
		uid, gid, ok := owner(st)
		require.True(t, ok)
		require.Equal(t, [2]int{1001, 127}, [2]int{uid, gid}, name)
	}
}

func TestLocate(t *testing.T) {
	for in, want := range map[string][2]string{
		"": {"/ws", ""}, ".": {"/ws", ""}, "/ws": {"/ws", ""}, "src/app": {"/ws/src/app", "src/app"}, "/ws/src": {"/ws/src", "src"},
		"../other": {"/other", ""}, "/elsewhere": {"/elsewhere", ""},
	} {
		j := job{workspace: "/ws"}
		j.locate(in)
		require.Equal(t, want, [2]string{j.path, j.prefix}, in)
	}
}

func TestJobBlobURL(t *testing.T) {
	sha := strings.Repeat("0a", 20)
	for want, env := range map[string]map[string]string{
		"https://github.com/acme/app/blob/" + sha: {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/app", "GITHUB_SHA": sha},
		"": {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/app)[x](y", "GITHUB_SHA": sha},
	} {
		require.Equal(t, want, newJob(func(k string) string { return env[k] }).blobURL)
	}
}

func TestSigningIsRefusedForCodeNobodyAccepted(t *testing.T) {
	for _, event := range signEvents() {
		j := job{workspace: "/ws", event: event}
		err := j.prepare(actionInputs{sign: true})
		require.ErrorContains(t, err, "sign: refused on "+event)
		require.Equal(t, ExitUsage, exitCode(err))
		require.NoError(t, j.prepare(actionInputs{}))
	}
	j := job{workspace: "/ws", event: "push"}
	require.NoError(t, j.prepare(actionInputs{sign: true}))
}

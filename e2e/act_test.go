//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const workflowText = `on: push
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: ./gate
        id: gate
        env:
          SHOP_KEY: ${{ secrets.SHOP_KEY }}
          COSIGN_PASSWORD: ${{ secrets.COSIGN_PASSWORD }}
        with: {WITH}
      - if: always()
        shell: sh
        run: |
          echo "result=${{ steps.gate.outputs.result }};"
          echo "high=${{ steps.gate.outputs.high }};"
          echo "digest=${{ steps.gate.outputs.digest }};"
          echo "signature=${{ steps.gate.outputs.signature }};"
          echo "sarif-file=${{ steps.gate.outputs.sarif-file }};"
`

// act runs a workflow that uses the action with the inputs given, and returns
// its log and exit code. The workspace is mounted, not copied.
func act(t *testing.T, files map[string]string, with string, secrets ...string) (dir string, got outcome) {
	t.Helper()
	program, host := tool(t, "act"), actionImages(t)
	files[".github/workflows/gate.yml"] = strings.Replace(workflowText, "WITH", with, 1)
	dir = userRepository(t, files)
	home := t.TempDir()
	writeFile(t, filepath.Join(home, ".actrc"), nil, 0o644) // without it, act asks
	args := []string{"push", "--platform=ubuntu-latest=" + runnerImage, "--pull=false", "--network=host", "--no-cache-server", "--rm", "--bind",
		"--container-daemon-socket=" + host}
	for _, s := range secrets {
		args = append(args, "--secret="+s)
	}
	env := []string{"DOCKER_HOST=" + host, "HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_CACHE_HOME=" + home}
	got = command{dir: dir, env: env}.run(t, program, args...)
	if t.Failed() || testing.Verbose() {
		t.Logf("act %s\n%s%s", strings.Join(args[:8], " "), got.stdout, got.stderr)
	}
	return dir, got
}

// TestActBlocks runs the action on a repository with a finding that blocks: the
// job fails, and everything GitHub shows is there.
func TestActBlocks(t *testing.T) {
	dir, got := act(t, blockedFiles(), "fail-on: high")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stdout, "result=fail;")
	require.Contains(t, got.stdout, "sarif-file=.tidewaiter/results.sarif;")
	require.Contains(t, got.stdout, "::error file=app/Dockerfile,line=2,endLine=2,col=6,endColumn=10,title=TW-D002")
	require.Contains(t, got.stdout, "Summary - ## tidewaiter: blocked")
	require.NotContains(t, got.stdout, "##[stop-commands]", "text of the repository reached the log as a command")
	require.NotContains(t, got.stdout, "forged::", "text of the repository reached the log as a command")
	requireReports(t, dir)
}

// TestActSigns runs the action on a push: the image is judged, pushed and
// signed, and real cosign accepts the digest that the step puts out.
func TestActSigns(t *testing.T) {
	keys, _ := signKeys(t)
	key, err := os.ReadFile(filepath.Join(keys, "cosign.key"))
	require.NoError(t, err)
	name := distribution.need(t) + "/acme/action"
	dir, got := act(t, shippedFiles(t), "image: 'oci:built', push: '"+name+":1', sign: true, key: 'env://SHOP_KEY'",
		"SHOP_KEY="+string(key), "COSIGN_PASSWORD="+signPassword)
	require.Zero(t, got.code)
	require.Contains(t, got.stdout, "result=pass;")
	_, rest, ok := strings.Cut(got.stdout, "| digest=sha256:")
	require.True(t, ok, "the step puts out no digest")
	digest, _, _ := strings.Cut("sha256:"+rest, ";")
	require.NotContains(t, got.stdout, "signature=;")
	out, err := signCosign(t, keys, "verify", "--key=cosign.pub", "--insecure-ignore-tlog=true", name+"@"+digest)
	require.NoError(t, err, out)
	requireReports(t, dir)
}

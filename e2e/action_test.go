//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

// The action's own Dockerfile starts from the official Go image, which cannot
// be fetched where nothing can be pulled: TestActionDockerfile judges it, and
// these tests run the action from an image of the same shape, holding the
// binary under test.
const (
	actionImage = "tidewaiter-action:e2e"
	runnerImage = "tidewaiter-runner:e2e"
)

// TestActionDockerfile judges this repository's own Dockerfile.
func TestActionDockerfile(t *testing.T) {
	t.Log("the action's Dockerfile is parsed and judged here, not built: its base image would have to be pulled")
	text, err := os.ReadFile(filepath.Join(here.root, "Dockerfile"))
	require.NoError(t, err)
	r := check(t, []int{0}, nil, write(t, map[string]string{"Dockerfile": string(text)}))
	require.Equal(t, 1, r.Checked.Dockerfiles)
	require.Empty(t, r.NotAnalysed)
	for _, shape := range []string{"FROM scratch\n", `ENTRYPOINT ["/tidewaiter"]`, `CMD ["action"]`, "/tmp /tmp\n"} {
		require.Contains(t, string(text), shape, "the images of these tests have the shape of that file")
	}
	// The official image keeps to its own Go (GOTOOLCHAIN=local).
	image := regexp.MustCompile(`golang:([\d.]+)-`).FindStringSubmatch(string(text))
	require.NotNil(t, image)
	mod, err := os.ReadFile(filepath.Join(here.root, "go.mod"))
	require.NoError(t, err)
	wants := regexp.MustCompile(`(?m)^go ([\d.]+)$`).FindStringSubmatch(string(mod))
	require.NotNil(t, wants)
	require.GreaterOrEqual(t, version.Compare("go"+image[1], "go"+wants[1]), 0, "the image's Go %s cannot build what asks for %s", image[1], wants[1])
}

// actionImages builds the action's image and a runner's, and returns the
// daemon's address.
func actionImages(t *testing.T) string {
	t.Helper()
	host := docker.need(t)
	binary, err := os.ReadFile(here.binary)
	require.NoError(t, err)
	dockerBuild(t, host, actionImage, map[string][]byte{
		"Dockerfile": []byte("FROM scratch\nCOPY tmp /tmp\nCOPY tidewaiter /tidewaiter\nUSER 0:0\nENTRYPOINT [\"/tidewaiter\"]\nCMD [\"action\"]\n"),
		"tidewaiter": binary, "tmp/.keep": nil,
	})
	dockerBuild(t, host, runnerImage, map[string][]byte{
		"Dockerfile": []byte("FROM scratch\nCOPY busybox /bin/busybox\n" +
			"RUN [\"/bin/busybox\",\"mkdir\",\"-p\",\"/usr/bin\",\"/usr/sbin\",\"/sbin\",\"/tmp\",\"/root\",\"/etc\"]\n" +
			"RUN [\"/bin/busybox\",\"--install\",\"-s\",\"/bin\"]\n"),
		"busybox": busybox(t),
	})
	return host
}

func dockerBuild(t *testing.T, host, tag string, files map[string][]byte) {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		writeFile(t, filepath.Join(dir, name), data, 0o755)
	}
	env := []string{"DOCKER_HOST=" + host, "DOCKER_BUILDKIT=0", "DOCKER_CONFIG=" + t.TempDir()}
	command{env: env}.must(t, tool(t, "docker"), "build", "--quiet", "--tag="+tag, dir)
}

// workspaceOwner owns the checked-out repository, as on GitHub's own runners.
const workspaceOwner = 1001

// userRepository is a repository that uses the action, checked out: its owner
// is not root.
func userRepository(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := write(t, files)
	action, err := os.ReadFile(filepath.Join(here.root, "action.yml"))
	require.NoError(t, err)
	local := strings.Replace(string(action), "image: Dockerfile\n", "image: docker://"+actionImage+"\n", 1)
	require.NotEqual(t, string(action), local, "action.yml no longer names the Dockerfile")
	writeFile(t, filepath.Join(dir, "gate/action.yml"), []byte(local), 0o644)
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"remote", "add", "origin", "https://github.com/acme/shop"}, {"add", "-A"},
		{"-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "all"}} {
		command{dir: dir}.must(t, "git", args...)
	}
	command{}.must(t, "chown", "-R", fmt.Sprintf("%d:%[1]d", workspaceOwner), dir)
	return dir
}

// blockedFiles is a project with a finding that blocks, and with text that would
// be a command to the runner if it reached the log as it stands.
func blockedFiles() map[string]string {
	return map[string]string{
		"app/Dockerfile": "FROM alpine:3.22\nUSER root\nRUN wget --no-check-certificate https://example.com/##[stop-commands]x && echo '::error::forged'\n",
	}
}

// shippedFiles is a project that passes; its image stands in the folder built.
func shippedFiles(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	spec := imagetest.Spec{
		Config: imagetest.Config{User: "65532", Entrypoint: []string{"/hello"}},
		History: []imagetest.History{{CreatedBy: "COPY hello /hello # buildkit"}, {CreatedBy: "USER 65532", EmptyLayer: true},
			{CreatedBy: `ENTRYPOINT ["/hello"]`, EmptyLayer: true}},
		Layers: []imagetest.LayerSpec{{Files: []imagetest.FileSpec{{Path: "hello", Mode: 0o755, Data: []byte("hello\n")}}}},
	}
	require.NoError(t, spec.WriteLayout(dir))
	files := map[string]string{"app/Dockerfile": "FROM scratch\nCOPY hello /hello\nUSER 65532\nENTRYPOINT [\"/hello\"]\n"}
	for name, lines := range readTree(t, dir) {
		files["built/"+name] = strings.Join(lines, "\n")
	}
	return files
}

// requireReports holds the reports to being there, valid, and the workspace
// owner's.
func requireReports(t *testing.T, dir string) {
	t.Helper()
	requireValidSARIF(t, filepath.Join(dir, ".tidewaiter/results.sarif"))
	data, err := os.ReadFile(filepath.Join(dir, ".tidewaiter/result.json"))
	require.NoError(t, err)
	var r gate.Result
	require.NoError(t, json.Unmarshal(data, &r))
	foreign := command{dir: dir}.must(t, "find", ".tidewaiter", "-not", "-uid", fmt.Sprint(workspaceOwner))
	require.Empty(t, foreign, "files that do not belong to the workspace's owner")
}

//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// buildctl builds the Dockerfile of a folder and returns the image's reference.
func buildctl(t *testing.T, dir string, options ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "image.tar")
	args := []string{"--addr=" + buildkit.need(t), "build", "--progress=plain", "--frontend=dockerfile.v0",
		"--local=context=" + dir, "--local=dockerfile=" + dir, "--output=type=oci,dest=" + out}
	for _, o := range options {
		args = append(args, "--opt="+o)
	}
	command{}.must(t, tool(t, "buildctl"), args...)
	return "oci-archive:" + out
}

// layerLines returns the lines of a platform's layers.
func layerLines(p gate.Platform) []int {
	var out []int
	for _, l := range p.Layers {
		line := 0
		if l.Instruction != nil {
			line = l.Instruction.Line
		}
		out = append(out, line)
	}
	return out
}

// modernDockerfile uses what only BuildKit builds.
const modernDockerfile = `FROM BASE AS tools
RUN mkdir -p /out && echo tool > /out/tool

FROM BASE AS final
ARG NAME=world
RUN <<EOF
mkdir -p /srv
echo "hello $NAME" > /srv/greeting
EOF
COPY <<"EOF" /srv/note
FROM nothing
RUN nothing
EOF
RUN --mount=type=cache,target=/cache --mount=type=bind,from=tools,source=/out,target=/mnt \
    cp /mnt/tool /srv/tool
COPY --link --chmod=0755 --from=tools /out/tool /srv/linked
RUN --network=none <<-SCRIPT sh -e
	echo one > /srv/one
	chmod 4755 /srv/one
SCRIPT
WORKDIR /srv
SHELL ["/bin/sh", "-ec"]
RUN echo two > two
ONBUILD RUN echo later
STOPSIGNAL SIGINT
USER 10001:10001
`

// TestBuildKitsOwnInstructions builds what the classic builder cannot:
// heredocs, mounts, links.
func TestBuildKitsOwnInstructions(t *testing.T) {
	s := newShop(t)
	text := strings.ReplaceAll(modernDockerfile, "FROM BASE ", "FROM "+s.base+" ")
	dir := write(t, map[string]string{"Dockerfile": text})
	r := check(t, []int{0, 1}, nil, dir, "--rules", "all", "--advisories", filepath.Join(s.dir, "advisories"), "--image", buildctl(t, dir, "build-arg:NAME=everyone"))
	require.Len(t, r.Images[0].Platforms, 1)
	require.Equal(t, []int{4, 6, 10, 14, 16, 17, 21, 23}, layerLines(r.Images[0].Platforms[0]))
	require.Equal(t, []string{"Dockerfile:17"}, places(r, "setuid-file"), "the file that the third script makes setuid")
	for _, n := range r.NotAnalysed {
		require.NotContains(t, n.Reason, "history", "%s:%d", n.Path, n.Line)
	}
}

// TestBuildKitIndex builds for two platforms with a provenance statement
// beside each: both platforms are judged, and the statements are no platforms.
func TestBuildKitIndex(t *testing.T) {
	dir := write(t, map[string]string{
		"Dockerfile":   "FROM scratch\nARG TARGETARCH\nCOPY package.json /app/node_modules/left-pad/package.json\nCOPY only-$TARGETARCH/ /\nUSER 65532\n",
		"package.json": `{"name": "left-pad", "version": "1.1.3"}`,
		"only-amd64/app/node_modules/pad/package.json": `{"name": "pad", "version": "1.0.0"}`,
		"only-arm64/app/README":                        "no package",
	})
	ref := buildctl(t, dir, "platform=linux/amd64,linux/arm64", "attest:provenance=mode=max")
	r := check(t, []int{0, 1}, nil, dir, "--rules", "all", "--image", ref)
	var got []string
	for _, p := range r.Images[0].Platforms {
		got = append(got, fmt.Sprint(p.Platform, " ", p.Packages, " ", layerLines(p)))
	}
	slices.Sort(got)
	require.Equal(t, []string{"linux/amd64 2 [3 4]", "linux/arm64 1 [3 4]"}, got)

	index := pushIndex(t, ref)
	keys, _ := signKeys(t)
	out := tidewaiter(t, []string{"COSIGN_PASSWORD=" + signPassword}, "check", "--offline", "--fail-on", "never", "--image", index,
		"--advisories", write(t, map[string]string{"npm/E2E-0.json": emptyAdvisory}), "--sign", "--key", filepath.Join(keys, "cosign.key"), dir)
	require.Zero(t, out.code, out.stdout+out.stderr)
	text, err := signCosign(t, keys, "verify", "--key=cosign.pub", "--insecure-ignore-tlog=true", index)
	require.NoError(t, err, text)
}

// pushIndex pushes an archive as it stands and returns its reference by digest.
func pushIndex(t *testing.T, ref string) string {
	t.Helper()
	content, err := signClient().Open(t.Context(), ref)
	require.NoError(t, err)
	defer content.Close()
	at, err := signClient().Push(t.Context(), content, distribution.need(t)+"/acme/index:1")
	require.NoError(t, err)
	return at.Reference()
}

const emptyAdvisory = `{"id": "E2E-0", "modified": "2026-10-01T00:00:00Z", "affected": []}`

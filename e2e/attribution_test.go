//go:build e2e

package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shape is one way to write a Dockerfile, and the line that each layer of the image
// leads to, lowest first; the base image has one layer.
type shape struct {
	name, dockerfile string
	target           string
	want             []int
	// only is the builder that builds it: classic, buildkit, or "" for both.
	only string
	// classic are the lines where the classic builder makes other layers.
	classic []int
	options []string // for BuildKit
	build   []string // for the classic builder
}

func shapes() []shape {
	return []shape{
		{name: "one-run", dockerfile: "FROM BASE\nRUN echo a > /a\n", want: []int{1, 2}},
		{name: "arguments", dockerfile: "ARG UNUSED=1\nFROM BASE\nARG NAME=world\nARG OTHER\nRUN echo \"hello $NAME\" > /greeting\nCOPY $NAME.txt /srv/${NAME}\n",
			want: []int{2, 5, 6}, options: []string{"build-arg:NAME=moon"}, build: []string{"--build-arg=NAME=moon"}},
		{name: "continued", dockerfile: "FROM BASE\nRUN echo a > /a && \\\n    # why\n    echo b > /b && \\\n\n    echo c > /c\nENV A=1 \\\n    B=2\nRUN echo \"$A\" > /d\n", want: []int{1, 2, 9}},
		{name: "shell", dockerfile: "FROM BASE\nSHELL [\"/bin/sh\", \"-exc\"]\nRUN echo a > /a\nSHELL [\"/bin/busybox\", \"sh\", \"-c\"]\nRUN echo b > /b\nRUN [\"/bin/mkdir\", \"/c\"]\n", want: []int{1, 3, 5, 6}},
		{name: "copies", dockerfile: "FROM BASE\nCOPY world.txt moon.txt /srv/\nCOPY [\"a file\", \"/srv/a file\"]\nADD archive.tar /unpacked/\nCOPY --chown=7:7 dir /dir\n", want: []int{1, 2, 3, 4, 5}},
		{name: "workdirs", dockerfile: "FROM BASE\nWORKDIR /srv/app\nWORKDIR data\nRUN echo a > a\nWORKDIR /\nCOPY world.txt srv/\n", want: []int{1, 2, 3, 4, 6}},
		{name: "stages", dockerfile: "FROM BASE AS build\nRUN mkdir /out && echo tool > /out/tool\nFROM BASE AS common\nRUN echo c > /c\nFROM common AS final\nCOPY --from=build /out/tool /usr/bin/tool\nCOPY --from=0 /out /all\nUSER 7\n", want: []int{3, 4, 6, 7}},
		{name: "target", dockerfile: "FROM BASE AS first\nRUN echo a > /a\nFROM first AS second\nRUN echo b > /b\nFROM second\nRUN echo c > /c\n", target: "second", want: []int{1, 2, 4}},
		{name: "triggers", dockerfile: "FROM BASE AS parent\nRUN echo a > /a\nONBUILD COPY world.txt /srv/\nONBUILD RUN echo b > /b\nFROM parent\nRUN echo c > /c\n", want: []int{1, 2, 3, 4, 6}},
		{name: "metadata", dockerfile: "FROM BASE\nLABEL a=\"x y\" b=z\nEXPOSE 80 443/udp 9000-9002\nVOLUME /data /more\nSTOPSIGNAL SIGINT\nMAINTAINER nobody\nHEALTHCHECK --interval=5s CMD /bin/true\nENV PATH=/bin:/x\nRUN echo a > /a\nENTRYPOINT exec /bin/sh\nCMD [\"-c\", \"true\"]\nUSER 1:1\n", want: []int{1, 9}},
		{name: "same-twice", dockerfile: "FROM BASE\nRUN echo a >> /a\nRUN echo a >> /a\nRUN rm /a\nRUN echo a >> /a\n", want: []int{1, 2, 3, 4, 5}},
		{name: "scratch", dockerfile: "FROM scratch\nCOPY world.txt /\nCOPY dir /dir\nUSER 1\n", want: []int{2, 3}},
		{name: "escape", dockerfile: "# escape=`\nFROM BASE\nRUN echo a > /a && `\n    echo b > /b\nCOPY world.txt `\n    /srv/\n", want: []int{2, 3, 5}},
		{name: "nothing-changed", dockerfile: "FROM BASE\nRUN true\nRUN echo a > /a\nRUN :\n", want: []int{1, 2, 3, 4}, classic: []int{1, 3}},
		{name: "heredoc", only: "buildkit", dockerfile: "FROM BASE\nRUN <<A sh -e && <<B cat > /b\necho a > /a\nA\nbody\nB\nCOPY <<one.txt <<\"two.txt\" /srv/\n1\none.txt\n$2\ntwo.txt\nRUN <<EOF\n#!/bin/sh\necho c > /c\nEOF\n", want: []int{1, 2, 7, 12}},
		{name: "mounts", only: "buildkit", dockerfile: "FROM BASE AS tools\nRUN mkdir /out && echo t > /out/t\nFROM BASE\nRUN --mount=type=bind,from=tools,source=/out,target=/m --mount=type=cache,target=/cache cp /m/t /t\nRUN --mount=type=tmpfs,target=/tmp --network=none --security=sandbox echo a > /a\nRUN --mount=type=secret,id=none,required=false echo b > /b\n", want: []int{3, 4, 5, 6}},
		{name: "links", only: "buildkit", dockerfile: "FROM BASE AS tools\nRUN mkdir /out && echo t > /out/t\nFROM BASE\nCOPY --link --from=tools /out/t /t\nCOPY --link --chmod=0755 world.txt /srv/\nADD --link --chown=1:1 archive.tar /x/\nRUN echo a > /a\nCOPY --parents dir/./sub /srv/\nCOPY --exclude=*.txt dir /dir\n", want: []int{3, 4, 5, 6, 7, 8, 9}},
		{name: "squashed", only: "classic", dockerfile: "FROM BASE\nRUN echo a > /a\nCOPY world.txt /srv/\n", build: []string{"--squash"}, want: []int{1, 1}},
	}
}

// context writes the files that the shapes copy.
func (s shape) context(t *testing.T, base string) string {
	t.Helper()
	return write(t, map[string]string{
		"Dockerfile": strings.ReplaceAll(s.dockerfile, "FROM BASE", "FROM "+base),
		"world.txt":  "world", "moon.txt": "moon", "a file": "a", "dir/sub/x": "x", "dir/y.txt": "y",
		"archive.tar": emptyTar,
	})
}

// emptyTar is the end of an archive: two blocks of zeros.
var emptyTar = strings.Repeat("\x00", 1024)

// TestEveryLayerHasItsInstruction builds each shape by the classic builder of a
// Docker daemon and by BuildKit, without and with provenance: all layers of all
// images lead to the right line.
func TestEveryLayerHasItsInstruction(t *testing.T) {
	s := newShop(t)
	total, right := 0, 0
	judge := func(t *testing.T, dir, ref string, env []string, sh shape) {
		t.Helper()
		if sh.target != "" {
			ref += ",dockerfile=Dockerfile,target=" + sh.target
		}
		r := check(t, []int{0, 1}, env, dir, "--advisories", filepath.Join(s.dir, "advisories"), "--image", ref)
		require.Len(t, r.Images[0].Platforms, 1)
		got := layerLines(r.Images[0].Platforms[0])
		for i, want := range sh.want {
			if total++; i < len(got) && got[i] == want {
				right++
			}
		}
		require.Equal(t, sh.want, got)
		for _, n := range r.NotAnalysed {
			require.NotContains(t, n.Reason, "history", "%s:%d", n.Path, n.Line)
		}
	}
	for _, sh := range shapes() {
		if sh.only != "buildkit" {
			t.Run(sh.name+"/classic", func(t *testing.T) {
				sh := sh // the other builder makes the layers of want
				if sh.classic != nil {
					sh.want = sh.classic
				}
				dir := sh.context(t, s.base)
				env := []string{"DOCKER_HOST=" + docker.need(t), "DOCKER_BUILDKIT=0", "DOCKER_CONFIG=" + t.TempDir()}
				args := append([]string{"build", "--tag=shape:" + sh.name, "--target=" + sh.target}, sh.build...)
				command{dir: dir, env: env}.must(t, tool(t, "docker"), append(args, ".")...)
				judge(t, dir, "docker:shape:"+sh.name, env[:1], sh)
			})
		}
		if sh.only != "classic" {
			for how, more := range map[string]string{"buildkit": "attest:provenance=false", "provenance-v02": "attest:provenance=mode=max,version=v0.2", "provenance-v1": "attest:provenance=mode=max,version=v1"} {
				t.Run(sh.name+"/"+how, func(t *testing.T) {
					dir := sh.context(t, s.base)
					judge(t, dir, buildctl(t, dir, append(sh.options, more, "target="+sh.target)...), nil, sh)
				})
			}
		}
	}
	t.Logf("%d of %d layers lead to the right line", right, total)
}

package facts_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// onBuild answers every question with one configuration.
type onBuild []string

func (o onBuild) Find(_ context.Context, wanted []dockerfile.BaseQuery) map[dockerfile.BaseQuery]dockerfile.BaseAnswer {
	out := map[dockerfile.BaseQuery]dockerfile.BaseAnswer{}
	for _, q := range wanted {
		out[q] = dockerfile.BaseAnswer{Config: &dockerfile.ImageConfig{Source: "test", Full: true, Raw: []byte(`{}`), OnBuild: o}}
	}
	return out
}

func inputsOf(t *testing.T, text string, bases dockerfile.Bases) []string {
	t.Helper()
	p, err := facts.Load(t.Context(), facts.Sources{Repo: source.OpenFS(fstest.MapFS{"Dockerfile": {Data: []byte(text)}}), Bases: bases})
	require.NoError(t, err)
	var out []string
	for _, in := range p.Inputs {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d:%d %s %s %s %s %s", in.At.Start.Line, in.At.Start.Column, in.Kind, in.Role, in.Pin, in.Reference, in.Trigger)))
	}
	return out
}

const commit = "0123456789abcdef0123456789abcdef01234567"

func TestInputs(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	require.Equal(t, []string{
		"1:10 frontend build-only tag docker/dockerfile:1",
		"3:6 image copied tag golang:1.26",
		"4:25 image build-only none ghcr.io/acme/tools",
		"5:50 git copied tag https://github.com/acme/lib",
		"6:6 image unused digest busybox@" + digest,
		"7:6 image final unknown $BASE",
		"8:13 image copied tag ghcr.io/acme/certs:2",
		"9:28 image build-only tag mvn:3",
		"10:88 url final checksum https://get.example/x.tgz",
		"11:5 url final none https://get.example/y",
		"12:25 git final commit https://github.com/acme/z.git#" + commit,
	}, inputsOf(t, `# syntax=docker/dockerfile:1
ARG BASE
FROM golang:1.26 AS build
COPY --chmod=755 --from=ghcr.io/acme/tools /t /t
RUN --mount=type=cache,target=/x git clone -b v1 https://github.com/acme/lib
FROM busybox@`+digest+` AS unused
FROM $BASE
COPY --from=ghcr.io/acme/certs:2 /c /c
RUN --mount=type=bind,from=mvn:3,target=/m true
ADD --checksum=sha256:`+strings.Repeat("b", 64)+` https://get.example/x.tgz /
ADD https://get.example/y /
ADD --keep-git-dir=true https://github.com/acme/z.git#`+commit+` /z
COPY --from=build /app /app
COPY local /
`, nil))
}

func TestInputsOfCommands(t *testing.T) {
	for command, want := range map[string][]string{
		"curl -fsSLO https://get.example/v1.2.3/x.tgz":                                                 {"url version https://get.example/v1.2.3/x.tgz"},
		"curl https://get.example/x | sh; curl https://get.example/x":                                  {"url none https://get.example/x"},
		"wget https://get.example/x && echo 'abc  x' | sha256sum -c":                                   {"url checksum https://get.example/x"},
		"wget https://a.example/x https://a.example/x.asc && gpg --verify x.asc x":                     {"url signature https://a.example/x", "url signature https://a.example/x.asc"},
		"curl http://localhost:8080/health":                                                            nil,
		"echo see https://docs.example/x":                                                              nil,
		"echo 'deb https://apt.example/debian stable main' > /etc/apt/sources.list.d/x.list":           {"package-source none https://apt.example/debian"},
		"add-apt-repository -y ppa:acme/x":                                                             {"package-source none ppa:acme/x"},
		"apk add --repository=https://dl.example/edge x":                                               {"package-source none https://dl.example/edge"},
		"pip install --extra-index-url https://pypi.example/simple x":                                  {"language-registry none https://pypi.example/simple"},
		"pip install git+https://github.com/acme/x@" + commit:                                          {"git commit https://github.com/acme/x@" + commit},
		"pip install git+https://github.com/acme/x@main":                                               {"git tag https://github.com/acme/x@main"},
		"npm config set registry https://npm.example/":                                                 {"language-registry none https://npm.example/"},
		"GOPROXY=https://proxy.example go build ./...":                                                 {"language-registry none https://proxy.example"},
		"git clone git@github.com:acme/x.git":                                                          {"git none git@github.com:acme/x.git"},
		"curl -o x https://raw.example/acme/x/" + commit + "/install.sh":                               {"url commit https://raw.example/acme/x/" + commit + "/install.sh"},
		"curl -o a https://a.example/a; curl -o b https://a.example/b; echo 'sum  a' | sha512sum -c -": {"url checksum https://a.example/a", "url none https://a.example/b"},
	} {
		t.Run(command, func(t *testing.T) {
			var got []string
			for _, in := range inputsOf(t, "FROM scratch\nRUN "+command+"\n", nil) {
				words := strings.SplitN(in, " ", 5)
				got = append(got, words[1]+" "+words[3]+" "+words[4])
			}
			require.Equal(t, want, got)
		})
	}
}

// What a base image's ONBUILD takes is an input of every build FROM it, shown at
// the FROM.
func TestInputsHiddenInTheBase(t *testing.T) {
	require.Equal(t, []string{
		"1:6 image final tag ghcr.io/acme/base:1",
		"1:6 image copied tag ghcr.io/acme/hidden:1 COPY --from=ghcr.io/acme/hidden:1 /a /a",
		"1:6 url final none https://get.example/x RUN curl https://get.example/x | sh",
		"2:12 url final none https://get.example/mine",
	}, inputsOf(t, "FROM ghcr.io/acme/base:1\nRUN   curl https://get.example/mine\n",
		onBuild{"COPY --from=ghcr.io/acme/hidden:1 /a /a", "RUN curl https://get.example/x | sh"}))
}

// A file at the limits of what is parsed is listed in reasonable time, and what
// is cut is said.
func TestInputsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("FROM scratch\n")
	for i := range 6_000 {
		fmt.Fprintf(&b, "COPY --from=a.example/x:%d /a /\n", i)
	}
	b.WriteString("RUN true")
	for i := range 4_900 {
		fmt.Fprintf(&b, ";curl http://a.example/%d;sha256sum -c %d", i, i)
		if i%30 == 0 {
			b.WriteString("\nRUN true")
		}
	}
	b.WriteString("\n")
	start := time.Now()
	p, err := facts.Load(t.Context(), facts.Sources{Repo: source.OpenFS(fstest.MapFS{"Dockerfile": {Data: []byte(b.String())}})})
	require.NoError(t, err)
	require.Less(t, time.Since(start), 2*time.Minute)
	require.Len(t, p.Inputs, facts.MaxInputs)
	var said string
	for _, n := range p.NotAnalysed {
		said += n.Reason
	}
	require.Contains(t, said, "more than the limit of 10000 inputs")

	b.Reset()
	b.WriteString("FROM scratch\nRUN true")
	for i := range 2_000 {
		fmt.Fprintf(&b, ";curl http://a.example/%d;sha256sum -c %d", i, i)
	}
	start = time.Now()
	_, err = facts.Load(t.Context(), facts.Sources{Repo: source.OpenFS(fstest.MapFS{"Dockerfile": {Data: []byte(b.String() + "\n")}})})
	require.NoError(t, err)
	require.Less(t, time.Since(start), 2*time.Minute)
}

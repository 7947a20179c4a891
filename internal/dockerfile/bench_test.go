package dockerfile_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// benchFile is what a Dockerfile of a service looks like; TIDEWAITER_CORPUS
// names a folder of others.
const benchFile = `# syntax=docker/dockerfile:1
ARG GO_VERSION=1.26
FROM --platform=$BUILDPLATFORM golang:${GO_VERSION}-bookworm AS build
ARG TARGETOS TARGETARCH
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags "-s -w" -o /out/app ./cmd/app

FROM debian:12-slim
ENV APP_HOME=/srv/app \
    PATH=/srv/app/bin:$PATH
RUN apt-get update \
    # for TLS
 && apt-get install -y --no-install-recommends ca-certificates curl=7.88.* \
 && curl -fsSLo /tmp/x.tgz https://example.com/x.tgz && echo "abc  /tmp/x.tgz" | sha256sum -c - && tar -xzf /tmp/x.tgz -C /opt \
 && rm -rf /var/lib/apt/lists/* /tmp/x.tgz
WORKDIR $APP_HOME
COPY --from=build --chown=65532:65532 /out/app bin/app
EXPOSE 8080/tcp
USER 65532:65532
HEALTHCHECK CMD ["curl", "-f", "http://localhost:8080/healthz"]
ENTRYPOINT ["app"]
CMD ["--listen", ":8080"]
`

func benchFiles(b *testing.B) []*source.File {
	dir := os.Getenv("TIDEWAITER_CORPUS")
	if dir == "" {
		return []*source.File{source.NewFile("Dockerfile", benchFile)}
	}
	repo, err := source.Open(dir)
	require.NoError(b, err)
	defer repo.Close()
	files, _ := dockerfile.Load(context.Background(), repo, nil)
	var out []*source.File
	for _, f := range files {
		out = append(out, f.Source)
	}
	return out
}

// stub knows no base image, as BuildKit is asked in Check.
type stub struct{}

func (stub) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return ref, "", []byte(`{"os":"linux","architecture":"amd64","config":{},"rootfs":{"type":"layers"}}`), nil
}

// BenchmarkBuildkit is BuildKit's parser and checks and nothing else: what Read
// and Check are compared with.
func BenchmarkBuildkit(b *testing.B) {
	files := benchFiles(b)
	for b.Loop() {
		for _, f := range files {
			_, err := parser.Parse(strings.NewReader(f.Text))
			require.NoError(b, err)
			caps := pb.Caps.CapSet(pb.Caps.All())
			text := []byte(f.Text)
			_, err = dockerfile2llb.DockerfileLint(context.Background(), text, dockerfile2llb.ConvertOpt{MetaResolver: stub{}, LLBCaps: &caps,
				SourceMap: &llb.SourceMap{Filename: "Dockerfile", Language: "Dockerfile", Data: text, Definition: &llb.Definition{}}})
			require.NoError(b, err)
		}
	}
}

// BenchmarkRead is our own reading, without BuildKit's checks.
func BenchmarkRead(b *testing.B) {
	files := benchFiles(b)
	for b.Loop() {
		for _, f := range files {
			_, err := dockerfile.Parse(f)
			require.NoError(b, err)
		}
	}
}

// BenchmarkCheck is BuildKit's checks as we run them.
func BenchmarkCheck(b *testing.B) {
	var parsed []*dockerfile.File
	for _, f := range benchFiles(b) {
		p, err := dockerfile.Parse(f)
		require.NoError(b, err)
		parsed = append(parsed, p)
	}
	for b.Loop() {
		for _, p := range parsed {
			p.Lint = nil
			p.Check(context.Background(), nil)
		}
	}
}

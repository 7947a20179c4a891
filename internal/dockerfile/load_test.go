package dockerfile_test

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestIsDockerfile(t *testing.T) {
	for _, name := range []string{
		"Dockerfile", "a/b/Dockerfile", "Dockerfile.dev", "android.Dockerfile", "app.dockerfile", "Dockerfile_test", "Containerfile",
		"Containerfile.dev", "dockerfile", "Dockerfile.j2",
	} {
		require.True(t, dockerfile.IsDockerfile(name), name)
	}
	for _, name := range []string{
		"Dockerfile.dockerignore", "Dockerfile.md", "dockerfile.go", "Dockerfiles", "MyDockerfile", "docker", "dockerfile_test.go",
		"Dockerfile~", "Dockerfile/x", ".dockerignore", "Dockerfile.orig",
	} {
		require.False(t, dockerfile.IsDockerfile(name), name)
	}
}

func TestLoad(t *testing.T) {
	repo := source.OpenFS(fstest.MapFS{
		"Dockerfile":          {Data: []byte("FROM a:1\nINCLUDE+ x\n")},
		"b/Dockerfile.bad":    {Data: []byte("FROM a:1\nRUN <<EOF\n")},
		"b/Dockerfile.binary": {Data: []byte("FROM a\x00")},
		"c/Dockerfile.tmpl":   {Data: []byte("FROM {{ .Base }}\n")},
		"c/app.Dockerfile":    {Data: []byte("FROM b:1\n")},
		"skip/Dockerfile":     {Data: []byte("FROM c:1\n")},
		"README.md":           {Data: []byte("# x\n")},
	})
	files, missing := dockerfile.Load(context.Background(), repo, func(p string) bool { return p == "skip/Dockerfile" })
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Source.Path)
	}
	require.Equal(t, []string{"Dockerfile", "b/Dockerfile.bad", "c/app.Dockerfile"}, paths)
	require.Len(t, missing, 4)
	for i, want := range []struct {
		path   string
		line   int
		reason string
	}{
		{"Dockerfile", 2, "unknown instruction: INCLUDE+"},
		{"b/Dockerfile.bad", 2, "unterminated heredoc"},
		{"b/Dockerfile.binary", 0, "not a text file"},
		{"c/Dockerfile.tmpl", 1, "is a template"},
	} {
		require.Equal(t, want.path, missing[i].Path)
		require.Equal(t, want.line, missing[i].Line)
		require.Contains(t, missing[i].Reason, want.reason)
	}
}

func BenchmarkParse(b *testing.B) {
	f := source.NewFile("Dockerfile", "FROM golang:1.26 AS build\nWORKDIR /src\nCOPY . .\nRUN go mod download && \\\n  go build -o /app ./...\nFROM scratch\nCOPY --from=build /app /app\nUSER 65532\nENTRYPOINT [\"/app\"]\n")
	for b.Loop() {
		if _, err := dockerfile.Parse(f); err != nil {
			b.Fatal(err)
		}
	}
}

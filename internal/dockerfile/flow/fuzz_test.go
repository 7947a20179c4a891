package flow_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// FuzzOf holds that no Dockerfile makes it panic, and that every download keeps
// its place inside the file.
func FuzzOf(f *testing.F) {
	f.Add("FROM a\nRUN curl -fsSLO https://e.com/f && echo \"abc  f\" | sha256sum -c && tar xf f && ./f/x\n")
	f.Add("FROM a AS b\nADD https://e.com/x /y/\nFROM c\nCOPY --from=b /y /z\nRUN bash <(cat /z/x) | tee >(sh)\n")
	f.Add("FROM a\nRUN X=$(curl https://e.com); eval \"$X\"; mv * ${A:-b}; tar xzfC; cp -t; install -m; gpg -o\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
		if err != nil {
			return
		}
		for _, d := range flow.Of(file) {
			require.True(t, d.URL.At.Valid())
			require.LessOrEqual(t, d.URL.At.End.Offset, len(text))
			require.NotNil(t, d.Instruction)
		}
	})
}

// BenchmarkOf measures the Dockerfiles of the folder that TIDEWAITER_CORPUS names.
func BenchmarkOf(b *testing.B) {
	paths, _ := filepath.Glob(filepath.Join(os.Getenv("TIDEWAITER_CORPUS"), "*", "Dockerfile"))
	var files []*dockerfile.File
	for _, p := range paths {
		if text, err := os.ReadFile(p); err == nil {
			if f, err := dockerfile.Parse(source.NewFile("Dockerfile", string(text))); err == nil {
				files = append(files, f)
			}
		}
	}
	if len(files) == 0 {
		b.Skip("TIDEWAITER_CORPUS is not set: nothing was measured")
	}
	for b.Loop() {
		for _, f := range files {
			flow.Of(f)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(files)), "µs/file")
}

package image_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// benchImage makes an image of three layers and some 300 MB: text and binaries
// in the proportions of a distribution, and a database of 1,500 packages. It is
// the same every time and is kept nowhere.
func benchImage(b *testing.B) (*registry.Content, int64) {
	b.Helper()
	if testing.Short() {
		b.Skip("takes a minute to make")
	}
	r := rand.New(rand.NewPCG(1, 2))
	var status []string
	for i := range 1500 {
		status = append(status, fmt.Sprintf("package-%d", i), fmt.Sprintf("1.%d-1", i))
	}
	var spec imagetest.Spec
	var bytes int64
	for n := range 3 {
		l := layer("usr/lib/os-release", debian12, "var/lib/dpkg/status", dpkg(status[:(n+1)*1000]...))
		for i := range 3000 {
			f := imagetest.FileSpec{Path: fmt.Sprintf("usr/share/%d/%d/text", n, i), Data: prose(r, 1<<14)}
			switch {
			case i%500 == 0:
				f = imagetest.FileSpec{Path: fmt.Sprintf("usr/bin/%d-%d", n, i), Mode: 0o755, Data: binary(r, 8<<20)}
			case i%10 == 0:
				f.Path = fmt.Sprintf("app/node_modules/%d-%d/package.json", n, i)
				f.Data = fmt.Appendf(nil, `{"name":"p%d","version":"1.0.0"}`, i)
			}
			bytes += int64(len(f.Data))
			l.Files = append(l.Files, f)
		}
		spec.Layers = append(spec.Layers, l)
	}
	return spec.Content(), bytes
}

// prose makes text of words and code, some of them keywords of secrets.
func prose(r *rand.Rand, n int) []byte {
	words := []string{"the", "return", "key", "value", "token", "if", "err", "configuration", "access", "interface{}", "=", "(", ")", "\n", "secret", "module", "0x1f", "//", "string", "test_"}
	var b bytes.Buffer
	for b.Len() < n {
		b.WriteString(words[r.IntN(len(words))])
		b.WriteByte(' ')
		if r.IntN(4) == 0 {
			fmt.Fprintf(&b, "name%d ", r.IntN(100000))
		}
	}
	return b.Bytes()
}

func binary(r *rand.Rand, n int) []byte {
	data := append([]byte("\x7fELF\x02\x01\x01"), make([]byte, n)...)
	for i := 64; i < len(data); i++ {
		data[i] = byte(r.IntN(64)) & byte(r.IntN(256))
	}
	return data
}

// BenchmarkRead is the whole work, BenchmarkReadPackages the same without
// secrets, BenchmarkFloor what nobody can do without: unpack, hash twice and
// walk, as many layers at a time.
func BenchmarkRead(b *testing.B) { benchmarkRead(b, image.Options{}) }

func BenchmarkReadPackages(b *testing.B) { benchmarkRead(b, image.Options{SkipSecrets: true}) }

func benchmarkRead(b *testing.B, opts image.Options) {
	content, n := benchImage(b)
	b.SetBytes(n)
	defer reportCPU(b)()
	for b.Loop() {
		img, err := image.Read(context.Background(), content, opts)
		require.NoError(b, err)
		require.Greater(b, len(img.Platforms[0].Packages), 2000)
	}
}

func BenchmarkFloor(b *testing.B) {
	content, n := benchImage(b)
	b.SetBytes(n)
	defer reportCPU(b)()
	for b.Loop() {
		done := make(chan error)
		slots := make(chan struct{}, 2)
		for _, l := range content.Images[0].Layers {
			go func() {
				slots <- struct{}{}
				defer func() { <-slots }()
				done <- floor(l)
			}()
		}
		for range content.Images[0].Layers {
			require.NoError(b, <-done)
		}
	}
}

func floor(l registry.Layer) error {
	r, err := l.Open(context.Background())
	if err != nil {
		return err
	}
	stored, unpacked := sha256.New(), sha256.New()
	z, err := gzip.NewReader(io.TeeReader(r, stored))
	if err != nil {
		return err
	}
	t := tar.NewReader(io.TeeReader(z, unpacked))
	for {
		if _, err := t.Next(); err == io.EOF {
			_, err = io.Copy(unpacked, z)
			return err
		} else if err != nil {
			return err
		}
	}
}

// reportCPU measures processor time, which other work on the machine does not
// change as it does the clock.
func reportCPU(b *testing.B) func() {
	used := func() float64 {
		var u syscall.Rusage
		require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
		return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	before := used()
	return func() { b.ReportMetric((used()-before)/float64(b.N), "cpu-s/op") }
}

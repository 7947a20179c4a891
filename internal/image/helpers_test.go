package image_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

const debian12 = "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"

// layer makes a layer of files; a name that ends in "-" is removed, one in "/"
// a folder, and "name -> target" a symbolic link.
func layer(pairs ...string) imagetest.LayerSpec {
	var l imagetest.LayerSpec
	for i := 0; i < len(pairs); i += 2 {
		name, link, _ := strings.Cut(pairs[i], " -> ")
		f := imagetest.FileSpec{Path: name, Link: link, Data: []byte(pairs[i+1])}
		switch {
		case strings.HasSuffix(name, "-"):
			f = imagetest.FileSpec{Path: strings.TrimSuffix(name, "-"), Whiteout: true}
		case strings.HasSuffix(name, "/"):
			f = imagetest.FileSpec{Path: strings.TrimSuffix(name, "/"), Dir: true}
		}
		l.Files = append(l.Files, f)
	}
	return l
}

func hardLink(path, target string) imagetest.FileSpec {
	return imagetest.FileSpec{Path: path, Link: target, Hard: true}
}

func layers(l ...imagetest.LayerSpec) imagetest.Spec { return imagetest.Spec{Layers: l} }

func read(t *testing.T, spec imagetest.Spec) *image.Platform {
	t.Helper()
	img, err := image.Read(context.Background(), spec.Content(), image.Options{})
	require.NoError(t, err)
	require.Len(t, img.Platforms, 1)
	return img.Platforms[0]
}

// dpkg makes a status file of name, version pairs.
func dpkg(packages ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(packages); i += 2 {
		fmt.Fprintf(&b, "Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: %s\nDescription: short\n long\n .\n more\n\n", packages[i], packages[i+1])
	}
	return b.String()
}

// purls returns the layer of each package.
func purls(p *image.Platform) map[string]int {
	out := map[string]int{}
	for _, pkg := range p.Packages {
		out[pkg.PURL] = pkg.Layer
	}
	return out
}

// random makes n characters of an alphabet, always the same for a seed: secrets
// in these tests are not written down, so that no scanner finds them.
func random(seed, alphabet string, n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		for _, c := range sha256.Sum256(fmt.Appendf(nil, "%s %d", seed, i)) {
			if b.Len() < n {
				b.WriteByte(alphabet[int(c)%len(alphabet)])
			}
		}
	}
	return b.String()
}

const (
	alnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	hexa  = "0123456789abcdef"
)

func digest(data []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(data)) }

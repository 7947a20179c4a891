package image_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

func debianStatus(packages ...string) string {
	out := ""
	for i := 0; i+1 < len(packages); i += 2 {
		out += "Package: " + packages[i] + "\nStatus: install ok installed\nArchitecture: amd64\nVersion: " + packages[i+1] + "\nDescription: text\n more text\n\n"
	}
	return out
}

func file(path, data string) imagetest.FileSpec {
	return imagetest.FileSpec{Path: path, Data: []byte(data)}
}

func read(t *testing.T, spec imagetest.Spec) *image.Platform {
	t.Helper()
	img, err := image.Read(context.Background(), spec.Content(), image.Options{})
	require.NoError(t, err)
	require.Len(t, img.Platforms, 1)
	return img.Platforms[0]
}

func purls(p *image.Platform) map[string]int {
	out := map[string]int{}
	for _, pkg := range p.Packages {
		out[pkg.PURL] = pkg.Layer
	}
	return out
}

func TestReadDebian(t *testing.T) {
	p := read(t, imagetest.Spec{Layers: []imagetest.LayerSpec{
		{Files: []imagetest.FileSpec{
			file("usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
			{Path: "etc/os-release", Link: "../usr/lib/os-release"},
			file("var/lib/dpkg/status", debianStatus("libc6", "2.36-9", "gone", "1.0", "back", "1.0")),
		}},
		{Files: []imagetest.FileSpec{file("var/lib/dpkg/status", debianStatus("libc6", "2.36-9", "curl", "7.88.1-10+deb12u5"))}},
		{Files: []imagetest.FileSpec{file("var/lib/dpkg/status", debianStatus("libc6", "2.36-9", "curl", "7.88.1-10+deb12u5", "back", "1.0"))}},
	}})
	require.Equal(t, map[string]int{
		"pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12":             0,
		"pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?arch=amd64&distro=debian-12": 1,
		"pkg:deb/debian/back@1.0?arch=amd64&distro=debian-12":                 2,
	}, purls(p))
	require.Equal(t, image.Distro{ID: "debian", VersionID: "12", Name: "Debian GNU/Linux 12 (bookworm)"}, p.Distro)
	require.Empty(t, p.NotAnalysed)
}

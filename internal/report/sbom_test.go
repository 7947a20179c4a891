package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	spdxjson "github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdxlib"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

func samplePlatform() *image.Platform {
	return &image.Platform{
		Image:  &image.Image{Ref: "oci:out", Resolved: registry.Resolved{Repo: "ghcr.io/acme/app", Digest: digest}},
		Digest: digest, Created: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC),
		Layers:  []*image.Layer{{Digest: "sha256:aa", DiffID: "sha256:bb"}, {DiffID: "sha256:cc", History: 1}},
		History: []image.History{{CreatedBy: "ADD rootfs /"}, {CreatedBy: "COPY  app  /app # buildkit"}},
		Distro:  image.Distro{ID: "debian", VersionID: "12", Name: "Debian GNU/Linux 12"},
		Packages: []image.Package{
			{Name: "openssl", Version: "3.0.17", Type: "deb", PURL: "pkg:deb/debian/openssl@3.0.17?distro=debian-12", Licence: "see copyright", Path: "var/lib/dpkg/status"},
			{Name: "left-pad", Version: "1.3.0", Type: "npm", PURL: "pkg:npm/left-pad@1.3.0", Licence: "WTFPL", Path: "app/node_modules/left-pad/package.json", Layer: 1},
			{Name: "left-pad", Version: "1.3.0", Type: "npm", PURL: "pkg:npm/left-pad@1.3.0", Path: "app/##[add-mask]e\u202e/package.json", Layer: 1},
		},
	}
}

func sbom(t *testing.T, format string, p *image.Platform) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, WriteSBOM(&b, format, p, SBOMOptions{Version: "0.1.0"}))
	require.Empty(t, runnerCommands(b.String()))
	return b.String()
}

func TestSBOMGoldens(t *testing.T) {
	for _, f := range SBOMFormats() {
		golden(t, "sbom."+f, sbom(t, f, samplePlatform()))
		require.Equal(t, sbom(t, f, samplePlatform()), sbom(t, f, samplePlatform()), "%s is not stable", f)
	}
	require.EqualError(t, WriteSBOM(&bytes.Buffer{}, "xml", samplePlatform(), SBOMOptions{}), `unknown format "xml": one of cyclonedx-json, json, spdx-json`)
}

func TestCycloneDXIsReadBack(t *testing.T) {
	var bom cdx.BOM
	require.NoError(t, cdx.NewBOMDecoder(strings.NewReader(sbom(t, "cyclonedx-json", samplePlatform())), cdx.BOMFileFormatJSON).Decode(&bom))
	require.Len(t, *bom.Components, 4)
	refs := map[string]bool{}
	for _, c := range *bom.Components {
		require.False(t, refs[c.BOMRef], "%s twice", c.BOMRef)
		refs[c.BOMRef] = true
	}
	for _, ref := range *(*bom.Dependencies)[0].Dependencies {
		require.True(t, refs[ref], "%s is no component", ref)
	}
}

func TestSPDXIsReadBack(t *testing.T) {
	doc, err := spdxjson.Read(strings.NewReader(sbom(t, "spdx-json", samplePlatform())))
	require.NoError(t, err)
	require.NoError(t, spdxlib.ValidateDocument(doc))
	require.Len(t, doc.Packages, 4)
	require.Equal(t, "2026-11-01T12:00:00Z", doc.CreationInfo.Created)
}

func TestSBOMOfAnEmptyImage(t *testing.T) {
	p := &image.Platform{Image: &image.Image{Ref: "oci:out"}}
	for _, f := range SBOMFormats() {
		out := sbom(t, f, p)
		require.True(t, json.Valid([]byte(out)), f)
		require.NotContains(t, out, "null", f)
	}
	require.Equal(t, "[]\n", sbom(t, "json", p))
}

func TestSPDXNamespaceStaysBelowOurs(t *testing.T) {
	for name, want := range map[string]string{
		"ghcr.io/acme/app": "/spdx/ghcr.io/acme/app/sha256%3A1",
		"../images/web":    "/spdx/images/web/sha256%3A1",
		"../../..":         "/spdx//sha256%3A1",
		"/tmp/a b":         "/spdx/tmp/a%20b/sha256%3A1",
	} {
		require.Equal(t, product.URL+want, spdxNamespace(name, "sha256:1"), name)
	}
}

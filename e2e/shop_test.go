//go:build e2e

package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// shop is a project whose image the builders build.
type shop struct {
	// dir is the repository: app/ with its Dockerfile, and advisories/.
	dir string
	// base is the base image as the Dockerfile names it.
	base     string
	baseSpec imagetest.Spec
	archive  *txtar.Archive
	// server, busybox and token are the contents of the files of that name.
	server, busybox, token []byte
}

// newShop writes the project, and pushes its base image to the registry, from
// where both builders take it.
func newShop(t *testing.T) shop {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/shop.txtar")
	require.NoError(t, err)
	s := shop{dir: t.TempDir(), archive: archive, busybox: busybox(t)}
	// Made here, so that no file of this repository holds something like a secret.
	sum := sha256.Sum256([]byte("a token for a test"))
	s.token = []byte("ghp_" + hex.EncodeToString(sum[:])[:36] + "\n")
	s.server = compiledServer(t)

	s.baseSpec, err = imagetest.Parse(archive, "base")
	require.NoError(t, err)
	s.baseSpec.Layers[0].Files = append(s.baseSpec.Layers[0].Files,
		imagetest.FileSpec{Path: "bin/busybox", Mode: 0o755, Data: s.busybox},
		imagetest.FileSpec{Path: "bin/sh", Link: "busybox"},
		imagetest.FileSpec{Path: "bin/cp", Link: "busybox"},
		imagetest.FileSpec{Path: "bin/rm", Link: "busybox"},
		imagetest.FileSpec{Path: "bin/chmod", Link: "busybox"},
		imagetest.FileSpec{Path: "bin/mkdir", Link: "busybox"},
		imagetest.FileSpec{Path: "tmp", Dir: true, Mode: 0o1777})
	s.baseSpec.Config.Env = []string{"PATH=/bin:/usr/bin:/usr/local/bin"}
	s.baseSpec.History = []imagetest.History{{CreatedBy: "#(nop) ADD file:base in / "}}
	s.base = pushSpec(t, s.baseSpec, distribution.need(t)+"/shop/base:12")

	for _, f := range archive.Files {
		if !strings.HasPrefix(f.Name, "base/") {
			text := strings.ReplaceAll(string(f.Data), "FROM BASE ", "FROM "+s.base+" ")
			writeFile(t, filepath.Join(s.dir, f.Name), []byte(text), 0o644)
		}
	}
	writeFile(t, filepath.Join(s.dir, "app/server"), s.server, 0o755)
	writeFile(t, filepath.Join(s.dir, "app/token.txt"), s.token, 0o644)
	return s
}

// busybox returns Debian's statically linked one.
func busybox(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(tool(t, "busybox"))
	require.NoError(t, err)
	return data
}

func compiledServer(t *testing.T) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "server")
	require.NoError(t, goBuild(out, "./e2e/testdata/server"))
	data, err := os.ReadFile(out)
	require.NoError(t, err)
	return data
}

// pushSpec pushes an image and returns its reference by digest.
func pushSpec(t *testing.T, spec imagetest.Spec, name string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, spec.WriteLayout(dir))
	client := registry.New(registry.Options{UserAgent: "tidewaiter-e2e"})
	content, err := client.Open(t.Context(), "oci:"+dir)
	require.NoError(t, err)
	defer content.Close()
	at, err := client.Push(t.Context(), content, name)
	require.NoError(t, err)
	return at.Reference()
}

// assembled is the image of the project put together in this process, as
// BuildKit would: a reference to a layout.
func (s shop) assembled(t *testing.T) string {
	t.Helper()
	spec := s.baseSpec
	script := s.script(t)
	made := func(createdBy string) imagetest.History {
		return imagetest.History{CreatedBy: createdBy + " # buildkit"}
	}
	empty := func(createdBy string) imagetest.History {
		return imagetest.History{CreatedBy: createdBy, EmptyLayer: true}
	}
	spec.History = append(spec.History[:1:1],
		empty("ARG RELEASE=stable"), empty("ARG PACKAGE=libxml2"),
		empty("LABEL org.opencontainers.image.title=the shop maintainer=shop@example.com"),
		empty("ENV MODE=production GREETING=good day"),
		imagetest.History{CreatedBy: "WORKDIR /srv/shop"},
		made("RUN |2 RELEASE=stable PACKAGE=libxml2 /bin/sh -c "+script),
		made("COPY /www /srv/www"),
		made("COPY --chown=1000:1000 node_modules ./node_modules"),
		made("COPY server token.txt /usr/local/bin/"),
		made("RUN |2 RELEASE=stable PACKAGE=libxml2 /bin/sh -c rm /usr/local/bin/token.txt"),
		empty("EXPOSE [8080/tcp]"), empty("VOLUME [/data]"), empty("USER 10001"),
		empty(`HEALTHCHECK &{["CMD" "/usr/local/bin/server" "-probe"] "30s" "0s" "0s" "0s" '\x00'}`),
		empty(`CMD ["-listen" ":8080"]`), empty(`ENTRYPOINT ["/usr/local/bin/server"]`))
	spec.Config.User = "10001"
	status := string(s.file(t, "base/layer-0/var/lib/dpkg/status")) +
		"\nPackage: libxml2\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.9.14+dfsg-1.3~deb12u1\n"
	layer := func(files ...imagetest.FileSpec) imagetest.LayerSpec { return imagetest.LayerSpec{Files: files} }
	spec.Layers = append(spec.Layers[:1:1],
		layer(imagetest.FileSpec{Path: "srv/shop", Dir: true}),
		layer(imagetest.FileSpec{Path: "var/lib/dpkg/status", Data: []byte(status)},
			imagetest.FileSpec{Path: "usr/bin/su", Mode: 0o4755, Data: s.busybox}),
		layer(imagetest.FileSpec{Path: "srv/www/index.html", Data: s.file(t, "app/www/index.html")}),
		layer(imagetest.FileSpec{Path: "srv/shop/node_modules/left-pad/package.json", UID: 1000, GID: 1000,
			Data: s.file(t, "app/node_modules/left-pad/package.json")}),
		layer(imagetest.FileSpec{Path: "usr/local/bin/server", Mode: 0o755, Data: s.server},
			imagetest.FileSpec{Path: "usr/local/bin/token.txt", Data: s.token}),
		layer(imagetest.FileSpec{Path: "usr/local/bin/token.txt", Whiteout: true}))
	dir := t.TempDir()
	require.NoError(t, spec.WriteLayout(dir))
	return "oci:" + dir
}

func (s shop) file(t *testing.T, name string) []byte {
	t.Helper()
	for _, f := range s.archive.Files {
		if f.Name == name {
			return f.Data
		}
	}
	t.Fatalf("testdata/shop.txtar holds no %s", name)
	return nil
}

// script is the first RUN as builders join its lines.
func (s shop) script(t *testing.T) string {
	t.Helper()
	_, rest, ok := strings.Cut(string(s.file(t, "app/Dockerfile")), "\nRUN ")
	require.True(t, ok)
	rest, _, ok = strings.Cut(rest, "\nCOPY ")
	require.True(t, ok)
	var out strings.Builder
	for line := range strings.SplitSeq(rest, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			out.WriteString(strings.TrimSuffix(line, `\`))
		}
	}
	return out.String()
}

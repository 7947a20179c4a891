//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// builtShop is one image of the project and how to read it.
type builtShop struct {
	builder, ref string
	env          []string
}

// TestBuildersAgree builds one project by the classic builder of a Docker
// daemon, by BuildKit, and in this process: all three images hold the same
// packages, and each layer, package and finding leads to the same line.
func TestBuildersAgree(t *testing.T) {
	s := newShop(t)
	want := s.judged(t, builtShop{"in process", s.assembled(t), nil})
	t.Logf("in process:\n%s", want)
	require.Equal(t, expectedPlaces(), want.packages)
	for _, b := range []builtShop{s.byDocker(t), s.byBuildKit(t)} {
		t.Run(b.builder, func(t *testing.T) {
			got := s.judged(t, b)
			require.Equal(t, want.packages, got.packages, "packages and the lines that brought them")
			require.Equal(t, want.layers, got.layers, "the line of each layer")
			require.Equal(t, want.findings, got.findings, "findings about the image")
		})
	}
}

// expectedPlaces are the packages and the lines of testdata/shop.txtar that
// brought them: the base image's belong to FROM.
func expectedPlaces() []string {
	return []string{
		"deb base-files 12.4+deb12u5 at app/Dockerfile:6",
		"deb libxml2 2.9.14+dfsg-1.3~deb12u1 at app/Dockerfile:13",
		"deb tzdata 2026a-0+deb12u1 at app/Dockerfile:6",
		"golang github.com/rogpeppe/go-internal v1.15.0 at app/Dockerfile:20",
		"npm left-pad 1.1.3 at app/Dockerfile:19",
	}
}

func (s shop) byDocker(t *testing.T) builtShop {
	t.Helper()
	env := []string{"DOCKER_HOST=" + docker.need(t), "DOCKER_BUILDKIT=0", "DOCKER_CONFIG=" + t.TempDir()}
	command{dir: filepath.Join(s.dir, "app"), env: env}.must(t, tool(t, "docker"), "build", "--tag=shop:e2e", ".")
	return builtShop{"classic builder of dockerd", "docker:shop:e2e", env[:1]}
}

func (s shop) byBuildKit(t *testing.T) builtShop {
	t.Helper()
	return builtShop{"BuildKit", buildctl(t, filepath.Join(s.dir, "app")), nil}
}

// judgedShop is what check and sbom say of one image.
type judgedShop struct {
	packages, layers, findings []string
}

func (j judgedShop) String() string {
	return strings.Join(slices.Concat([]string{"packages:"}, j.packages, []string{"layers:"}, j.layers, []string{"findings:"}, j.findings), "\n")
}

func (s shop) judged(t *testing.T, b builtShop) judgedShop {
	t.Helper()
	r := check(t, []int{1}, b.env, s.dir, "--rules", "all", "--advisories", filepath.Join(s.dir, "advisories"), "--image", b.ref)
	require.Len(t, r.Images, 1)
	require.Len(t, r.Images[0].Platforms, 1)
	require.Equal(t, "linux/amd64", r.Images[0].Platforms[0].Platform)
	var out judgedShop
	lines := map[string]string{} // by digest, or by diff ID where a builder stores no digest
	for _, l := range r.Images[0].Platforms[0].Layers {
		require.NotNil(t, l.Instruction, "%s: a layer without instruction", b.builder)
		line := fmt.Sprintf("%s:%d", l.Instruction.Path, l.Instruction.Line)
		lines[l.Digest], lines[l.DiffID] = line, line
		out.layers = append(out.layers, line)
	}
	out.packages = s.packages(t, b, lines)
	for _, f := range r.Findings {
		if f.Image != nil {
			out.findings = append(out.findings, imageFinding(f))
		}
	}
	slices.Sort(out.findings)
	require.NotEmpty(t, out.findings)
	return out
}

func imageFinding(f gate.Finding) string {
	id := ""
	if f.Vulnerability != nil {
		id = " " + f.Vulnerability.ID
	}
	return fmt.Sprintf("%s %s%s at %s:%d", f.Rule, f.Name, id, f.Path, f.Line)
}

// packages returns the bill of materials with the line of each package.
func (s shop) packages(t *testing.T, b builtShop, lines map[string]string) []string {
	t.Helper()
	got := tidewaiter(t, b.env, "sbom", b.ref, "--format", "json")
	require.Zero(t, got.code, got.stderr)
	var list []struct{ Name, Version, Type, Layer string }
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &list))
	var out []string
	for _, p := range list {
		if p.Name == "stdlib" || strings.HasPrefix(p.Name, "github.com/tidewaiter/") || strings.HasPrefix(p.Name, "golang.org/") {
			continue // they move with the toolchain and this repository
		}
		out = append(out, fmt.Sprintf("%s %s %s at %s", p.Type, p.Name, p.Version, lines[p.Layer]))
	}
	slices.Sort(out)
	return out
}

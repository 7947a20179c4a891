//go:build e2e

package e2e

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// debianPackages are what the image is made of besides Debian's base: packages of
// every language that Debian has many of.
var debianPackages = strings.Fields("ca-certificates nodejs npm python3-pandas python3-django python3-requests maven default-jre-headless golang-go hugo")

// debian is a Debian image of more than a gigabyte, made by debootstrap and apt and
// two layers on top: the path of its docker archive, beside which "tree" holds what
// the daemon exports of it.
var debian = &part{name: "debian", start: buildDebian}

// needDebian returns its path, and skips where nobody has asked for it: to build it
// takes longer than all other tests together. TIDEWAITER_E2E_DEBIAN is "build", or
// names a root file system that was made before.
func needDebian(t *testing.T) string {
	t.Helper()
	if os.Getenv("TIDEWAITER_E2E_DEBIAN") == "" {
		t.Skip("set TIDEWAITER_E2E_DEBIAN=build, or to a root file system of Debian, to have it run")
	}
	docker.need(t)
	return debian.need(t)
}

func buildDebian(_ *part, dir string) (string, error) {
	if os.Geteuid() != 0 {
		return "", errNotRoot
	}
	if docker.address == "" { // tests ask for it first
		return "", errors.New("no Docker daemon")
	}
	root := os.Getenv("TIDEWAITER_E2E_DEBIAN")
	if root == "build" {
		root = filepath.Join(dir, "root")
		if err := bootstrap(root); err != nil {
			return "", err
		}
	}
	script := filepath.Join(here.root, "e2e", "testdata", "debian.sh")
	goroot, err := exec.Command("go", "env", "GOROOT").Output() // runtime.GOROOT knows none under -trimpath
	if err != nil {
		return "", err
	}
	archive := filepath.Join(dir, "debian.tar")
	if err := command0(dir, []string{"DOCKER_HOST=" + docker.address, "DOCKER_BUILDKIT=0", "DOCKER_CONFIG=" + dir}, "bash", script, root, dir, strings.TrimSpace(string(goroot)), here.binary); err != nil {
		return "", err
	}
	return archive, nil
}

// bootstrap installs Debian into a folder.
func bootstrap(root string) error {
	mirror := os.Getenv("TIDEWAITER_E2E_DEBIAN_MIRROR")
	if mirror == "" {
		mirror = "http://deb.debian.org/debian"
	}
	if err := command0("", nil, "debootstrap", "--variant=minbase", "bookworm", root, mirror); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "etc/dpkg/dpkg.cfg.d/io"), []byte("force-unsafe-io\n"), 0o644); err != nil {
		return err
	}
	if err := syscall.Mount("proc", filepath.Join(root, "proc"), "proc", 0, ""); err != nil {
		return err
	}
	defer func() { _ = syscall.Unmount(filepath.Join(root, "proc"), syscall.MNT_DETACH) }()
	args := append([]string{root, "apt-get", "install", "-y", "-q", "--no-install-recommends"}, debianPackages...)
	if err := command0("", []string{"DEBIAN_FRONTEND=noninteractive"}, "chroot", args...); err != nil {
		return err
	}
	return command0("", nil, "chroot", root, "apt-get", "clean")
}

type installed struct{ Type, Name, Version, Path string }

// sbomOf returns the packages of an image, by the program under test.
func sbomOf(t *testing.T, ref string) []installed {
	t.Helper()
	began := time.Now()
	got := tidewaiter(t, nil, "sbom", ref, "--format", "json")
	require.Zero(t, got.code, got.stderr)
	var list []installed
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &list))
	t.Logf("%d packages after %s", len(list), time.Since(began).Round(time.Millisecond))
	return list
}

type nameVersion struct{ name, version string }

// requireSame demands recall and precision of 99.5 % each.
func requireSame(t *testing.T, what string, want, got map[nameVersion]bool) {
	t.Helper()
	require.NotEmpty(t, want, what)
	var missed, extra []nameVersion
	for p := range want {
		if !got[p] {
			missed = append(missed, p)
		}
	}
	for p := range got {
		if !want[p] {
			extra = append(extra, p)
		}
	}
	recall := float64(len(want)-len(missed)) / float64(len(want))
	precision := float64(len(got)-len(extra)) / float64(max(1, len(got)))
	t.Logf("%-7s %5d installed, %5d found: recall %.4f, precision %.4f", what, len(want), len(got), recall, precision)
	require.GreaterOrEqual(t, recall, 0.995, "%s: missed %v", what, missed)
	require.GreaterOrEqual(t, precision, 0.995, "%s: more than is installed: %v", what, extra)
}

// TestDebianPackages compares with dpkg-query, importlib.metadata, the files of npm
// packages, pom.properties, and go version -m.
func TestDebianPackages(t *testing.T) {
	docker.need(t)
	archive := needDebian(t)
	tree := filepath.Join(filepath.Dir(archive), "tree")
	found := sbomOf(t, "docker-archive:"+archive)

	want := map[string]map[nameVersion]bool{"golang": goModules(t, tree)}
	for line := range strings.Lines(command{}.must(t, "/usr/bin/python3", filepath.Join(here.root, "e2e", "testdata", "installed.py"), tree)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if want[f[0]] == nil {
			want[f[0]] = map[nameVersion]bool{}
		}
		want[f[0]][nameVersion{f[1], f[2]}] = true
	}
	got := map[string]map[nameVersion]bool{}
	for _, p := range found {
		outer, _, _ := strings.Cut(p.Path, "!/")
		if p.Type == "maven" && !want["described"][nameVersion{outer, ""}] {
			continue // what it is has to be guessed, and there is no truth to compare with
		}
		if got[p.Type] == nil {
			got[p.Type] = map[nameVersion]bool{}
		}
		got[p.Type][nameVersion{p.Name, p.Version}] = true
	}
	for _, typ := range []string{"deb", "golang", "npm", "pypi", "maven"} {
		requireSame(t, typ, want[typ], got[typ])
	}
	require.Contains(t, got["npm"], nameVersion{"brought-back", "2.0.0"})
	require.NotContains(t, got["npm"], nameVersion{"brought-back", "1.0.0"})
}

// goModules asks the go command what the programs of a folder were built from.
func goModules(t *testing.T, tree string) map[nameVersion]bool {
	t.Helper()
	out := map[nameVersion]bool{}
	var last nameVersion
	for line := range strings.Lines(command{}.must(t, "go", "version", "-m", tree)) {
		f := strings.Fields(line)
		switch {
		case len(f) == 2 && strings.HasPrefix(f[1], "go1"):
			out[nameVersion{"stdlib", strings.TrimPrefix(f[1], "go")}] = true
		case len(f) > 2 && (f[0] == "dep" || f[0] == "mod") && f[2] != "(devel)":
			last = nameVersion{f[1], f[2]}
			out[last] = true
		case len(f) > 1 && f[0] == "=>":
			delete(out, last)
			if len(f) > 2 {
				out[nameVersion{f[1], f[2]}] = true
			}
		}
	}
	return out
}

// TestDebianTree compares the folded files with what the daemon exports.
func TestDebianTree(t *testing.T) {
	docker.need(t)
	archive := needDebian(t)
	got := treeOf(t, "docker-archive:"+archive)
	f, err := os.Open(filepath.Join(filepath.Dir(archive), "export.tar"))
	require.NoError(t, err)
	defer f.Close()
	entries, different := 0, 0
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		name := path.Clean(h.Name)
		if made := strings.HasPrefix(name, "dev/") || strings.HasPrefix(name, "etc/"); name == "." || name == ".dockerenv" || made && madeByDocker(name) {
			delete(got, name)
			continue
		}
		entries++
		want := fmt.Sprintf("file %o", h.Mode&0o7777)
		switch h.Typeflag {
		case tar.TypeDir:
			want = fmt.Sprintf("folder %o", h.Mode&0o7777)
		case tar.TypeSymlink:
			want = "-> " + h.Linkname
		}
		if got[name] != want {
			different++
			t.Errorf("%s: %q is exported, %q was seen", name, want, got[name])
		}
		delete(got, name)
	}
	require.Empty(t, got, "seen, and not exported")
	t.Logf("%d of %d paths as the daemon exports them", entries-different, entries)
}

// madeByDocker knows what the daemon puts into every container.
func madeByDocker(name string) bool {
	switch name {
	case "dev/console", "dev/pts", "dev/shm", "etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab":
		return true
	}
	return false
}

// TestDebianIsAGigabyte keeps the image from shrinking below what the figures say.
func TestDebianIsAGigabyte(t *testing.T) {
	docker.need(t)
	var size int64
	require.NoError(t, filepath.WalkDir(filepath.Dir(needDebian(t)), func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "debian.tar" {
			info, err := d.Info()
			size = info.Size()
			return err
		}
		return nil
	}))
	require.GreaterOrEqual(t, size, int64(1<<30))
}

// TestDebianIsHealthy demands that a distribution's packages, as they come, are no
// more than worth knowing to the rules about what is in an image. What the script
// did on top (a setuid program, removed files) has rules of its own.
func TestDebianIsHealthy(t *testing.T) {
	docker.need(t)
	r := check(t, []int{0, 1}, nil, write(t, map[string]string{"README": "x"}), "--image", "docker-archive:"+needDebian(t),
		"--rules", "TW-I009,TW-I010,TW-I011,TW-I101,TW-I102,TW-I103,TW-I104,TW-I105,TW-I106,TW-I107")
	for _, f := range r.Findings {
		if strings.HasPrefix(f.Rule, "TW-I") {
			require.Equal(t, "info", f.Severity, "%s: %s", f.Rule, f.Message)
		}
	}
}

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

// TestOverlay makes layers at random, both as tars and as folders that the kernel's
// overlay file system puts on top of each other, and compares what is seen.
func TestOverlay(t *testing.T) {
	overlayWorks(t)
	entries := 0
	for seed := range uint64(300) {
		o := &overlay{t: t, dir: t.TempDir(), r: rand.New(rand.NewPCG(seed, 7)), lower: map[string]string{}}
		for range 2 + o.r.IntN(4) {
			o.layer()
		}
		img, err := image.Read(context.Background(), o.spec.Content(), image.Options{SkipSecrets: true})
		require.NoError(t, err)
		p := img.Platforms[0]
		require.Empty(t, p.NotAnalysed, "seed %d", seed)
		got := map[string]string{}
		for _, e := range p.Tree() {
			switch {
			case e.Dir:
				got[e.Path] = fmt.Sprintf("folder %o", e.Mode)
			case e.Link != "":
				got[e.Path] = "-> " + e.Link
			default:
				got[e.Path] = fmt.Sprintf("%d:%s %o", e.Layer, e.Name, e.Mode)
			}
		}
		want := o.mounted()
		require.Equal(t, want, got, "seed %d: %s", seed, o)
		entries += len(want)
	}
	t.Logf("%d entries of 300 stacks of layers as the kernel shows them", entries)
}

// overlayWorks ends the test where the kernel does not let it mount.
func overlayWorks(t *testing.T) {
	t.Helper()
	o := &overlay{t: t, dir: t.TempDir(), r: rand.New(rand.NewPCG(0, 0)), lower: map[string]string{}}
	o.layer()
	o.layer()
	if err := o.mount(); err != nil {
		missing(t, "overlay file systems cannot be mounted: %v", err)
	}
	require.NoError(t, syscall.Unmount(o.at("merged"), 0))
}

// overlay is a stack of layers, each in a folder of its own and in the image spec.
type overlay struct {
	t      *testing.T
	dir    string
	r      *rand.Rand
	spec   imagetest.Spec
	layers []string
	// lower is what the layers so far show, by path: "dir" or "file".
	lower map[string]string
}

func (o *overlay) at(name string) string { return filepath.Join(o.dir, name) }

func (o *overlay) String() string {
	var b strings.Builder
	for i, l := range o.spec.Layers {
		fmt.Fprintf(&b, "\nlayer %d:", i)
		for _, f := range l.Files {
			f.Data = nil
			fmt.Fprintf(&b, "\n  %+v", f)
		}
	}
	return b.String()
}

// layer adds one, as builders write them: every folder before what is in it, no
// name twice, removals only of what is there.
func (o *overlay) layer() {
	index := len(o.layers)
	folder := o.at(fmt.Sprint(index))
	require.NoError(o.t, os.Mkdir(folder, 0o755))
	o.layers = append(o.layers, folder)
	var files []imagetest.FileSpec
	here := map[string]bool{}
	var fill func(dir string, depth int)
	fill = func(dir string, depth int) {
		for _, letter := range "abcde" {
			name := path.Join(dir, string(letter))
			f := imagetest.FileSpec{Path: name, Mode: []uint32{0o644, 0o755, 0o4755, 0o666}[o.r.IntN(4)], Data: fmt.Appendf(nil, "%d:%s", index, name)}
			switch o.r.IntN(12) {
			case 0, 1, 2:
			case 3, 4:
				if depth == 3 {
					continue
				}
				f = imagetest.FileSpec{Path: name, Dir: true, Mode: []uint32{0o755, 0o777, 0o1777, 0o700}[o.r.IntN(4)]}
			case 5:
				f = imagetest.FileSpec{Path: name, Link: []string{"a", "../b", "/c/d", "nowhere"}[o.r.IntN(4)]}
			case 6:
				first := slices.IndexFunc(files, func(f imagetest.FileSpec) bool { return !f.Dir && f.Link == "" && !f.Whiteout && !f.Opaque })
				if first < 0 {
					continue
				}
				f = imagetest.FileSpec{Path: name, Link: files[first].Path, Hard: true}
			case 7, 8:
				if o.lower[name] == "" {
					continue
				}
				f = imagetest.FileSpec{Path: name, Whiteout: true}
			default:
				continue
			}
			here[name] = true
			files = append(files, f)
			o.write(folder, f)
			if f.Dir {
				if o.lower[name] == "dir" && o.r.IntN(3) == 0 {
					files = append(files, imagetest.FileSpec{Path: name, Opaque: true})
					require.NoError(o.t, syscall.Setxattr(filepath.Join(folder, name), "trusted.overlay.opaque", []byte("y"), 0))
					o.forget(name + "/")
				}
				if o.lower[name] != "dir" {
					o.forget(name + "/")
				}
				o.lower[name] = "dir"
				fill(name, depth+1)
				continue
			}
			o.forget(name + "/")
			if o.lower[name] = "file"; f.Whiteout {
				delete(o.lower, name)
			}
		}
	}
	fill("", 1)
	o.spec.Layers = append(o.spec.Layers, imagetest.LayerSpec{Files: files, Bare: true})
}

// forget drops what is below a folder from what is seen.
func (o *overlay) forget(prefix string) {
	for name := range o.lower {
		if strings.HasPrefix(name, prefix) {
			delete(o.lower, name)
		}
	}
}

// write puts an entry into a layer's folder in overlay's own form: a removed file is
// a character device of number 0.
func (o *overlay) write(folder string, f imagetest.FileSpec) {
	name := filepath.Join(folder, f.Path)
	var err error
	switch {
	case f.Whiteout:
		err = syscall.Mknod(name, syscall.S_IFCHR, 0)
	case f.Dir:
		err = os.Mkdir(name, 0o755)
	case f.Hard:
		err = os.Link(filepath.Join(folder, f.Link), name)
	case f.Link != "":
		err = os.Symlink(f.Link, name)
	default:
		err = os.WriteFile(name, f.Data, 0o644)
	}
	if err == nil && f.Mode != 0 && f.Link == "" && !f.Whiteout {
		err = syscall.Chmod(name, f.Mode)
	}
	require.NoError(o.t, err)
}

// mount shows all layers at "merged", the newest on top.
func (o *overlay) mount() error {
	for _, d := range []string{"merged", "upper", "work"} {
		require.NoError(o.t, os.MkdirAll(o.at(d), 0o755))
	}
	lowers := slices.Clone(o.layers)
	slices.Reverse(lowers)
	return syscall.Mount("overlay", o.at("merged"), "overlay", 0, "lowerdir="+strings.Join(lowers, ":")+",upperdir="+o.at("upper")+",workdir="+o.at("work"))
}

// mounted lists what the kernel shows.
func (o *overlay) mounted() map[string]string {
	require.NoError(o.t, o.mount())
	defer func() { require.NoError(o.t, syscall.Unmount(o.at("merged"), 0)) }()
	out := map[string]string{}
	require.NoError(o.t, filepath.WalkDir(o.at("merged"), func(name string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(o.at("merged"), name)
		if err != nil || rel == "." {
			return err
		}
		var st syscall.Stat_t
		if err := syscall.Lstat(name, &st); err != nil {
			return err
		}
		mode := st.Mode & 0o7777
		switch {
		case d.IsDir():
			out[rel] = fmt.Sprintf("folder %o", mode)
		case d.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(name)
			out[rel] = "-> " + target
			return err
		default:
			data, err := os.ReadFile(name)
			out[rel] = fmt.Sprintf("%s %o", data, mode)
			return err
		}
		return nil
	}))
	return out
}

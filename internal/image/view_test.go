package image

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// disk applies layers to a real folder, in the simplest way: names are resolved by
// the kernel, and the content of a file says which entry it is.
type disk struct {
	t    *testing.T
	root string
	r    *rand.Rand
}

func (d disk) at(name string) string { return filepath.Join(d.root, name) }

// kind is "dir", "file", "link" or "" for what is not there.
func (d disk) kind(name string) string {
	info, err := os.Lstat(d.at(name))
	switch {
	case err != nil:
		return ""
	case info.IsDir():
		return "dir"
	case info.Mode()&fs.ModeSymlink != 0:
		return "link"
	}
	return "file"
}

// reachable reports whether every folder above name is one, or can be made one.
func (d disk) reachable(name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if info, err := os.Stat(d.at(dir)); d.kind(dir) == "link" && (err != nil || !info.IsDir()) {
			return false // a link to nothing, to a file, or a loop
		}
	}
	return true
}

// parents makes the folders above name. A file in the way is replaced.
func (d disk) parents(name string) {
	parts := strings.Split(path.Dir(name), "/")
	for i := range parts {
		dir := path.Join(parts[:i+1]...)
		info, err := os.Stat(d.at(dir))
		if err == nil && info.IsDir() {
			continue
		}
		require.NoError(d.t, os.RemoveAll(d.at(dir)))
		require.NoError(d.t, os.Mkdir(d.at(dir), 0o755))
	}
}

func (d disk) name() string {
	var parts []string
	for range 1 + d.r.IntN(3) {
		parts = append(parts, string("abcd"[d.r.IntN(4)]))
	}
	return path.Join(parts...)
}

// target makes the target of a link at name, which does not climb above the root:
// links never lead to the root itself, so that one step up is always inside.
func (d disk) target(name string) string {
	if strings.Contains(name, "/") && d.r.IntN(2) == 0 {
		return "../" + d.name()
	}
	return d.name()
}

// layer makes a layer at random and applies it as it goes.
func (d disk) layer(index int) *Inventory {
	inv := &Inventory{}
	for range d.r.IntN(3) {
		name := d.name()
		info, err := os.Stat(d.at(name))
		if d.r.IntN(3) == 0 && err == nil && info.IsDir() {
			inv.Opaques = append(inv.Opaques, name)
			children, err := os.ReadDir(d.at(name))
			require.NoError(d.t, err)
			for _, c := range children {
				require.NoError(d.t, os.RemoveAll(filepath.Join(d.at(name), c.Name())))
			}
		}
	}
	for range d.r.IntN(4) {
		name := d.name()
		inv.Whiteouts = append(inv.Whiteouts, name)
		if d.kind(name) != "" {
			require.NoError(d.t, os.RemoveAll(d.at(name)))
		}
	}
	for range 1 + d.r.IntN(8) {
		if p, ok := d.entry(index); ok {
			inv.Paths = append(inv.Paths, p)
		}
	}
	return inv
}

// entry makes one entry; false where no runtime could unpack it.
func (d disk) entry(index int) (Path, bool) {
	p := Path{Name: d.name(), Mode: 0o644}
	if !d.reachable(p.Name) {
		return p, false
	}
	kind := d.kind(p.Name)
	switch d.r.IntN(6) {
	case 0:
		p.Dir = true
	case 1:
		p.Link = d.target(p.Name)
	case 2:
		p.Hard, p.Link = true, d.name()
		source := d.kind(p.Link)
		if source == "" || source == "dir" || kind == "dir" {
			return p, false
		}
		one, err := os.Lstat(d.at(p.Link))
		require.NoError(d.t, err)
		for dir := p.Name; dir != "."; dir = path.Dir(dir) { // it would have to go first
			if other, err := os.Lstat(d.at(dir)); err == nil && os.SameFile(one, other) {
				return p, false
			}
		}
	}
	d.parents(p.Name)
	if p.Dir && kind == "dir" {
		return p, true
	}
	require.NoError(d.t, os.RemoveAll(d.at(p.Name)))
	switch {
	case p.Dir:
		require.NoError(d.t, os.Mkdir(d.at(p.Name), 0o755))
	case p.Hard:
		require.NoError(d.t, os.Link(d.at(p.Link), d.at(p.Name)))
	case p.Link != "":
		require.NoError(d.t, os.Symlink(p.Link, d.at(p.Name)))
	default:
		require.NoError(d.t, os.WriteFile(d.at(p.Name), fmt.Appendf(nil, "%d %s", index, p.Name), 0o644))
	}
	return p, true
}

// seen lists the folder: what each path is, and of files which entry.
func (d disk) seen() map[string]string {
	out := map[string]string{}
	require.NoError(d.t, filepath.WalkDir(d.root, func(name string, _ fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(d.root, name)
		if err != nil || rel == "." {
			return err
		}
		switch d.kind(rel) {
		case "dir":
			out[rel] = "folder"
		case "link":
			target, err := os.Readlink(name)
			out[rel] = "-> " + target
			return err
		default:
			text, err := os.ReadFile(name)
			out[rel] = string(text)
			return err
		}
		return nil
	}))
	return out
}

func seenBy(v *view) map[string]string {
	out := map[string]string{}
	for _, e := range v.entries() {
		switch {
		case e.Dir:
			out[e.Path] = "folder"
		case e.Link != "":
			out[e.Path] = "-> " + e.Link
		default:
			out[e.Path] = fmt.Sprintf("%d %s", e.Layer, e.Name)
		}
	}
	return out
}

// Whatever layers hold (removals, emptied folders, links in the way and at the end,
// hard links, files over folders and folders over files), the view is what the
// kernel shows of them, after each layer.
func TestViewIsWhatIsOnDisk(t *testing.T) {
	for seed := range uint64(400) {
		d := disk{t, t.TempDir(), rand.New(rand.NewPCG(seed, 1))}
		v := newView()
		var all []*Inventory
		for i := range 2 + d.r.IntN(4) {
			all = append(all, d.layer(i))
			v.apply(i, all[i])
			require.Equal(t, d.seen(), seenBy(v), "seed %d, layer %d of %s", seed, i, describe(all))
			require.Empty(t, v.lost, "seed %d", seed)
		}
		v.requireSound(t)
	}
}

func describe(all []*Inventory) string {
	var b strings.Builder
	for i, inv := range all {
		fmt.Fprintf(&b, "\n%d: opaque %q, removed %q, added %+v", i, inv.Opaques, inv.Whiteouts, inv.Paths)
	}
	return b.String()
}

// requireSound compares the counts that are kept along with the tree itself.
func (v *view) requireSound(t *testing.T) {
	uses := map[ref]int{}
	v.files(func(_ string, n *node) { uses[n.at]++ })
	for at, n := range v.uses {
		require.Equal(t, uses[at], n, "%v", at)
		_, ended := v.ended[at]
		require.True(t, n > 0 || ended, "%v", at)
	}
}

// A package belongs to the layer since which it has been there without a break.
func TestPackageLayers(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 2))
		var ls []*Layer
		var present []map[string]bool
		for i := range 1 + r.IntN(6) {
			inv := &Inventory{}
			for _, file := range []string{"var/lib/dpkg/status", "app/node_modules/x/package.json"} {
				switch r.IntN(4) {
				case 0:
					inv.Whiteouts = append(inv.Whiteouts, path.Dir(file))
				case 1, 2:
					inv.Paths = append(inv.Paths, Path{Name: file})
					for _, name := range []string{"x", "y", "z"} {
						typ := "deb"
						if strings.HasPrefix(file, "app") {
							typ = "npm"
						}
						if r.IntN(2) == 0 {
							inv.Packages = append(inv.Packages, Package{Type: typ, Name: name, Version: string("12"[r.IntN(2)]), Path: file})
						}
					}
				}
			}
			ls = append(ls, &Layer{Index: i, Inventory: inv})
			p := &Platform{Layers: ls}
			p.fold()
			present = append(present, map[string]bool{})
			for _, pkg := range p.Packages {
				present[i][pkg.PURL] = true
				since := i
				for since > 0 && present[since-1][pkg.PURL] {
					since--
				}
				require.Equal(t, since, pkg.Layer, "seed %d: %s after layer %d", seed, pkg.PURL, i)
			}
		}
	}
}

package image

import (
	"cmp"
	"fmt"
	"slices"
)

// fold merges the layers into what a container sees, and traces every package,
// file and secret to the layer that brought it. It is a pure function of the
// inventories.
func (p *Platform) fold() {
	f := &fold{layers: p.Layers, view: newView()}
	for _, l := range p.Layers {
		f.view.apply(l.Index, l.Inventory)
		f.facts = append(f.facts, byPath(l.Inventory))
	}
	p.notAnalysed(f.view)
	p.Distro = f.distro()
	p.Packages = f.packages(p.Distro)
	p.withoutDatabase(f)
	p.Files = f.files()
	p.Deleted = f.deleted()
	p.Secrets = append(p.Secrets, f.secrets()...)
	p.Accounts = f.accounts()
}

// notAnalysed keeps the layers' complaints, but for files that later layers
// removed or replaced.
func (p *Platform) notAnalysed(v *view) {
	for i, l := range p.Layers {
		for _, n := range l.Inventory.NotAnalysed {
			if _, ended := v.ended[ref{i, n.Path}]; ended && v.uses[ref{i, n.Path}] == 0 {
				continue
			}
			where := "layer " + l.DiffID
			if n.Path != "" {
				where = fmt.Sprintf("/%s in layer %s", n.Path, l.DiffID)
			}
			p.note(where + ": " + n.Reason)
		}
	}
	for _, r := range v.lost {
		p.note(fmt.Sprintf("/%s in layer %s: its place is behind a loop of links or a link to nothing, or too deep; build the layer again", r.path, p.Layers[r.layer].DiffID))
	}
}

// fold is the state of one merge.
type fold struct {
	layers []*Layer
	view   *view
	facts  []map[string]*fileFacts // of each layer
	dbs    map[*node]bool          // see databases
	owned  map[*node]bool          // see ownedFiles
	listed []map[string]bool       // see listedIn
}

// fileFacts is what one layer's inventory says of one file.
type fileFacts struct {
	packages []Package
	files    []File
	secrets  []Secret
}

func byPath(inv *Inventory) map[string]*fileFacts {
	facts := map[string]*fileFacts{}
	at := func(path string) *fileFacts {
		if facts[path] == nil {
			facts[path] = &fileFacts{}
		}
		return facts[path]
	}
	for _, p := range inv.Packages {
		at(p.Path).packages = append(at(p.Path).packages, p)
	}
	for _, f := range inv.Files {
		at(f.Path).files = append(at(f.Path).files, f)
	}
	for _, s := range inv.Secrets {
		at(s.Path).secrets = append(at(s.Path).secrets, s)
	}
	return facts
}

// of returns what is known of a content, never nil.
func (f *fold) of(r ref) *fileFacts {
	if facts := f.facts[r.layer][r.path]; facts != nil {
		return facts
	}
	return &fileFacts{}
}

// since returns the layer in which something that the node's content has came
// in and from when on it stayed: later layers that only write the file again,
// as package managers do with their database, do not count.
func (f *fold) since(n *node, has func(*fileFacts) bool) int {
	layer := n.at.layer
	for i := len(n.chain) - 1; i >= 0 && has(f.of(n.chain[i])); i-- {
		layer = n.chain[i].layer
	}
	return layer
}

// packages lists those of the files that a container sees. A file with several
// names is listed once.
func (f *fold) packages(d Distro) []Package {
	var out []Package
	seen := map[ref]bool{}
	f.view.files(func(name string, n *node) {
		found := f.of(n.at).packages
		if len(found) == 0 || seen[n.at] || n.link != "" {
			return
		}
		seen[n.at] = true
		chain := f.versions(n)
		for _, p := range found {
			if p.isDistribution() && !f.databases()[n] || p.mayBeOwned(name) && f.ownedFiles()[n] {
				continue
			}
			p.Layer = n.at.layer
			for _, v := range chain {
				if !v.has[p.key()] {
					break
				}
				p.Layer = v.layer
			}
			p.Path, p.PURL, p.Licence = name, p.purl(d), f.licence(p)
			if p.Inside != "" {
				p.Path, p.Inside = name+"!/"+p.Inside, ""
			}
			out = append(out, p)
		}
	})
	slices.SortFunc(out, func(a, b Package) int {
		return cmp.Or(cmp.Compare(a.PURL, b.PURL), cmp.Compare(a.Path, b.Path))
	})
	return slices.CompactFunc(out, func(a, b Package) bool { return a.PURL == b.PURL && a.Path == b.Path })
}

// packageKey is what makes a package of one database file the same in the next.
type packageKey struct{ typ, name, version, arch string }

func (p Package) key() packageKey { return packageKey{p.Type, p.Name, p.Version, p.Architecture} }

// version is an earlier content of a file, and the packages it told of.
type version struct {
	layer int
	has   map[packageKey]bool
}

// versions returns the earlier contents of a file, newest first.
func (f *fold) versions(n *node) []version {
	var out []version
	for _, r := range slices.Backward(n.chain) {
		v := version{layer: r.layer, has: map[packageKey]bool{}}
		for _, p := range f.of(r).packages {
			v.has[p.key()] = true
		}
		out = append(out, v)
	}
	return out
}

// files lists the notable files and folders that a container sees.
func (f *fold) files() []File {
	var out []File
	f.view.files(func(name string, n *node) {
		if n.link != "" || n.odd {
			return
		}
		for _, kind := range notable(Path{Name: name, Mode: n.mode}) {
			layer := f.since(n, func(facts *fileFacts) bool {
				return slices.ContainsFunc(facts.files, func(o File) bool { return o.Kind == kind })
			})
			out = append(out, File{Kind: kind, Path: name, Mode: n.mode, Layer: layer})
		}
	})
	f.view.folders(func(name string, n *node) {
		if n.mode&0o1002 == 0o002 {
			out = append(out, File{Kind: WorldWritableFolder, Path: name, Mode: n.mode, Layer: n.at.layer})
		}
	})
	slices.SortStableFunc(out, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return out
}

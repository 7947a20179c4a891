package image

// Entry is one path that a container sees.
type Entry struct {
	Path string // without leading slash
	// Dir, Special: a folder, a device or pipe; else a file, or a symbolic link to
	// Link where that is not "".
	Dir, Special bool
	Link         string
	// Mode holds the permission bits and 04000, 02000, 01000 as in chmod; 0 for
	// links.
	Mode uint32
	// Layer is the index of the layer that the content is in, Name its path there;
	// of a folder the one that last set its mode.
	Layer int
	Name  string
}

// Tree returns everything that a container sees, in no order but that folders come
// before what is in them: the layers put on top of each other as runtimes do, see
// https://github.com/opencontainers/image-spec/blob/main/layer.md#applying-changesets.
func (p *Platform) Tree() []Entry {
	v := newView()
	for _, l := range p.Layers {
		v.apply(l.Index, l.Inventory)
	}
	return v.entries()
}

func (v *view) entries() []Entry {
	var out []Entry
	v.down(v.root, "", func(name string, n *node) {
		out = append(out, Entry{
			Path: name, Dir: n.children != nil, Special: n.odd, Link: n.link, Mode: n.mode, Layer: n.at.layer, Name: n.at.path,
		})
	})
	return out
}

package image

import (
	"path"
	"sort"
	"strings"
)

// ref names content: a file of one layer.
type ref struct {
	layer int
	path  string
}

// node is a file, link or folder of the merged file system.
type node struct {
	name     string
	parent   *node
	depth    int
	children map[string]*node // nil for all but folders
	// link is a symbolic link's target.
	link string
	mode uint32
	odd  bool // neither a regular file nor a link: a device, a pipe
	// at is the content, of a folder the entry that set its mode; chain are the contents that the path had before, oldest
	// first, with no removal in between.
	at    ref
	chain []ref
}

// view is the file system that a container sees once all layers are applied.
type view struct {
	root *node
	// uses counts the paths that show a content; ended tells in which layer the
	// last of them went, and next what took its place, if anything.
	uses  map[ref]int
	ended map[ref]int
	next  map[ref]ref
	// lost are entries that could not be placed.
	lost []ref
}

func newView() *view {
	return &view{
		root: &node{children: map[string]*node{}},
		uses: map[ref]int{}, ended: map[ref]int{}, next: map[ref]ref{},
	}
}

// apply puts a layer on top. Its removals speak of the layers below only,
// wherever in the tar they stand.
func (v *view) apply(layer int, inv *Inventory) {
	for _, dir := range inv.Opaques {
		if d := v.dir(dir, false, layer); d != nil {
			for _, c := range sortedChildren(d) {
				v.drop(c, layer)
			}
		}
	}
	for _, name := range inv.Whiteouts {
		if d := v.dir(parentOf(name), false, layer); d != nil && d.children[path.Base(name)] != nil {
			v.drop(d.children[path.Base(name)], layer)
		}
	}
	for _, p := range inv.Paths {
		if !v.add(layer, p) {
			v.lost = append(v.lost, ref{layer, p.Name})
		}
	}
}

// add places one entry and reports whether it could.
func (v *view) add(layer int, p Path) bool {
	parent := v.dir(parentOf(p.Name), true, layer)
	if parent == nil {
		return false
	}
	name := path.Base(p.Name)
	old := parent.children[name]
	if p.Dir {
		if old == nil || old.children == nil {
			v.remove(old, layer)
			if old = v.mkdir(parent, name); old == nil {
				return false
			}
		}
		if old.mode != p.Mode {
			old.mode, old.at = p.Mode, ref{layer, p.Name}
		}
		return true
	}
	n := &node{name: name, parent: parent, mode: p.Mode, odd: p.Special, at: ref{layer, p.Name}}
	switch {
	case p.Hard:
		target := v.lookup(p.Link, false)
		if target == nil || target.children != nil {
			return false
		}
		if target == old { // a link to itself changes nothing
			return true
		}
		n.at, n.link, n.mode, n.chain = target.at, target.link, target.mode, target.chain
	case p.Link != "":
		n.link = p.Link
	}
	v.uses[n.at]++
	if old != nil && old.children == nil {
		if !p.Hard {
			n.chain = append(old.chain[:len(old.chain):len(old.chain)], old.at)
		}
		v.next[old.at] = n.at
	}
	v.remove(old, layer)
	parent.children[name] = n
	return true
}

// mkdir makes a folder, or returns nil where that would be too deep.
func (v *view) mkdir(parent *node, name string) *node {
	if parent.depth == MaxTreeDepth {
		return nil
	}
	n := &node{name: name, parent: parent, depth: parent.depth + 1, children: map[string]*node{}}
	parent.children[name] = n
	return n
}

func (v *view) remove(n *node, layer int) {
	if n != nil {
		v.drop(n, layer)
	}
}

// drop takes a node out, and all below it.
func (v *view) drop(n *node, layer int) {
	delete(n.parent.children, n.name)
	for _, c := range sortedChildren(n) {
		v.drop(c, layer)
	}
	if n.children == nil {
		if v.uses[n.at]--; v.uses[n.at] == 0 {
			v.ended[n.at] = layer
		}
	}
}

// dir returns the folder of that name, through symbolic links as a runtime goes;
// with make, folders that are not there are made. It is nil where there is none.
func (v *view) dir(name string, make bool, layer int) *node {
	hops := MaxLinkHops
	return v.descend(v.root, name, make, layer, &hops)
}

func (v *view) descend(at *node, name string, make bool, layer int, hops *int) *node {
	for part := range strings.SplitSeq(name, "/") {
		switch part {
		case "", ".":
			continue
		case "..":
			if at.parent != nil {
				at = at.parent
			}
			continue
		}
		child := at.children[part]
		switch {
		case child != nil && child.children != nil:
			at = child
		case child != nil && child.link != "":
			if *hops--; *hops < 0 {
				return nil
			}
			if strings.HasPrefix(child.link, "/") {
				at = v.root
			}
			if at = v.descend(at, child.link, make, layer, hops); at == nil {
				return nil
			}
		case !make:
			return nil
		default:
			v.remove(child, layer)
			if at = v.mkdir(at, part); at == nil {
				return nil
			}
		}
	}
	return at
}

// lookup returns the node of that name, nil where there is none; with follow, a
// symbolic link at its end is followed too.
func (v *view) lookup(name string, follow bool) *node {
	hops := MaxLinkHops
	at := v.root
	for {
		d := v.descend(at, parentOf(name), false, 0, &hops)
		if d == nil {
			return nil
		}
		base := path.Base(name)
		n := d.children[base]
		if base == ".." || base == "." || base == "/" {
			n = v.descend(d, base, false, 0, &hops)
		}
		if n == nil || n.link == "" || !follow {
			return n
		}
		if hops--; hops < 0 {
			return nil
		}
		name, at = n.link, d
		if strings.HasPrefix(name, "/") {
			at = v.root
		}
	}
}

// files calls visit for every file and link, in the order of their paths.
func (v *view) files(visit func(name string, n *node)) { v.walk(v.root, "", visit) }

func (v *view) walk(dir *node, prefix string, visit func(string, *node)) {
	for _, c := range sortedChildren(dir) {
		name := prefix + c.name
		if c.children != nil {
			v.walk(c, name+"/", visit)
			continue
		}
		visit(name, c)
	}
}

// folders calls visit for every folder below the root.
func (v *view) folders(visit func(name string, n *node)) {
	v.down(v.root, "", func(name string, n *node) {
		if n.children != nil {
			visit(name, n)
		}
	})
}

// down calls visit for everything below a folder, in no order.
func (v *view) down(dir *node, prefix string, visit func(string, *node)) {
	for _, c := range dir.children {
		visit(prefix+c.name, c)
		if c.children != nil {
			v.down(c, prefix+c.name+"/", visit)
		}
	}
}

func sortedChildren(n *node) []*node {
	out := make([]*node, 0, len(n.children))
	for _, c := range n.children {
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out
}

func parentOf(name string) string {
	dir, _ := path.Split(name)
	return dir
}

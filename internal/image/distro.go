package image

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// distro reads the os-release that a container sees. The first of the two
// places that is there counts, as in
// https://www.freedesktop.org/software/systemd/man/latest/os-release.html.
func (f *fold) distro() Distro {
	for _, name := range []string{"etc/os-release", "usr/lib/os-release"} {
		if text, n := f.text(name); n != nil {
			d := parseOSRelease(text)
			d.Layer = f.textSince(n, text)
			return d
		}
	}
	return Distro{}
}

// withoutDatabase says so where an image has the files of a distribution and
// nothing that tells of its packages, rather than passing as one without flaws.
// Files of its C library tell it from one that only took over its os-release.
func (p *Platform) withoutDatabase(f *fold) {
	if p.Distro.ID == "" || slices.ContainsFunc(p.Packages, Package.isDistribution) {
		return
	}
	for _, dir := range []string{"lib", "usr/lib", "lib64", "usr/lib64", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu", "usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu"} {
		d := f.view.dir(dir, false, 0)
		if d == nil {
			continue
		}
		for name := range d.children {
			if name == "libc.so.6" || strings.HasPrefix(name, "ld-musl-") {
				p.note(fmt.Sprintf("the files of %s are there and its list of packages is not, so their vulnerabilities are not known; keep the package manager's database in the image", p.Distro.name()))
				return
			}
		}
	}
}

// name is how people call the distribution.
func (d Distro) name() string {
	if d.Name != "" {
		return d.Name
	}
	return d.ID
}

// text returns a small text file that a container sees, links followed, and its
// node, which is nil where there is no such file.
func (f *fold) text(name string) (string, *node) {
	n := f.view.lookup(name, true)
	if n == nil || n.children != nil {
		return "", nil
	}
	text, ok := f.layers[n.at.layer].Inventory.Text[n.at.path]
	if !ok {
		return "", nil
	}
	return text, n
}

// textSince returns the layer from which on the file has had this text.
func (f *fold) textSince(n *node, text string) int {
	layer := n.at.layer
	for i := len(n.chain) - 1; i >= 0; i-- {
		r := n.chain[i]
		if f.layers[r.layer].Inventory.Text[r.path] != text {
			break
		}
		layer = r.layer
	}
	return layer
}

// parseOSRelease reads the lines NAME=value of an os-release, values quoted as
// in a shell.
func parseOSRelease(text string) Distro {
	var d Distro
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		switch value = unquote(value); name {
		case "ID":
			d.ID = strings.ToLower(value)
		case "VERSION_ID":
			d.VersionID = value
		case "PRETTY_NAME":
			d.Name = value
		}
	}
	return d
}

// unquote takes a value out of single or double quotes. Inside double quotes a
// backslash keeps the next character as it is.
func unquote(value string) string {
	if len(value) < 2 || value[0] != value[len(value)-1] {
		return value
	}
	switch value[0] {
	case '\'':
		return value[1 : len(value)-1]
	case '"':
		var b strings.Builder
		inner := value[1 : len(value)-1]
		for i := 0; i < len(inner); i++ {
			if inner[i] == '\\' && i+1 < len(inner) {
				i++
			}
			b.WriteByte(inner[i])
		}
		return b.String()
	}
	return value
}

// number reads a user or group ID, -1 where it is none.
func number(text string) int {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return -1
	}
	return int(n)
}

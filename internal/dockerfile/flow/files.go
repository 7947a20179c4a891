package flow

import (
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// files is what is known of a stage's file system.
type files struct {
	// named are single files, trees the folders that something was unpacked into.
	named, trees map[string]content
}

func newFiles() files { return files{map[string]content{}, map[string]content{}} }

// clean names a file the same way however it is written.
func clean(dir, name string) string {
	name = plain(name)
	if name == "" {
		return ""
	}
	p := dockerfile.Join(plain(dir), name)
	if strings.HasPrefix(p, "~") {
		p = "$HOME" + p[1:]
	}
	if rest, ok := strings.CutPrefix(p, "$HOME"); ok {
		p = "/root" + rest
	}
	if p[0] != '/' && p[0] != '$' && p[0] != '`' {
		p = path.Clean("/" + p)
	}
	return p
}

// plain writes ${NAME} as $NAME and leaves quotes out.
func plain(s string) string {
	if strings.ContainsAny(s, `'"`) {
		s = strings.NewReplacer(`"`, "", `'`, "").Replace(s)
	}
	for {
		before, rest, ok := strings.Cut(s, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !ok || !closed || strings.ContainsAny(name, ":-%#/+?$^,[!") {
			return s
		}
		s = before + "$" + name + after
	}
}

// base is the last part of a path or URL, without query.
func base(s string) string {
	s, _, _ = strings.Cut(s, "?")
	s, _, _ = strings.Cut(s, "#")
	return s[strings.LastIndexByte(s, '/')+1:]
}

// get returns what a name holds: a file, all files of a pattern, or a file in a
// folder that something was unpacked into.
func (f files) get(name string) (content, bool) {
	if c, ok := f.named[name]; ok {
		return c, true
	}
	if strings.ContainsAny(name, "*?[") {
		var all content
		found := false
		for other, c := range f.named {
			if ok, err := path.Match(name, other); ok && err == nil {
				all, found = all.and(c), true
			}
		}
		if found {
			return all, true
		}
	}
	if len(f.trees) == 0 {
		return content{}, false
	}
	for dir := name; dir != "/" && dir != "."; dir = path.Dir(dir) {
		if c, ok := f.trees[dir]; ok {
			return c, true
		}
	}
	return content{}, false
}

// put adds to what a name holds: which of several writers came last is often a
// matter of conditions.
func (f files) put(name string, c content) {
	if name == "" || strings.HasPrefix(name, "/dev/") {
		return
	}
	f.named[name] = f.named[name].and(c)
}

func (f files) unpack(dir string, c content) {
	if dir != "" && len(c.from) > 0 {
		f.trees[dir] = f.trees[dir].and(c)
	}
}

func (f files) remove(name string) {
	delete(f.named, name)
	delete(f.trees, name)
	pattern := strings.ContainsAny(name, "*?[")
	for other := range f.named {
		if strings.HasPrefix(other, name+"/") {
			delete(f.named, other)
		} else if ok, err := path.Match(name, other); pattern && ok && err == nil {
			delete(f.named, other)
		}
	}
}

// copyTo copies a file or a folder from another file system, or the same. Where
// the target is a folder is not known: the file then has both names.
func (f files) copyTo(from files, src, dst string, folder bool) {
	if c, ok := from.get(src); ok {
		if !folder {
			f.put(dst, c)
		}
		f.put(path.Join(dst, path.Base(src)), c)
		if _, tree := from.trees[src]; tree {
			f.unpack(dst, c)
		}
	}
	below := strings.TrimSuffix(src, "/") + "/"
	moved := newFiles()
	for name, c := range from.named {
		if rest, ok := strings.CutPrefix(name, below); ok {
			moved.put(path.Join(dst, rest), c)
			moved.put(path.Join(dst, path.Base(src), rest), c)
		}
	}
	for name, c := range moved.named {
		f.put(name, c)
	}
	for dir, c := range from.trees {
		if rest, ok := strings.CutPrefix(dir, below); ok {
			moved.trees[path.Join(dst, rest)] = c
		}
	}
	for dir, c := range moved.trees {
		f.unpack(dir, c)
	}
}

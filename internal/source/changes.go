package source

import (
	"path"
	"slices"
	"strings"
)

// Changes are the files of a repository that a change touched: those that are
// new, have another content or are gone. A nil *Changes stands for a repository
// that is judged whole, in which everything counts as changed.
type Changes struct {
	// Since is the revision as the user wrote it, Commit its full hash.
	Since, Commit string
	// Paths are the files, sorted.
	Paths []string
}

// Has reports whether a file was touched.
func (c *Changes) Has(file string) bool {
	if c == nil {
		return true
	}
	_, found := slices.BinarySearch(c.Paths, file)
	return found
}

// Reaches reports whether a path leads elsewhere, or to other content, than it
// did: the file itself or a symbolic link on the way to it was touched.
func (c *Changes) Reaches(file string) bool {
	for at := path.Clean(file); at != "." && at != "/" && !strings.HasPrefix(at, ".."); at = path.Dir(at) {
		if c.Has(at) {
			return true
		}
	}
	return c == nil
}

// Below reports whether any file in a folder, or below it, was touched.
func (c *Changes) Below(dir string) bool {
	if c == nil {
		return true
	}
	if dir == "." {
		return len(c.Paths) > 0
	}
	i, _ := slices.BinarySearch(c.Paths, dir+"/")
	return i < len(c.Paths) && strings.HasPrefix(c.Paths[i], dir+"/")
}

package manifest

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// resolve follows the symbolic links of a repository-relative path and tells
// what it names. Paths and links that lead out of the repository are errors;
// the repository's file system confines the read itself a second time.
func (l *library) resolve(name string) (real string, isDir bool, err error) {
	l.mu.Lock()
	got, known := l.resolved[name]
	l.mu.Unlock()
	if !known {
		got.path, got.isDir, got.err = l.follow(name)
		l.mu.Lock()
		l.resolved[name] = got
		l.mu.Unlock()
	}
	return got.path, got.isDir, got.err
}

// resolved is what resolve has found out about a path.
type resolved struct {
	path  string
	isDir bool
	err   error
}

func (l *library) follow(name string) (real string, isDir bool, err error) {
	rest := strings.Split(path.Clean(name), "/")
	cur, links := ".", 0
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if cur == "." {
				return "", false, fmt.Errorf("%s leads out of the repository", name)
			}
			cur = path.Dir(cur)
			continue
		}
		next := path.Join(cur, part)
		st, err := fs.Lstat(l.repo.FS(), next)
		if err != nil {
			return "", false, readable(name, err)
		}
		if st.Mode()&fs.ModeSymlink == 0 {
			cur = next
			continue
		}
		if links++; links > maxLinks {
			return "", false, fmt.Errorf("%s: more than the limit of %d symbolic links", name, maxLinks)
		}
		target, err := fs.ReadLink(l.repo.FS(), next)
		if err != nil {
			return "", false, readable(name, err)
		}
		if path.IsAbs(target) {
			return "", false, fmt.Errorf("%s leads out of the repository by the link %s", name, next)
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	st, err := fs.Stat(l.repo.FS(), cur)
	if err != nil {
		return "", false, readable(name, err)
	}
	return cur, st.IsDir(), nil
}

func readable(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s does not exist in the repository", name)
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fmt.Errorf("%s cannot be read: %w", name, err)
}

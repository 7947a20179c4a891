package source

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Link is an entry of the repository that is neither a file nor a folder: a
// symbolic link, or something no reader opens, such as a pipe.
type Link struct {
	Path string
	// Target is the file of the repository that the link stands for, "" where it
	// stands for a folder, whose files the walk lists by themselves.
	Target string
	// Err says why there is neither: the link leads out, nowhere or in circles.
	Err error
}

func (r *Repo) link(name string, mode fs.FileMode) Link {
	if mode&fs.ModeSymlink == 0 {
		return Link{Path: name, Err: errors.New("is neither a file nor a folder, so it is not read; put a file in its place")}
	}
	target, isDir, err := r.Resolve(name)
	switch {
	case err != nil:
		return Link{Path: name, Err: fmt.Errorf("is a symbolic link that is not followed: %w; put the file itself in its place", err)}
	case isDir:
		return Link{Path: name}
	}
	return Link{Path: name, Target: target}
}

// Resolve follows the symbolic links of a repository-relative path and tells
// what it names. Paths and links that lead out of the repository are errors;
// the repository's file system confines the read itself a second time.
func (r *Repo) Resolve(name string) (real string, isDir bool, err error) {
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
		st, err := fs.Lstat(r.fsys, next)
		if err != nil {
			return "", false, readable(name, err)
		}
		if st.Mode()&fs.ModeSymlink == 0 {
			cur = next
			continue
		}
		if links++; links > MaxLinks {
			return "", false, fmt.Errorf("%s: more than the limit of %d symbolic links", name, MaxLinks)
		}
		target, err := fs.ReadLink(r.fsys, next)
		if err != nil {
			return "", false, readable(name, err)
		}
		if path.IsAbs(target) {
			return "", false, fmt.Errorf("%s leads out of the repository by the link %s", name, next)
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	st, err := fs.Stat(r.fsys, cur)
	if err != nil {
		return "", false, readable(name, err)
	}
	return cur, st.IsDir(), nil
}

func readable(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s does not exist in the repository", name)
	}
	return fmt.Errorf("%s cannot be read: %s", name, Reason(err))
}

// Reason returns what is wrong with a file that could not be read, without its
// path, which stands beside it, and with what to do.
func Reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	switch {
	case errors.Is(err, ErrBinary):
		return err.Error() + "; save it as UTF-8, or leave it out by paths.exclude"
	case errors.Is(err, ErrTooLarge):
		return err.Error() + "; split it, or leave it out by paths.exclude"
	}
	return err.Error()
}

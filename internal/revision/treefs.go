package revision

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Tree returns the files of a revision below a folder of a repository, as they
// would lie on disk: symbolic links are links, submodules are not there. Files
// are read when they are opened. An UnknownError says that there is no such
// revision.
func Tree(ctx context.Context, dir, rev string) (fs.FS, error) {
	h, err := open(dir)
	if err != nil {
		return nil, err
	}
	commit, err := h.resolve(rev)
	if err != nil {
		return nil, err
	}
	files, err := h.files(ctx, commit)
	if err != nil {
		return nil, err
	}
	t := &treeFS{history: h, files: files, dirs: map[string]map[string]bool{".": {}}}
	for name := range files {
		t.enter(name)
	}
	return t, nil
}

// treeFS is a revision's tree.
type treeFS struct {
	history *history
	files   map[string]entry
	// dirs holds the names in each folder.
	dirs map[string]map[string]bool
}

func (t *treeFS) enter(name string) {
	for name != "." {
		dir := path.Dir(name)
		known := t.dirs[dir] != nil
		if !known {
			t.dirs[dir] = map[string]bool{}
		}
		t.dirs[dir][path.Base(name)] = true
		if known {
			return
		}
		name = dir
	}
}

// Open opens a file, through symbolic links that stay inside, or a folder.
func (t *treeFS) Open(name string) (fs.File, error) {
	real, err := t.follow(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	info, err := t.info(real)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	if info.IsDir() {
		return &openDir{treeInfo: info, tree: t, names: t.names(real)}, nil
	}
	data, err := t.content(real)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &openFile{treeInfo: info, Reader: bytes.NewReader(data)}, nil
}

// Lstat describes what a name is, without following a link.
func (t *treeFS) Lstat(name string) (fs.FileInfo, error) {
	real, err := t.follow(path.Dir(name))
	if err == nil {
		var info treeInfo
		if info, err = t.info(path.Join(real, path.Base(name))); err == nil {
			return info, nil
		}
	}
	return nil, &fs.PathError{Op: "lstat", Path: name, Err: err}
}

// ReadLink returns what a symbolic link says.
func (t *treeFS) ReadLink(name string) (string, error) {
	data, err := t.content(name)
	if err == nil && t.files[name].mode != filemode.Symlink {
		err = fs.ErrInvalid
	}
	if err != nil {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: err}
	}
	return string(data), nil
}

// follow resolves the symbolic links of a path; one that leads out does not exist.
func (t *treeFS) follow(name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", fs.ErrInvalid
	}
	at, rest, links := ".", strings.Split(name, "/"), 0
	for len(rest) > 0 {
		next := path.Join(at, rest[0])
		rest = rest[1:]
		if next == ".." || strings.HasPrefix(next, "../") {
			return "", fs.ErrNotExist
		}
		if t.files[next].mode != filemode.Symlink {
			at = next
			continue
		}
		target, err := t.content(next)
		if links++; err != nil || links > maxDepth || path.IsAbs(string(target)) {
			return "", fs.ErrNotExist
		}
		rest = slices.Concat(strings.Split(string(target), "/"), rest)
	}
	return at, nil
}

func (t *treeFS) content(name string) ([]byte, error) {
	e, ok := t.files[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	blob, err := object.GetBlob(t.history.store, e.hash)
	if err != nil {
		return nil, fmt.Errorf("its content %s is not in this clone: %w", e.hash, err)
	}
	if blob.Size > maxFile {
		return nil, fmt.Errorf("larger than the limit of %d MiB", maxFile>>20)
	}
	r, err := blob.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, maxFile))
}

// info describes a path without links.
func (t *treeFS) info(name string) (treeInfo, error) {
	if t.dirs[name] != nil {
		return treeInfo{name: path.Base(name), mode: fs.ModeDir | 0o755}, nil
	}
	e, ok := t.files[name]
	if !ok {
		return treeInfo{}, fs.ErrNotExist
	}
	size, _ := t.history.store.EncodedObjectSize(e.hash)
	out := treeInfo{name: path.Base(name), mode: 0o644, size: size}
	switch e.mode {
	case filemode.Symlink:
		out.mode = fs.ModeSymlink | 0o777
	case filemode.Executable:
		out.mode = 0o755
	}
	return out, nil
}

func (t *treeFS) names(dir string) []fs.DirEntry {
	var out []fs.DirEntry
	for name := range t.dirs[dir] {
		if info, err := t.info(path.Join(dir, name)); err == nil {
			out = append(out, fs.FileInfoToDirEntry(info))
		}
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out
}

// treeInfo describes a file of a tree; git keeps no time of a file.
type treeInfo struct {
	name string
	mode fs.FileMode
	size int64
}

func (i treeInfo) Name() string               { return i.name }
func (i treeInfo) Size() int64                { return i.size }
func (i treeInfo) Mode() fs.FileMode          { return i.mode }
func (i treeInfo) ModTime() time.Time         { return time.Time{} }
func (i treeInfo) IsDir() bool                { return i.mode.IsDir() }
func (i treeInfo) Sys() any                   { return nil }
func (i treeInfo) Stat() (fs.FileInfo, error) { return i, nil }
func (i treeInfo) Close() error               { return nil }

type openFile struct {
	treeInfo
	*bytes.Reader
}

// Size is the content's.
func (f *openFile) Size() int64 { return f.Reader.Size() }

type openDir struct {
	treeInfo
	tree  *treeFS
	names []fs.DirEntry
}

func (d *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

// ReadDir returns the next n names, all for n <= 0.
func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n > len(d.names) {
		if n > 0 && len(d.names) == 0 {
			return nil, io.EOF
		}
		n = len(d.names)
	}
	out := d.names[:n]
	d.names = d.names[n:]
	return out, nil
}

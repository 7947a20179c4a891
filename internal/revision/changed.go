package revision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
)

// Change is what became of a repository since a revision.
type Change struct {
	// Commit is the full hash of the commit that the revision names.
	Commit string
	// Paths are the files below the folder that are new, have another content or
	// are gone, relative to it with forward slashes, sorted.
	Paths []string
}

// Changed compares the files on disk below a folder of a repository with a
// revision, committed or not, ignored or not. What a file holds decides, byte for
// byte: no filter is run, so that a file whose line ends are converted, or that
// stands for one in another store, counts as changed. Submodules are no part of a
// revision, so that their files count as new. An UnknownError says that there is
// no such revision.
func Changed(ctx context.Context, dir, rev string) (*Change, error) {
	h, err := open(dir)
	if err != nil {
		return nil, err
	}
	commit, err := h.resolve(rev)
	if err != nil {
		return nil, err
	}
	then, err := h.files(ctx, commit)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	c := &comparison{root: root, then: then, recent: h.index()}
	if err := c.walk(ctx); err != nil {
		return nil, err
	}
	out := append(c.changed, slices.Collect(maps.Keys(c.then))...) // what was not met is gone
	slices.Sort(out)
	return &Change{Commit: commit.Hash.String(), Paths: out}, nil
}

// comparison goes over the files on disk and takes each out of then.
type comparison struct {
	root    *os.Root
	then    map[string]entry
	recent  recent
	changed []string
	seen    int
}

func (c *comparison) walk(ctx context.Context) error {
	return fs.WalkDir(c.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case d != nil && d.Name() == ".git":
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case err != nil:
			return nil //nolint:nilerr // what cannot be entered is told of by the one who reads the repository
		case d.IsDir():
			return nil
		}
		if c.seen++; c.seen > maxEntries {
			return fmt.Errorf("more than the limit of %d files on disk; name a smaller folder to check", maxEntries)
		}
		before, known := c.then[name]
		delete(c.then, name)
		if !known || !c.same(name, d, before) {
			c.changed = append(c.changed, name)
		}
		return nil
	})
}

// same reports whether a file is what it was. One that cannot be read is not.
func (c *comparison) same(name string, d fs.DirEntry, before entry) bool {
	info, err := d.Info()
	link := err == nil && info.Mode()&fs.ModeSymlink != 0
	switch {
	case err != nil, link != (before.mode == filemode.Symlink):
		return false
	case link:
		target, err := c.root.Readlink(filepath.FromSlash(name))
		return err == nil && plumbing.ComputeHash(plumbing.BlobObject, []byte(filepath.ToSlash(target))) == before.hash
	case !info.Mode().IsRegular():
		return false
	}
	if hash, ok := c.recent.hash(name, info); ok {
		return hash == before.hash
	}
	f, err := c.root.Open(filepath.FromSlash(name))
	if err != nil {
		return false
	}
	defer f.Close()
	hasher := plumbing.NewHasher(plumbing.BlobObject, info.Size())
	n, err := io.Copy(hasher, io.LimitReader(f, info.Size()+1))
	return err == nil && n == info.Size() && hasher.Sum() == before.hash
}

// recent are the hashes that the index remembers of files on disk, which spares
// reading those that have not been written since.
type recent struct {
	prefix  string
	written time.Time
	entries map[string]*index.Entry
}

// index reads the repository's index; where there is none, or one that cannot be
// read, every file is.
func (h *history) index() recent {
	out := recent{prefix: h.prefix, entries: map[string]*index.Entry{}}
	info, err := h.store.Filesystem().Stat("index")
	if err != nil || info.Size() > maxObject {
		return out
	}
	f, err := h.store.Filesystem().Open("index")
	if err != nil {
		return out
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxObject))
	if err != nil {
		return out
	}
	idx, err := decodeIndex(data)
	if err != nil {
		return out
	}
	out.written = info.ModTime()
	for _, e := range idx.Entries {
		out.entries[e.Name] = e
	}
	return out
}

// decodeIndex reads an index; the reader's panics on odd input become errors.
func decodeIndex(data []byte) (idx *index.Index, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the index cannot be read")
		}
	}()
	idx = &index.Index{}
	return idx, index.NewDecoder(bytes.NewReader(data)).Decode(idx)
}

// hash returns the hash of a file's content where the index vouches for it: its
// size and time of change are the same, and it was not written in the very moment
// that the index was (https://git-scm.com/docs/racy-git).
func (r recent) hash(name string, info fs.FileInfo) (plumbing.Hash, bool) {
	e := r.entries[path.Join(r.prefix, name)]
	if e == nil || e.Stage != index.Merged || int64(e.Size) != info.Size() || !e.ModifiedAt.Equal(info.ModTime()) || !e.ModifiedAt.Before(r.written) {
		return plumbing.ZeroHash, false
	}
	return e.Hash, true
}

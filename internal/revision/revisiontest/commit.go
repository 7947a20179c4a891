// Package revisiontest makes git repositories for tests, without the git program.
package revisiontest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// Branch is what Commit commits to.
const Branch = plumbing.ReferenceName("refs/heads/main")

// Commit makes a commit of all files in a folder on its branch, with an index,
// and returns its hash. The first one makes the repository.
func Commit(dir string) (hash string, err error) {
	store := Store(dir)
	if _, err := store.Reference(plumbing.HEAD); errors.Is(err, plumbing.ErrReferenceNotFound) {
		if err := errors.Join(store.Init(), store.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, Branch))); err != nil {
			return "", err
		}
	}
	c := &committer{store: store, dir: dir, index: &index.Index{Version: 2}}
	tree, err := c.tree("")
	if err != nil {
		return "", err
	}
	who := object.Signature{Name: "test", Email: "test@example.com", When: time.Unix(1_700_000_000, 0).UTC()}
	commit := &object.Commit{Author: who, Committer: who, Message: "test\n", TreeHash: tree}
	if head, err := storer.ResolveReference(store, plumbing.HEAD); err == nil {
		commit.ParentHashes = []plumbing.Hash{head.Hash()}
	}
	made, err := c.put(commit)
	if err != nil {
		return "", err
	}
	return made.String(), errors.Join(store.SetReference(plumbing.NewHashReference(Branch, made)), store.SetIndex(c.index))
}

// Store opens the repository of a folder.
func Store(dir string) *filesystem.Storage {
	return filesystem.NewStorage(osfs.New(filepath.Join(dir, ".git")), cache.NewObjectLRUDefault())
}

// Tag makes an annotated tag.
func Tag(dir, name, commit string) error {
	c := &committer{store: Store(dir)}
	hash, err := c.put(&object.Tag{Name: name, Tagger: object.Signature{Name: "test"}, Message: "test\n", TargetType: plumbing.CommitObject, Target: plumbing.NewHash(commit)})
	if err != nil {
		return err
	}
	return c.store.SetReference(plumbing.NewHashReference(plumbing.NewTagReferenceName(name), hash))
}

type committer struct {
	store *filesystem.Storage
	dir   string
	index *index.Index
}

func (c *committer) put(o interface {
	Encode(plumbing.EncodedObject) error
}) (plumbing.Hash, error) {
	e := c.store.NewEncodedObject()
	if err := o.Encode(e); err != nil {
		return plumbing.ZeroHash, err
	}
	return c.store.SetEncodedObject(e)
}

// tree writes the tree of a folder below dir.
func (c *committer) tree(sub string) (plumbing.Hash, error) {
	entries, err := os.ReadDir(filepath.Join(c.dir, sub))
	if err != nil {
		return plumbing.ZeroHash, err
	}
	t := &object.Tree{}
	for _, e := range entries {
		name := filepath.Join(sub, e.Name())
		switch {
		case e.Name() == ".git":
		case e.IsDir():
			hash, err := c.tree(name)
			if err != nil {
				return hash, err
			}
			t.Entries = append(t.Entries, object.TreeEntry{Name: e.Name(), Mode: filemode.Dir, Hash: hash})
		default:
			entry, err := c.blob(name)
			if err != nil {
				return plumbing.ZeroHash, err
			}
			t.Entries = append(t.Entries, entry)
		}
	}
	key := func(e object.TreeEntry) string { // git sorts a folder as if its name ended in a slash
		if e.Mode == filemode.Dir {
			return e.Name + "/"
		}
		return e.Name
	}
	slices.SortFunc(t.Entries, func(a, b object.TreeEntry) int { return strings.Compare(key(a), key(b)) })
	return c.put(t)
}

func (c *committer) blob(name string) (object.TreeEntry, error) {
	file := filepath.Join(c.dir, name)
	info, err := os.Lstat(file)
	if err != nil {
		return object.TreeEntry{}, err
	}
	var data []byte
	mode := filemode.Regular
	if info.Mode()&fs.ModeSymlink != 0 {
		mode = filemode.Symlink
		target, err := os.Readlink(file)
		if err != nil {
			return object.TreeEntry{}, err
		}
		data = []byte(filepath.ToSlash(target))
	} else if data, err = os.ReadFile(file); err != nil {
		return object.TreeEntry{}, err
	}
	e := c.store.NewEncodedObject()
	e.SetType(plumbing.BlobObject)
	w, err := e.Writer()
	if err != nil {
		return object.TreeEntry{}, err
	}
	if _, err := w.Write(data); err != nil {
		return object.TreeEntry{}, err
	}
	hash, err := c.store.SetEncodedObject(e)
	c.index.Entries = append(c.index.Entries, &index.Entry{Name: filepath.ToSlash(name), Hash: hash, Mode: mode, Size: uint32(info.Size()), ModifiedAt: info.ModTime()})
	return object.TreeEntry{Name: filepath.Base(name), Mode: mode, Hash: hash}, err
}

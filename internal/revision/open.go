package revision

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// ErrNoRepository says that a folder lies in no git repository.
var ErrNoRepository = errors.New("the folder is in no git repository, so that nothing is known of earlier revisions")

// history is the repository that a folder belongs to.
type history struct {
	store *filesystem.Storage
	// prefix is the folder's path in the repository, with slashes, "" for all of it.
	prefix string
}

// open finds the repository of a folder, which may lie below its top.
func open(dir string) (*history, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	for top := abs; ; top = filepath.Dir(top) {
		st, err := os.Lstat(filepath.Join(top, ".git"))
		switch {
		case err == nil:
			rel, err := filepath.Rel(top, abs)
			if err != nil {
				return nil, err
			}
			h := &history{}
			if rel != "." {
				h.prefix = filepath.ToSlash(rel)
			}
			h.store, err = storage(filepath.Join(top, ".git"), st)
			return h, err
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		case filepath.Dir(top) == top:
			return nil, ErrNoRepository
		}
	}
}

// storage opens what .git holds, or as a file names: a linked working tree or a
// submodule.
func storage(git string, st fs.FileInfo) (*filesystem.Storage, error) {
	if !st.IsDir() {
		named, err := pointer(git, "gitdir:")
		if err != nil {
			return nil, err
		}
		git = named
	}
	files := bound(git)
	switch common, err := pointer(filepath.Join(git, "commondir"), ""); {
	case err == nil:
		files = dotgit.NewRepositoryFilesystem(files, bound(common))
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	store := filesystem.NewStorageWithOptions(files, cache.NewObjectLRU(objectCache), filesystem.Options{LargeObjectThreshold: maxObject})
	config, err := store.Config()
	if err != nil {
		return nil, fmt.Errorf("%s: the configuration cannot be read: %w", git, err)
	}
	extensions := config.Raw.Section("extensions")
	if format := extensions.Option("objectformat"); format != "" && format != "sha1" {
		return nil, fmt.Errorf("%s: objects are named by %s, which cannot be read; only SHA-1 can", git, format)
	}
	if kind := extensions.Option("refstorage"); kind != "" && kind != "files" {
		return nil, fmt.Errorf("%s: references are kept as %s, which cannot be read; only files can", git, kind)
	}
	return store, nil
}

func bound(dir string) billy.Filesystem { return osfs.New(dir, osfs.WithBoundOS()) }

// pointer reads the folder that a file names after a label, relative to where the
// file lies.
func pointer(file, label string) (string, error) {
	h, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer h.Close()
	data, err := io.ReadAll(io.LimitReader(h, maxPointer))
	if err != nil {
		return "", err
	}
	text, ok := strings.CutPrefix(string(data), label)
	text = strings.TrimSpace(text)
	if !ok || text == "" || strings.ContainsAny(text, "\n\x00") {
		return "", fmt.Errorf("%s does not name a folder", file)
	}
	if !filepath.IsAbs(text) {
		text = filepath.Join(filepath.Dir(file), text)
	}
	return text, nil
}

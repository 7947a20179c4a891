package layerstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Folder keeps entries as DIR/<scope>/<first two digits>/<key>. Several processes
// may use it at once: a file is put in place whole, or not at all.
type Folder struct {
	dir   string
	scope Scope
	now   func() time.Time
	max   int64

	mu   sync.Mutex
	size int64 // -1 until it is known
}

// NewFolder returns the store of a folder, which is made when something is kept.
// Once it holds more than MaxFolderBytes, what was not used for longest goes.
func NewFolder(dir string, scope Scope, now func() time.Time) *Folder {
	return &Folder{dir: dir, scope: scope, now: now, max: MaxFolderBytes, size: -1}
}

func (f *Folder) path(scope, key string) string { return filepath.Join(f.dir, scope, key[:2], key) }

// Get implements image.Store.
func (f *Folder) Get(_ context.Context, key string) ([]byte, error) {
	for _, scope := range f.scope.Read {
		entry, err := f.read(f.path(scope, key))
		if !errors.Is(err, fs.ErrNotExist) {
			return entry, err
		}
	}
	return nil, fs.ErrNotExist
}

func (f *Folder) read(name string) ([]byte, error) {
	st, err := os.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !st.Mode().IsRegular():
		return nil, fmt.Errorf("%s: not a regular file", name)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	entry, err := io.ReadAll(io.LimitReader(file, maxEntry+1))
	if now := f.now(); err == nil && now.Sub(st.ModTime()) > touchAfter {
		_ = os.Chtimes(name, now, now) // a folder that cannot be written still serves
	}
	return entry, err
}

// Put implements image.Store.
func (f *Folder) Put(_ context.Context, key string, entry []byte) error {
	name := f.path(f.scope.Write, key)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	if err := write(name, entry); err != nil {
		return err
	}
	return f.trim(int64(len(entry)))
}

// write puts a whole file in place, or leaves the old one.
func write(name string, data []byte) (err error) {
	t, err := os.CreateTemp(filepath.Dir(name), tempPrefix+"*")
	if err != nil {
		return err
	}
	_, err = t.Write(data)
	if err = errors.Join(err, t.Close()); err == nil {
		err = os.Rename(t.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(t.Name()))
	}
	return nil
}

const tempPrefix = ".tmp-"

// kept is a file of the folder.
type kept struct {
	name string
	size int64
	used time.Time
}

// trim keeps the folder below its bound: it is looked through once a run, and
// again when it is full.
func (f *Folder) trim(added int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.size >= 0 {
		if f.size += added; f.size <= f.max {
			return nil
		}
	}
	files, err := f.list()
	if err != nil {
		return err
	}
	f.size = 0
	for _, k := range files {
		f.size += k.size
	}
	if f.size <= f.max {
		return nil
	}
	slices.SortFunc(files, func(a, b kept) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.name, b.name)) })
	for _, k := range files {
		if f.size <= f.max/10*9 {
			break
		}
		if err := os.Remove(k.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		f.size -= k.size
	}
	return nil
}

// list returns the entries of all scopes, and removes what a writer that was
// stopped has left. Other files of the folder are not touched.
func (f *Folder) list() ([]kept, error) {
	var out []kept
	err := filepath.WalkDir(f.dir, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // another process was faster
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		st, err := d.Info()
		if err != nil {
			return nil //nolint:nilerr // as above
		}
		switch base := d.Name(); {
		case strings.HasPrefix(base, tempPrefix) && f.now().Sub(st.ModTime()) > staleAfter:
			_ = os.Remove(name)
		case isKey(base) && filepath.Base(filepath.Dir(name)) == base[:2]:
			out = append(out, kept{name, st.Size(), st.ModTime()})
		}
		return nil
	})
	return out, err
}

// isKey reports whether a name is one that a cache gives.
func isKey(name string) bool {
	return len(name) >= 32 && strings.Trim(name, "0123456789abcdef") == ""
}

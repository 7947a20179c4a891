package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// Repo is the repository under test: a tree of files below one root that
// nothing can climb out of, symbolic links included.
type Repo struct {
	// Root is the path given by the user, for messages only.
	Root string

	fsys  fs.FS
	close func() error
	mu    sync.Mutex
	files map[string]*File
	once  sync.Once
	walk  listing
}

// listing is what one walk finds.
type listing struct {
	files   []string
	links   []Link
	skipped []NotAnalysed
}

// Open opens a directory as a repository. Links that lead out of it are
// refused by the operating system's own confined look-up (os.Root).
func Open(dir string) (*Repo, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Repo{Root: dir, fsys: root.FS(), close: root.Close, files: map[string]*File{}}, nil
}

// OpenFS makes a repository of a file system, for tests and for trees that are
// not on disk.
func OpenFS(fsys fs.FS) *Repo {
	return &Repo{Root: ".", fsys: fsys, close: func() error { return nil }, files: map[string]*File{}}
}

// Close releases the root.
func (r *Repo) Close() error { return r.close() }

// FS returns the confined file system.
func (r *Repo) FS() fs.FS { return r.fsys }

// ErrBinary and ErrTooLarge say why a file was not read as text.
var (
	ErrBinary   = errors.New("not a text file (invalid UTF-8 or NUL bytes)")
	ErrTooLarge = fmt.Errorf("larger than the limit of %d MiB", MaxFileBytes>>20)
)

// Read returns a file of the repository. It is read once; later calls return
// the same File. Safe for concurrent use.
func (r *Repo) Read(name string) (*File, error) {
	name = path.Clean(name)
	r.mu.Lock()
	f, ok := r.files[name]
	r.mu.Unlock()
	if ok {
		return f, nil
	}
	text, err := r.readLimited(name)
	if err != nil {
		return nil, err
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, unreadable(name, ErrBinary)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if f, ok := r.files[name]; ok {
		return f, nil
	}
	f = NewFile(name, text)
	r.files[name] = f
	return f, nil
}

// minRead and maxRead bound the bytes that a file is read by.
const (
	minRead = 512
	maxRead = 32 << 10
)

func (r *Repo) readLimited(name string) (string, error) {
	var text strings.Builder
	step := minRead
	// Opening a pipe would wait for its writer.
	if st, err := fs.Stat(r.fsys, name); err == nil {
		if !st.Mode().IsRegular() {
			return "", unreadable(name, errors.New("not a regular file"))
		}
		size := int(min(st.Size(), MaxFileBytes+1))
		text.Grow(size)
		step = min(max(size, step), maxRead)
	}
	h, err := r.fsys.Open(name)
	if err != nil {
		return "", err
	}
	defer h.Close()
	if _, err := io.CopyBuffer(&text, io.LimitReader(h, MaxFileBytes+1), make([]byte, step)); err != nil {
		return "", err
	}
	if text.Len() > MaxFileBytes {
		return "", unreadable(name, ErrTooLarge)
	}
	return text.String(), nil
}

func unreadable(name string, err error) error {
	return &fs.PathError{Op: "read", Path: name, Err: err}
}

// skipDirs are folders whose content is not the repository's own.
var skipDirs = map[string]bool{".git": true, "node_modules": true, "vendor": true, ".terraform": true}

// Unwalked reports whether Walk leaves out folders of a name.
func Unwalked(folder string) bool { return skipDirs[folder] }

// Walk lists the repository's regular files, sorted, without symbolic links
// and without the folders of version control and vendored dependencies.
// Folders that cannot be read and limits that are hit come back as
// not-analysed entries, never as silence. The repository is walked once.
func (r *Repo) Walk() ([]string, []NotAnalysed) {
	r.once.Do(r.list)
	return r.walk.files, r.walk.skipped
}

// Links lists what Walk leaves out since it is neither a file nor a folder,
// sorted. Readers look through it for the names that they know.
func (r *Repo) Links() []Link {
	r.once.Do(r.list)
	return r.walk.links
}

func (r *Repo) list() {
	w, entries := &r.walk, 0
	skip := func(p, reason string) {
		w.skipped = append(w.skipped, NotAnalysed{Path: p, Reason: reason, Concern: ConcernRepository})
	}
	err := fs.WalkDir(r.fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			skip(p, "cannot be read: "+Reason(err))
			return nil
		}
		if entries++; entries > MaxEntries {
			return errEntries
		}
		switch {
		case d.IsDir() && p != "." && skipDirs[d.Name()]:
			return fs.SkipDir
		case d.IsDir() && strings.Count(p, "/") >= MaxDepth:
			skip(p, fmt.Sprintf("deeper than the limit of %d folders", MaxDepth))
			return fs.SkipDir
		case d.Type().IsRegular():
			w.files = append(w.files, p)
		case !d.IsDir():
			w.links = append(w.links, r.link(p, d.Type()))
		}
		return nil
	})
	if errors.Is(err, errEntries) {
		skip(".", fmt.Sprintf("more than the limit of %d files and folders, so only the first were looked at; name a smaller folder to check", MaxEntries))
	}
	sort.Strings(w.files)
}

var errEntries = errors.New("too many entries")

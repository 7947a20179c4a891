package image

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"sync/atomic"

	scalibr "github.com/google/osv-scalibr/extractor"
	"github.com/google/osv-scalibr/extractor/filesystem"
	"github.com/google/osv-scalibr/log"

	"github.com/tidewaiter/tidewaiter/internal/secret"
)

// peekBytes is how much of every file is looked at before it is decided
// whether to read it.
const peekBytes = 512

// extractor takes something out of files. It sees one file at a time, from
// memory.
type extractor struct {
	// what names the input in messages: "dpkg database".
	what string
	// limit is the largest file read, in bytes.
	limit int64
	// wants tells from the entry and the first peekBytes of its content.
	wants func(p Path, head []byte) bool
	// keeps is true where what it finds is about as large as the file.
	keeps bool
	// record begins each package in a database, "" where there is one at most: they
	// are counted before a parser makes objects of them.
	record string
	// quiet leaves out files over the limit without a word.
	quiet bool
	// refuse, where it is not "", is why the file is not read but noted.
	refuse string
	// run adds what it finds to the inventory. It must not keep data.
	run func(inv *Inventory, p Path, data []byte) error
	// stream, where it is not nil, reads the files over the limit, in parts.
	stream func(inv *Inventory, p Path, r io.Reader) error
}

// kept is how much of a file stays in memory: all of it, or the names in its list.
func (x extractor) kept(inv *Inventory, p Path, size int) int {
	if x.keeps {
		return size
	}
	n := 0
	for _, name := range inv.Owned[p.Name] {
		n += len(name)
	}
	return n
}

// guarded runs the extractor and turns a panic into an error: the formats are
// parsed by libraries, the files are a stranger's.
func (x extractor) guarded(inv *Inventory, p Path, data []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("its parser gave up: %v", r)
		}
	}()
	return x.run(inv, p, data)
}

// streamed is guarded for a file that is read in parts.
func (x extractor) streamed(inv *Inventory, p Path, r io.Reader) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("its parser gave up: %v", r)
		}
	}()
	return x.stream(inv, p, r)
}

// scanner reads the layers of one image. It may read several at a time.
type scanner struct {
	limits     limits
	extractors []extractor
	rules      *secret.Searcher // nil where secrets are not searched
	kept       atomic.Int64     // see MaxKeptBytes
}

func newScanner(opts Options) (*scanner, error) {
	silenceScalibr()
	s := &scanner{limits: defaultLimits(), extractors: []extractor{
		dpkgStatus(), dpkgList(), debCopyright(), chiselPackages(), apkInstalled(), rpmDatabase(), rpmJournal(), pacmanPackage(), pacmanList(),
		executable(), npmPackage(), pythonPackage(), zippedPackage(), javaArchive(), rubyGem(),
		dotnetDeps(), composerPackages(), condaPackage(), smallText(),
	}}
	if !opts.SkipSecrets {
		rules, err := secret.Load()
		if err != nil {
			return nil, err
		}
		s.rules, s.extractors = rules, append(s.extractors, secrets(rules), archives(rules))
	}
	return s, nil
}

// silenceScalibr stops the library from writing to stderr what we report as not
// analysed. Its logger is a global of its own, so it is set once.
var silenceScalibr = sync.OnceFunc(func() { log.SetLogger(quiet{}) })

// quiet is a logger that says nothing.
type quiet struct{}

func (quiet) Errorf(string, ...any) {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Infof(string, ...any)  {}
func (quiet) Debugf(string, ...any) {}
func (quiet) Error(...any)          {}
func (quiet) Warn(...any)           {}
func (quiet) Info(...any)           {}
func (quiet) Debug(...any)          {}

// extract runs one of the library's extractors over one file. The file system
// it is given is empty, since the other files of a layer are never all at hand;
// what it would look up there, os-release, is joined in the fold.
func extract(x filesystem.Extractor, p Path, r io.Reader) ([]*scalibr.Package, error) {
	found, err := x.Extract(context.Background(), &filesystem.ScanInput{FS: emptyFS{}, Path: p.Name, Reader: r})
	return found.Packages, err
}

// emptyFS holds no file.
type emptyFS struct{}

func (emptyFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
func (e emptyFS) Stat(name string) (fs.FileInfo, error)      { _, err := e.Open(name); return nil, err }
func (e emptyFS) ReadDir(name string) ([]fs.DirEntry, error) { _, err := e.Open(name); return nil, err }

package manifesttest

import (
	"io/fs"
	"testing/fstest"
)

// overlay is a file system with some files changed.
type overlay struct {
	fs.FS
	files map[string]string
}

// Open opens a changed file, else the one below.
func (o overlay) Open(name string) (fs.File, error) {
	if text, ok := o.files[name]; ok {
		return fstest.MapFS{name: &fstest.MapFile{Data: []byte(text)}}.Open(name)
	}
	return o.FS.Open(name)
}

// ReadLink and Lstat look at the files below: changes do not make links.
func (o overlay) ReadLink(name string) (string, error) { return fs.ReadLink(o.FS, name) }

// Lstat describes a file without following it.
func (o overlay) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(o.FS, name) }

package registry

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
)

// archive gives random access to the regular files of an uncompressed tar: the
// entries are indexed once, the file stays open.
type archive struct {
	file    *os.File
	entries map[string]span
}

type span struct{ start, size int64 }

// openArchive indexes the tar at name.
func openArchive(ref, name string) (*archive, error) {
	f, err := os.Open(name)
	if err != nil {
		reason := Failed
		if errors.Is(err, fs.ErrNotExist) {
			reason = NotFound
		}
		return nil, failure(ref, reason, "check the path of the archive", "%v", err)
	}
	a, err := indexArchive(ref, f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return a, nil
}

func indexArchive(ref string, f *os.File) (*archive, error) {
	var magic [2]byte
	if _, err := f.ReadAt(magic[:], 0); err == nil && bytes.Equal(magic[:], []byte{0x1f, 0x8b}) {
		return nil, failure(ref, Unsupported, "decompress it first (gunzip)", "the archive is compressed as a whole")
	}
	a := &archive{file: f, entries: map[string]span{}}
	links := map[string]string{}
	r := tar.NewReader(f)
	for n := 0; ; n++ {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, failure(ref, Malformed, "save the image again", "the archive cannot be read after %d entries: %v", n, err)
		}
		if n >= MaxArchiveEntries {
			return nil, failure(ref, TooLarge, "", "the archive has more than the limit of %d entries", MaxArchiveEntries)
		}
		name := path.Clean(h.Name)
		switch h.Typeflag {
		case tar.TypeReg:
			// The reader has consumed exactly the header: the file stands at
			// the entry's first byte.
			start, err := f.Seek(0, io.SeekCurrent)
			if err != nil {
				return nil, classify(ref, err)
			}
			a.entries[name] = span{start, h.Size}
		case tar.TypeSymlink:
			// docker save links equal layers: "../<id>/layer.tar".
			links[name] = path.Join(path.Dir(name), h.Linkname)
		case tar.TypeLink:
			links[name] = path.Clean(h.Linkname)
		}
	}
	for name, target := range links {
		if s, ok := a.entries[target]; ok {
			a.entries[name] = s
		}
	}
	return a, nil
}

func (a *archive) open(name string) (io.ReadCloser, error) {
	s, ok := a.entries[path.Clean(name)]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(io.NewSectionReader(a.file, s.start, s.size)), nil
}

func (a *archive) close() error { return a.file.Close() }

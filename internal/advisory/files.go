package advisory

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// fsStore is a folder or a zip in OSV's layout.
type fsStore struct {
	name   string
	fsys   fs.FS
	closer io.Closer
}

func (s *fsStore) close() error {
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}

// folder opens ECOSYSTEM/all.zip, else the loose records of ECOSYSTEM.
func (s *fsStore) folder(_ context.Context, base string) (*folder, error) {
	place := path.Join(s.name, base)
	f, err := s.fsys.Open(base + "/all.zip")
	if err == nil {
		return openArchive(path.Join(place, "all.zip"), f, time.Time{})
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	entries, err := fs.ReadDir(s.fsys, base)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missingf("%s holds no advisories for %s: add %s/all.zip, or name a source that has it", s.name, base, base)
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".json") {
			names = append(names, e.Name())
		}
	}
	return &folder{
		place: place, names: names,
		read: func(i int) ([]byte, error) {
			h, err := s.fsys.Open(base + "/" + names[i])
			if err != nil {
				return nil, err
			}
			defer h.Close()
			return readRecord(h)
		},
		close: func() error { return nil },
	}, nil
}

// readRecord reads one record's bytes within the limit.
func readRecord(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxRecordBytes+1))
	if err == nil && len(data) > MaxRecordBytes {
		err = fmt.Errorf("larger than the limit of %d MiB", MaxRecordBytes>>20)
	}
	return data, err
}

// openArchive reads an all.zip; it owns f. An archive inside another, which
// cannot be read at random, is held in memory.
func openArchive(place string, f fs.File, updated time.Time) (_ *folder, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s: %w", place, err), f.Close())
		}
	}()
	at, size, err := randomAccess(f)
	if err != nil {
		return nil, err
	}
	digest, err := hashOf(io.NewSectionReader(at, 0, size))
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return nil, fmt.Errorf("not a usable zip, fetch it again: %w", err)
	}
	var files []*zip.File
	var names []string
	for _, e := range z.File {
		if strings.HasSuffix(e.Name, ".json") {
			files, names = append(files, e), append(names, e.Name)
		}
	}
	return &folder{
		place: place, names: names, digest: digest, updated: updated, close: f.Close,
		read: func(i int) ([]byte, error) {
			h, err := files[i].Open()
			if err != nil {
				return nil, err
			}
			defer h.Close()
			return readRecord(h)
		},
	}, nil
}

func randomAccess(f fs.File) (io.ReaderAt, int64, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	if at, ok := f.(io.ReaderAt); ok {
		if st.Size() > MaxArchiveBytes {
			return nil, 0, fmt.Errorf("larger than the limit of %d MiB", MaxArchiveBytes>>20)
		}
		return at, st.Size(), nil
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxNestedBytes+1))
	if err != nil {
		return nil, 0, err
	}
	if len(data) > MaxNestedBytes {
		return nil, 0, fmt.Errorf("a zip inside a zip larger than the limit of %d MiB", MaxNestedBytes>>20)
	}
	return bytes.NewReader(data), int64(len(data)), nil
}

package image

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// spilled puts a file that is too large for the buffer into a temporary one, and
// maps that: its extractors look at a few parts of it, and only those take memory.
// The file has no name and goes with the process; the bytes hold until release.
func spilled(head []byte, rest io.Reader, size int64) (data []byte, release func(), err error) {
	f, err := os.CreateTemp("", "layer-file-*")
	if err != nil {
		return nil, nil, noRoom(size, err)
	}
	defer f.Close()
	_ = os.Remove(f.Name())
	if _, err := f.Write(head); err != nil {
		return nil, nil, noRoom(size, err)
	}
	w := &writeErrors{w: f}
	n, err := io.CopyN(w, rest, size-int64(len(head)))
	switch {
	case w.err != nil:
		return nil, nil, noRoom(size, w.err)
	case errors.Is(err, io.EOF) && n < size-int64(len(head)):
		return nil, nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, nil, err
	}
	if data, release, err = mapped(f, size); err != nil {
		return nil, nil, fmt.Errorf("temporary file of %d bytes: %w", size, err)
	}
	return data, release, nil
}

func noRoom(size int64, err error) error {
	return fmt.Errorf("temporary file of %d bytes: %w; make room, or name another folder (TMPDIR)", size, err)
}

// writeErrors tells the errors of writing from those of reading.
type writeErrors struct {
	w   io.Writer
	err error
}

func (w *writeErrors) Write(b []byte) (int, error) {
	n, err := w.w.Write(b)
	w.err = err
	return n, err
}

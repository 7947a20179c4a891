package advisory

import (
	"bufio"
	"errors"
	"io"
	"os"
)

// spill keeps encoded entries in a file while a build sorts their names, so that
// a build's memory does not grow with the text of the records.
type spill struct {
	file *os.File
	out  *bufio.Writer
	at   int64
}

// piece is a range of a spill.
type piece struct {
	offset int64
	size   int
}

func newSpill(dir string) (*spill, error) {
	f, err := os.CreateTemp(dir, ".build-*")
	if err != nil {
		return nil, err
	}
	return &spill{file: f, out: bufio.NewWriterSize(f, 1<<20)}, nil
}

func (s *spill) add(b []byte) (piece, error) {
	p := piece{s.at, len(b)}
	s.at += int64(len(b))
	_, err := s.out.Write(b)
	return p, err
}

// settle must be called between the last add and the first get.
func (s *spill) settle() error { return s.out.Flush() }

func (s *spill) get(p piece) ([]byte, error) {
	b := make([]byte, p.size)
	_, err := s.file.ReadAt(b, p.offset)
	if errors.Is(err, io.EOF) && p.size == 0 {
		err = nil
	}
	return b, err
}

func (s *spill) close() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }

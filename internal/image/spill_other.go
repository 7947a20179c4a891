//go:build !unix

package image

import (
	"io"
	"os"
)

// mapped reads the file, where there is no mapping to be had.
func mapped(f *os.File, size int64) ([]byte, func(), error) {
	data := make([]byte, size)
	_, err := io.ReadFull(io.NewSectionReader(f, 0, size), data)
	return data, func() {}, err
}

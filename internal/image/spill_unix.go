//go:build unix

package image

import (
	"os"
	"syscall"
)

// mapped maps a file that nobody else can open, so that it cannot be cut short
// underneath.
func mapped(f *os.File, size int64) ([]byte, func(), error) {
	data, err := syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return nil, nil, err
	}
	return data, func() { _ = syscall.Munmap(data) }, nil
}

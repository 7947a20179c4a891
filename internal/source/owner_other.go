//go:build !unix

package source

import (
	"io/fs"
	"os"
)

// keepOwner does nothing: owners are kept on Unix alone.
func keepOwner(*os.Root, string, fs.FileInfo) {}

//go:build unix

package source

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives a new file the owner of the one it replaces, where it may.
func keepOwner(root *os.Root, name string, old fs.FileInfo) {
	st, ok := old.Sys().(*syscall.Stat_t)
	if !ok || int(st.Uid) == os.Geteuid() && int(st.Gid) == os.Getegid() {
		return
	}
	_ = root.Lchown(name, int(st.Uid), int(st.Gid)) // only root may give files away
}

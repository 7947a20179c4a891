package source

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// Replacement is a file of the repository with the text it had when it was read
// and the one it is to have.
type Replacement struct{ Path, Before, After string }

// Replace writes new texts below dir. Every file is written whole beside the old
// one first, and only when all are there are they renamed into place: a full
// disk leaves everything as it was. Permissions and, where the system allows it,
// owners stay. Nothing outside of dir is touched, links included: the file must
// be a regular one, and still have the text that was judged.
func Replace(dir string, files []Replacement) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	temps := make([]string, 0, len(files))
	defer func() {
		for _, t := range temps {
			_ = root.Remove(t) // those renamed into place are gone
		}
	}()
	for _, f := range files {
		temp := path.Join(path.Dir(f.Path), ".tidewaiter-"+rand.Text())
		temps = append(temps, temp)
		if err := prepare(root, f, temp); err != nil {
			return fmt.Errorf("%s was not changed, nor any other file: %w", f.Path, err)
		}
	}
	for i, f := range files {
		if err := root.Rename(temps[i], f.Path); err != nil {
			return fmt.Errorf("%s was not changed, and %d of %d files were: %w", f.Path, i, len(files), err)
		}
	}
	return nil
}

// prepare writes the new text to temp with the permissions of the old file.
func prepare(root *os.Root, f Replacement, temp string) error {
	st, err := root.Lstat(f.Path)
	if err != nil {
		return err
	}
	if !st.Mode().IsRegular() {
		return errors.New("it is no regular file any more")
	}
	if now, err := root.ReadFile(f.Path); err != nil || string(now) != f.Before {
		return errors.Join(errors.New("it has changed since it was read; run fix again"), err)
	}
	h, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, st.Mode().Perm())
	if err != nil {
		return err
	}
	if _, err = h.WriteString(f.After); err == nil {
		err = h.Sync()
	}
	if closeErr := h.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		keepOwner(root, temp, st)
		err = root.Chmod(temp, st.Mode()&(fs.ModePerm|fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky))
	}
	return err
}

package image

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// whiteoutPrefix marks a removed path, opaqueMark an emptied folder. See
// https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts.
const (
	whiteoutPrefix = ".wh."
	opaqueMark     = ".wh..wh..opq"
)

// walker reads the tar of one layer into its inventory.
type walker struct {
	scanner *scanner
	inv     *Inventory
	sparse  int64  // see MaxSparseBytes
	buf     []byte // reused for every file, so nothing found may keep a slice of it
}

// walk reads a tar. Where the tar breaks off, it returns the error; what is odd
// but leaves the rest readable becomes an entry of NotAnalysed.
func (s *scanner) walk(ctx context.Context, r io.Reader) (*Inventory, error) {
	w := &walker{scanner: s, inv: &Inventory{Text: map[string]string{}, Owned: map[string][]string{}}}
	t := tar.NewReader(bufio.NewReaderSize(r, 128<<10))
	for {
		h, err := t.Next()
		if err == io.EOF {
			return w.inv, nil
		}
		if err != nil {
			return nil, fmt.Errorf("entry %d of its tar: %w", w.inv.Entries+1, err)
		}
		if w.inv.Entries++; w.inv.Entries > s.limits.entries {
			return nil, limitError{fmt.Sprintf("more than the limit of %d entries", s.limits.entries)}
		}
		if err := w.keep(len(h.Name) + len(h.Linkname)); err != nil {
			return nil, err
		}
		if w.inv.Entries%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := w.entry(h, t); err != nil {
			return nil, err
		}
	}
}

// entry reads one entry.
func (w *walker) entry(h *tar.Header, body io.Reader) error {
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	name, err := cleanName(h.Name)
	if err != nil {
		w.note(h.Name, err.Error())
		return nil
	}
	if name == "" { // the root itself
		return nil
	}
	if base := path.Base(name); strings.HasPrefix(base, whiteoutPrefix) {
		w.whiteout(path.Dir(name), base)
		return nil
	}
	p := Path{Name: name, Mode: uint32(h.Mode) & 0o7777, Size: h.Size}
	switch h.Typeflag {
	case tar.TypeDir:
		p.Dir = true
	case tar.TypeLink:
		if p.Link, err = cleanName(h.Linkname); err != nil || p.Link == "" {
			w.note(name, "a hard link to a place outside the image; no runtime unpacks it")
			return nil //nolint:nilerr // noted as not analysed
		}
		p.Hard = true
		w.addNotable(p)
	case tar.TypeSymlink:
		if len(h.Linkname) > MaxPathBytes {
			w.note(name, fmt.Sprintf("the target of the link is over the limit of %d bytes", MaxPathBytes))
			return nil
		}
		p.Link = h.Linkname
	case tar.TypeReg, tar.TypeGNUSparse:
		w.addNotable(p)
		if w.sparse += holes(h); w.sparse > w.scanner.limits.sparse {
			w.note(name, fmt.Sprintf("sparse files of this layer are over the limit of %d bytes; it was not looked into", w.scanner.limits.sparse))
			break
		}
		if err := w.file(p, body); err != nil {
			return err
		}
	default: // devices and pipes hold nothing; they still hide what was there
		p.Size, p.Special = 0, true
	}
	w.inv.Paths = append(w.inv.Paths, p)
	return nil
}

// holes is the size of a sparse file, 0 for others: the archive holds only parts of
// it, so that no limit on what is unpacked bounds it. See
// https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html.
func holes(h *tar.Header) int64 {
	if h.Typeflag == tar.TypeGNUSparse || h.PAXRecords["GNU.sparse.major"] != "" || h.PAXRecords["GNU.sparse.map"] != "" {
		return h.Size
	}
	return 0
}

// cleanName makes an entry's name relative to the root of the image. A leading
// slash means that root, as it does to the runtimes; a name that climbs above it
// is an error.
func cleanName(name string) (string, error) {
	if len(name) > MaxPathBytes {
		return "", fmt.Errorf("the name is over the limit of %d bytes", MaxPathBytes)
	}
	if strings.Count(name, "/") > MaxPathDepth {
		return "", fmt.Errorf("the name is over the limit of %d folders", MaxPathDepth)
	}
	if strings.ContainsRune(name, 0) {
		return "", errors.New("the name holds a NUL byte")
	}
	clean := path.Clean(strings.TrimLeft(name, "/"))
	if clean == ".." || strings.HasPrefix(clean, "../") {
		return "", errors.New("the entry climbs out of the image and no runtime unpacks it there; build the layer again")
	}
	if clean == "." {
		return "", nil
	}
	return clean, nil
}

func (w *walker) whiteout(dir, base string) {
	if dir == "." {
		dir = ""
	}
	switch {
	case base == opaqueMark:
		w.inv.Opaques = append(w.inv.Opaques, dir)
	case strings.HasPrefix(base, whiteoutPrefix+whiteoutPrefix):
		// AUFS keeps notes of its own under such names; they remove nothing.
	default:
		switch name := strings.TrimPrefix(base, whiteoutPrefix); name {
		case "", ".", "..":
			w.note(path.Join(dir, base), "a removal that names no file")
		default:
			w.inv.Whiteouts = append(w.inv.Whiteouts, path.Join(dir, name))
		}
	}
}

// file hands a regular file to those who want it, and reads no more of it than
// they need.
func (w *walker) file(p Path, body io.Reader) error {
	head, err := w.read(body, 0, min(p.Size, peekBytes))
	if err != nil {
		return err
	}
	wants := w.wants(p, head)
	if len(wants) == 0 {
		return nil
	}
	if whole := slices.ContainsFunc(wants, func(x extractor) bool { return p.Size <= x.limit }); !whole {
		return w.stream(p, wants, io.MultiReader(bytes.NewReader(head), body))
	}
	var data []byte
	release := func() {}
	if p.Size > w.scanner.limits.buffered {
		data, release, err = spilled(head, body, p.Size)
	} else {
		data, err = w.read(body, len(head), p.Size)
	}
	if err != nil {
		return err
	}
	defer release()
	for _, x := range wants {
		if x.record != "" && len(w.inv.Packages)+bytes.Count(data, []byte(x.record)) > MaxPackages {
			return tooManyPackages()
		}
		if p.Size > x.limit {
			err = x.streamed(w.inv, p, bytes.NewReader(data))
		} else {
			err = x.guarded(w.inv, p, data)
		}
		if err != nil {
			w.note(p.Name, fmt.Sprintf("%s cannot be read: %v", x.what, err))
		}
		if err := w.keep(x.kept(w.inv, p, len(data))); err != nil {
			return err
		}
	}
	if len(w.inv.Packages) > MaxPackages {
		return tooManyPackages()
	}
	return nil
}

// stream hands a large file to those who read it in parts; where there are
// several, what one reads the others have to be given again.
func (w *walker) stream(p Path, wants []extractor, body io.Reader) error {
	failed := &failure{r: body}
	for _, x := range wants {
		if err := x.streamed(w.inv, p, failed); err != nil && failed.err == nil {
			w.note(p.Name, fmt.Sprintf("%s cannot be read: %v", x.what, err))
		}
	}
	return failed.err
}

// failure remembers that a layer broke off below whoever reads a file of it.
type failure struct {
	r   io.Reader
	err error
}

func (f *failure) Read(b []byte) (int, error) {
	n, err := f.r.Read(b)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

func tooManyPackages() error {
	return limitError{fmt.Sprintf("more than the limit of %d packages", MaxPackages)}
}

// keep counts what stays in memory after the entry is read.
func (w *walker) keep(bytes int) error { return w.scanner.keep(int64(bytes)) }

func (s *scanner) keep(bytes int64) error {
	if s.kept.Add(bytes) > s.limits.kept {
		return limitError{fmt.Sprintf("names and texts of this image are over the limit of %d bytes", s.limits.kept)}
	}
	return nil
}

// keeps counts what an inventory that was not read anew keeps in memory.
func (s *scanner) keeps(inv *Inventory) error {
	n := 0
	for _, p := range inv.Paths {
		n += len(p.Name) + len(p.Link)
	}
	for _, text := range inv.Text {
		n += len(text)
	}
	for _, files := range inv.Owned {
		for _, name := range files {
			n += len(name)
		}
	}
	return s.keep(int64(n))
}

// wants returns the extractors that read a file, and notes those for which it
// is too large.
func (w *walker) wants(p Path, head []byte) []extractor {
	var out []extractor
	for _, x := range w.scanner.extractors {
		switch {
		case !x.wants(p, head):
		case x.refuse != "":
			w.note(p.Name, x.refuse)
		case p.Size <= x.limit, x.stream != nil:
			out = append(out, x)
		case !x.quiet:
			w.note(p.Name, fmt.Sprintf("%s of %d bytes is over the limit of %d", x.what, p.Size, x.limit))
		}
	}
	return out
}

// read fills the buffer from have up to size bytes.
func (w *walker) read(body io.Reader, have int, size int64) ([]byte, error) {
	if int64(cap(w.buf)) < size {
		grown := make([]byte, max(size, MaxSecretBytes, min(2*int64(cap(w.buf)), MaxBufferedBytes)))
		copy(grown, w.buf[:have])
		w.buf = grown
	}
	data := w.buf[:size]
	if _, err := io.ReadFull(body, data[have:]); err != nil {
		return nil, err
	}
	return data, nil
}

func (w *walker) note(name, reason string) {
	switch n := len(w.inv.NotAnalysed); {
	case n < MaxNotAnalysed:
		w.inv.NotAnalysed = append(w.inv.NotAnalysed, source.NotAnalysed{Path: name, Reason: reason, Concern: source.ConcernImage})
	case n == MaxNotAnalysed:
		w.inv.NotAnalysed = append(w.inv.NotAnalysed, source.NotAnalysed{
			Reason: fmt.Sprintf("more than %d entries of one layer could not be analysed; the others are not listed", MaxNotAnalysed), Concern: source.ConcernImage,
		})
	}
}

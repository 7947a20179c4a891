package registry

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// files reads named files of a layout: a folder, or the entries of an archive.
type files interface {
	open(name string) (io.ReadCloser, error)
	close() error
}

// layout is an OCI image layout in a folder or an archive.
// https://github.com/opencontainers/image-spec/blob/main/image-layout.md
type layout struct {
	files files
	ref   string
	tag   string
}

// openLayout opens "DIR" or "DIR:TAG".
func openLayout(ref, arg string) (store, error) {
	dir, tag := splitTag(arg)
	root, err := os.OpenRoot(filepath.FromSlash(dir))
	if err != nil {
		return nil, failure(ref, NotFound, "write oci: and a folder that holds an OCI layout (`docker buildx build --output type=oci,tar=false,dest=DIR`)",
			"%v", err)
	}
	return &layout{files: folder{root}, ref: ref, tag: tag}, nil
}

// openLayoutArchive opens "FILE" or "FILE:TAG", a tar of a layout.
func openLayoutArchive(ref, arg string) (store, error) {
	file, tag := splitTag(arg)
	a, err := openArchive(ref, file)
	if err != nil {
		return nil, err
	}
	return &layout{files: a, ref: ref, tag: tag}, nil
}

// splitTag separates the name behind a path. What exists as written is a path.
func splitTag(arg string) (file, tag string) {
	if _, err := os.Stat(arg); err == nil {
		return arg, ""
	}
	if i := strings.IndexByte(arg, ':'); i > 1 { // not C:\…
		return arg[:i], arg[i+1:]
	}
	return arg, ""
}

// folder is a layout's folder; no symbolic link leads out of it.
type folder struct{ root *os.Root }

func (f folder) open(name string) (io.ReadCloser, error) {
	// Opening a pipe would wait for its writer.
	if st, err := f.root.Stat(name); err == nil && !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", name)
	}
	return f.root.Open(name)
}

func (f folder) close() error { return f.root.Close() }

func (l *layout) repo() string  { return "" }
func (l *layout) rebuilt() bool { return false }
func (l *layout) close() error  { return l.files.close() }

// root returns the only manifest of index.json, or the one of the given name.
func (l *layout) root(ctx context.Context) (v1.Descriptor, []byte, error) {
	raw, err := l.read("index.json", MaxLayoutIndexBytes, "layout's index.json")
	if err != nil {
		return v1.Descriptor{}, nil, err
	}
	var index v1.IndexManifest
	if err := json.Unmarshal(raw, &index); err != nil {
		return v1.Descriptor{}, nil, failure(l.ref, Malformed, "", "index.json is not an OCI index: %v", err)
	}
	d, err := l.choose(index.Manifests)
	if err != nil {
		return v1.Descriptor{}, nil, err
	}
	body, err := readManifest(ctx, l, l.ref, d)
	return d, body, err
}

// refName is the annotation that names a manifest of a layout.
const refName = "org.opencontainers.image.ref.name"

// containerdName is the whole name that containerd's image store and
// `docker save` on it write beside refName, which then is the tag alone.
// See https://pkg.go.dev/github.com/containerd/containerd/images#pkg-constants.
const containerdName = "io.containerd.image.name"

// named reports whether a manifest has the name that was asked for: that of the
// layout, the whole name, as written or completed, or the digest.
func (l *layout) named(d v1.Descriptor) bool {
	whole := d.Annotations[containerdName]
	if l.tag == d.Annotations[refName] || l.tag == whole || l.tag == d.Digest.String() {
		return true
	}
	want, err := ParseRef(l.tag)
	if err != nil || whole == "" {
		return false
	}
	have, err := ParseRef(whole)
	return err == nil && have.String() == want.String()
}

func (l *layout) choose(all []v1.Descriptor) (v1.Descriptor, error) {
	var names []string
	var found []v1.Descriptor
	seen := map[v1.Hash]bool{} // an image that has several names is listed once for each
	for _, d := range all {
		name := cmp.Or(d.Annotations[containerdName], d.Annotations[refName])
		names = append(names, name)
		if (l.tag == "" || l.named(d)) && !seen[d.Digest] {
			seen[d.Digest] = true
			found = append(found, d)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(all) == 0:
		return v1.Descriptor{}, failure(l.ref, Malformed, "", "the layout's index.json lists no image")
	case l.tag != "":
		return v1.Descriptor{}, failure(l.ref, NotFound, "", "the layout has %d images named %q; it names %q", len(found), l.tag, names)
	}
	return v1.Descriptor{}, failure(l.ref, BadReference, "add :NAME to choose one", "the layout holds %d images, named %q", len(all), names)
}

func (l *layout) manifest(_ context.Context, d v1.Descriptor) ([]byte, error) {
	return l.read(blobPath(d), MaxManifestBytes, "manifest")
}

func (l *layout) blob(_ context.Context, d v1.Descriptor) (io.ReadCloser, error) {
	return l.open(blobPath(d))
}

func (l *layout) read(name string, limit int, what string) ([]byte, error) {
	rc, err := l.open(name)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	return readLimited(rc, limit, l.ref+" "+name, what)
}

func (l *layout) open(name string) (io.ReadCloser, error) {
	rc, err := l.files.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		hint := "write the layout again, in whole"
		if name == "index.json" {
			hint = "write oci: and a folder that holds an OCI layout"
		}
		return nil, failure(l.ref, NotFound, hint, "the layout has no %s", name)
	}
	if err != nil {
		return nil, classify(l.ref+" "+name, err)
	}
	return rc, nil
}

// blobPath is where a layout keeps the blob d.
func blobPath(d v1.Descriptor) string {
	return path.Join("blobs", d.Digest.Algorithm, d.Digest.Hex)
}

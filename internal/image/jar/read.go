package jar

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Artifact is one artifact of Maven.
type Artifact struct {
	Group, Artifact, Version string
	// Inside is the path of the archive that it was found in, within the outermost
	// one and parted by "!/" where that is more than one step; "" for the outermost.
	Inside string
}

// Is reports whether a file is read, by its name and its first bytes: Spring's
// executable archives begin with a shell script.
func Is(name string, head []byte) bool {
	return archive(name) && (bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("#!")))
}

func archive(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jar", ".war", ".ear", ".hpi", ".jpi", ".par", ".sar", ".nar", ".kar":
		return true
	}
	return false
}

// Read returns the artifacts of an archive and of those inside it. Where a part
// cannot be read, it returns the others and an error. The result keeps nothing of
// data.
func Read(name string, data []byte) ([]Artifact, error) {
	r := &reader{left: MaxUnpackedBytes}
	r.archive(name, "", data, 1)
	return r.found, r.err
}

type reader struct {
	found    []Artifact
	archives int
	left     int64 // bytes that may still be unpacked
	err      error
}

// fail keeps the first error. What follows is read anyway.
func (r *reader) fail(inside string, err error) {
	if r.err == nil && inside != "" {
		err = fmt.Errorf("%s: %w", inside, err)
	}
	if r.err == nil {
		r.err = err
	}
}

// Open reads the directory of a zip file, whose entries are counted first: each
// costs the reader several times its bytes.
func Open(data []byte) (*zip.Reader, error) {
	if n := bytes.Count(data, []byte("PK\x01\x02")); n > MaxEntries {
		return nil, fmt.Errorf("%d files, over the limit of %d", n, MaxEntries)
	}
	return zip.NewReader(bytes.NewReader(data), int64(len(data)))
}

func (r *reader) archive(name, inside string, data []byte, depth int) {
	z, err := Open(data)
	if err != nil {
		r.fail(inside, err)
		return
	}
	var poms []Artifact
	var m manifest
	for _, f := range z.File {
		switch base := path.Base(f.Name); {
		case base == "pom.properties":
			if text, err := Unpack(f, MaxPropertiesBytes); err != nil {
				r.fail(path.Join(inside, f.Name), err)
			} else if a := properties(text); a.valid() {
				poms = append(poms, a)
			}
		case strings.EqualFold(f.Name, "META-INF/MANIFEST.MF"):
			if text, err := Unpack(f, MaxManifestBytes); err != nil {
				r.fail(path.Join(inside, f.Name), err)
			} else {
				m = parseManifest(text)
			}
		case archive(f.Name) && !f.FileInfo().IsDir():
			r.nested(f, inside, data, depth)
		}
	}
	if len(poms) == 0 {
		if a := m.artifact(name); a.valid() {
			poms = append(poms, a)
		}
	}
	for _, a := range poms {
		if len(r.found) == MaxArtifacts {
			r.fail(inside, fmt.Errorf("more than the limit of %d artifacts", MaxArtifacts))
			return
		}
		a.Inside = inside
		r.found = append(r.found, a)
	}
}

// nested reads an archive inside of one.
func (r *reader) nested(f *zip.File, inside string, outer []byte, depth int) {
	where := f.Name
	if inside != "" {
		where = inside + "!/" + f.Name
	}
	if r.archives++; r.archives > MaxArchives {
		r.fail("", fmt.Errorf("more than the limit of %d archives inside of it", MaxArchives))
		return
	}
	if depth == MaxDepth {
		r.fail(where, fmt.Errorf("it is nested deeper than the limit of %d archives", MaxDepth))
		return
	}
	data, err := r.content(f, outer)
	if err != nil {
		r.fail(where, err)
		return
	}
	r.archive(f.Name, where, data, depth+1)
}

// content returns the bytes of a file: those that are stored as they are, where the
// outer archive has them.
func (r *reader) content(f *zip.File, outer []byte) ([]byte, error) {
	if f.Method == zip.Store {
		at, err := f.DataOffset()
		size := int64(f.UncompressedSize64)
		if err != nil || at < 0 || size < 0 || at > int64(len(outer)) || size > int64(len(outer))-at {
			return nil, errors.Join(errors.New("it lies outside of the archive"), err)
		}
		return outer[at : at+size], nil
	}
	data, err := Unpack(f, r.left)
	r.left -= int64(len(data))
	return data, err
}

// Unpack returns the content of a file of a zip archive, up to a limit.
func Unpack(f *zip.File, limit int64) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("unpacked it is over the limit of %d bytes", limit)
	}
	return data, err
}

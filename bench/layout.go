package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// layoutOf writes an OCI layout whose layers are the trees of roots, gzipped or
// not, and returns how many bytes of tar it holds.
// See https://github.com/opencontainers/image-spec/blob/main/image-layout.md.
func layoutOf(dir string, roots []string, zip bool) (size int64, err error) {
	blobs := filepath.Join(dir, "blobs", "sha256")
	if err := os.MkdirAll(blobs, 0o755); err != nil {
		return 0, err
	}
	mediaType := "application/vnd.oci.image.layer.v1.tar"
	if zip {
		mediaType += "+gzip"
	}
	layers, diffIDs := []map[string]any{}, []string{}
	for _, root := range roots {
		l, err := writeLayer(blobs, root, zip)
		if err != nil {
			return 0, err
		}
		size += l.tar.n
		layers = append(layers, map[string]any{"mediaType": mediaType, "digest": l.stored.digest(), "size": l.stored.n})
		diffIDs = append(diffIDs, l.tar.digest())
	}
	config, err := writeBlob(blobs, "application/vnd.oci.image.config.v1+json", map[string]any{"os": "linux", "architecture": "amd64",
		"config": map[string]any{}, "rootfs": map[string]any{"type": "layers", "diff_ids": diffIDs}})
	if err != nil {
		return 0, err
	}
	const manifestType = "application/vnd.oci.image.manifest.v1+json"
	manifest, err := writeBlob(blobs, manifestType, map[string]any{"schemaVersion": 2, "mediaType": manifestType, "config": config, "layers": layers})
	if err != nil {
		return 0, err
	}
	index, err := json.Marshal(map[string]any{"schemaVersion": 2, "manifests": []any{manifest}})
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(dir, "index.json"), index, 0o644); err != nil {
		return 0, err
	}
	return size, os.WriteFile(filepath.Join(dir, "oci-layout"), []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o644)
}

func writeBlob(blobs, mediaType string, doc any) (map[string]any, error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	name := hex.EncodeToString(sum[:])
	return map[string]any{"mediaType": mediaType, "digest": "sha256:" + name, "size": len(raw)}, os.WriteFile(filepath.Join(blobs, name), raw, 0o644)
}

// tally counts and hashes what is written through it.
type tally struct {
	w   io.Writer
	sum hash.Hash
	n   int64
}

func (t *tally) Write(b []byte) (int, error) {
	n, err := t.w.Write(b)
	t.sum.Write(b[:n])
	t.n += int64(n)
	return n, err
}

func (t *tally) digest() string { return "sha256:" + hex.EncodeToString(t.sum.Sum(nil)) }

// writtenLayer is what a layer came to as stored and as a tar.
type writtenLayer struct{ stored, tar *tally }

func writeLayer(blobs, root string, zip bool) (writtenLayer, error) {
	f, err := os.CreateTemp(blobs, "layer-*")
	if err != nil {
		return writtenLayer{}, err
	}
	defer f.Close()
	l := writtenLayer{stored: &tally{w: f, sum: sha256.New()}}
	var out io.Writer = l.stored
	var z *gzip.Writer
	if zip {
		z = gzip.NewWriter(l.stored)
		out = z
	}
	l.tar = &tally{w: out, sum: sha256.New()}
	if err := writeTree(l.tar, root); err != nil {
		return l, err
	}
	if z != nil {
		if err := z.Close(); err != nil {
			return l, err
		}
	}
	return l, os.Rename(f.Name(), filepath.Join(blobs, l.stored.digest()[len("sha256:"):]))
}

// writeTree writes the regular files, folders and links below root under their
// absolute names; what cannot be read is left out.
func writeTree(w io.Writer, root string) error {
	t := tar.NewWriter(w)
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // left out
		}
		st, err := d.Info()
		if err != nil || !st.Mode().IsRegular() && !st.IsDir() && st.Mode()&fs.ModeSymlink == 0 {
			return nil // left out
		}
		target := ""
		if st.Mode()&fs.ModeSymlink != 0 {
			if target, err = os.Readlink(name); err != nil {
				return nil // left out
			}
		}
		h, err := tar.FileInfoHeader(st, target)
		if err != nil {
			return err
		}
		h.Name = filepath.ToSlash(name)[1:]
		if !st.Mode().IsRegular() {
			return t.WriteHeader(h)
		}
		f, err := os.Open(name)
		if err != nil {
			return nil // left out
		}
		defer f.Close()
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		_, err = io.CopyN(t, f, h.Size)
		return err
	})
	if err != nil {
		return err
	}
	return t.Close()
}

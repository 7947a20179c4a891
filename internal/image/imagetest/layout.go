package imagetest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// WriteLayout writes the image as an OCI layout into dir, which is made where it
// is absent. See
// https://github.com/opencontainers/image-spec/blob/main/image-layout.md.
func (s Spec) WriteLayout(dir string) error { return Index{s}.WriteLayout(dir) }

// WriteLayout is Spec.WriteLayout for an image of several platforms.
func (x Index) WriteLayout(dir string) error {
	images, top, err := x.build()
	if err != nil {
		return err
	}
	blobs := filepath.Join(dir, "blobs", "sha256")
	if err := os.MkdirAll(blobs, 0o755); err != nil {
		return fmt.Errorf("write image layout: %w", err)
	}
	for _, b := range images {
		for _, bl := range b.blobs {
			if err := bl.write(blobs); err != nil {
				return err
			}
		}
	}
	if err := top.write(blobs); err != nil {
		return err
	}
	index, err := json.Marshal(manifest{SchemaVersion: 2, MediaType: indexType, Manifests: []descriptor{top.descriptor()}})
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, "oci-layout"), []byte(`{"imageLayoutVersion":"1.0.0"}`)); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, "index.json"), index)
}

func (b blob) write(dir string) error {
	return writeFile(filepath.Join(dir, strings.TrimPrefix(b.digest, "sha256:")), b.data)
}

func writeFile(name string, data []byte) error {
	if err := os.WriteFile(name, data, 0o644); err != nil {
		return fmt.Errorf("write image layout: %w", err)
	}
	return nil
}

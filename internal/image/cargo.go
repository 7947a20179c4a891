package image

import (
	"bytes"
	"compress/zlib"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/json"
	"fmt"
	"io"
)

// crates reads the list that cargo auditable links into a Rust program: JSON,
// compressed, in a section of its own. See
// https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md.
func crates(data []byte, p Path) ([]Package, error) {
	section := auditable(data)
	if section == nil {
		return nil, nil
	}
	z, err := zlib.NewReader(section)
	if err != nil {
		return nil, fmt.Errorf("the list of its crates: %w", err)
	}
	defer z.Close()
	raw, err := io.ReadAll(io.LimitReader(z, MaxMetadataBytes+1))
	if len(raw) > MaxMetadataBytes {
		return nil, fmt.Errorf("the list of its crates is over the limit of %d bytes", MaxMetadataBytes)
	}
	if err != nil {
		return nil, fmt.Errorf("the list of its crates: %w", err)
	}
	var list struct {
		Packages []struct{ Name, Version, Source, Kind string }
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("the list of its crates: %w", err)
	}
	var out []Package
	for _, c := range list.Packages {
		// A crate from a folder is no published one; one that only the build ran is
		// not in the program.
		if c.Source != "local" && c.Kind != "build" && c.Name != "" && c.Version != "" {
			out = append(out, language("cargo", c.Name, c.Version, p))
		}
	}
	return out, nil
}

// auditable returns the section, nil where there is none.
func auditable(data []byte) io.Reader {
	const name = ".dep-v0"
	r := bytes.NewReader(data)
	switch {
	case bytes.HasPrefix(data, []byte(elf.ELFMAG)):
		if f, err := elf.NewFile(r); err == nil {
			if s := f.Section(name); s != nil {
				return s.Open()
			}
		}
	case bytes.HasPrefix(data, []byte("MZ")):
		if f, err := pe.NewFile(r); err == nil {
			if s := f.Section(name); s != nil {
				return s.Open()
			}
		}
	default:
		if f, err := macho.NewFile(r); err == nil {
			if s := f.Section(name); s != nil {
				return s.Open()
			}
		}
	}
	return nil
}

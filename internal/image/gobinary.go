package image

import (
	"bytes"
	"debug/buildinfo"
	"runtime/debug"
	"strings"
)

// executable reads the modules that the Go linker wrote into a program
// (https://pkg.go.dev/debug/buildinfo), and the crates of Rust.
func executable() extractor {
	return extractor{
		what: "executable", limit: MaxBinaryBytes,
		wants: func(p Path, head []byte) bool { return isExecutable(head) },
		run: func(inv *Inventory, p Path, data []byte) error {
			if info, err := buildinfo.Read(bytes.NewReader(data)); err == nil { // made by Go
				inv.Packages = append(inv.Packages, modules(info, p)...)
				return nil
			}
			found, err := crates(data, p)
			inv.Packages = append(inv.Packages, found...)
			return err
		},
	}
}

// modules lists what a program was built from. The main module of a build
// outside version control is "(devel)" and a module replaced by a folder has no
// version: neither can be looked up, so neither is listed.
func modules(info *debug.BuildInfo, p Path) []Package {
	var out []Package
	if v, _, _ := strings.Cut(strings.TrimPrefix(info.GoVersion, "go"), " "); v != "" && !strings.HasPrefix(v, "devel") {
		out = append(out, language("golang", "stdlib", v, p))
	}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Replace != nil {
			m = m.Replace
		}
		if m.Path != "" && m.Version != "" && m.Version != "(devel)" {
			out = append(out, language("golang", m.Path, m.Version, p))
		}
	}
	return out
}

// isExecutable knows ELF, PE and Mach-O from their first bytes.
func isExecutable(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	switch string(head[:4]) {
	case "\x7fELF", "\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe":
		return true
	}
	return string(head[:2]) == "MZ"
}

// language makes the package of a language's own package manager.
func language(typ, name, version string, p Path) Package {
	return Package{Name: name, Version: version, Type: typ, Path: p.Name, Source: name, SourceVersion: version}
}

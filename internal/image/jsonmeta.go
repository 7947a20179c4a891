package image

import (
	"bytes"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
)

// dotnetDeps reads the libraries that a .NET program was built with, and the runtime
// that it carries along. See
// https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md.
func dotnetDeps() extractor {
	return extractor{
		what: ".NET dependencies", limit: MaxMetadataBytes,
		wants: func(p Path, _ []byte) bool { return strings.HasSuffix(p.Name, ".deps.json") },
		run: func(inv *Inventory, p Path, data []byte) error {
			if !bytes.Contains(data, []byte(`"runtimeTarget"`)) { // other tools have files of such names
				return nil
			}
			var deps struct {
				Libraries map[string]struct{ Type string }
			}
			if err := json.Unmarshal(data, &deps); err != nil {
				return err
			}
			for _, key := range slices.Sorted(maps.Keys(deps.Libraries)) {
				name, version, _ := strings.Cut(key, "/")
				switch deps.Libraries[key].Type {
				case "runtimepack":
					name = strings.TrimPrefix(name, "runtimepack.")
				case "package":
				default: // the program itself and its parts
					continue
				}
				if name != "" && version != "" {
					inv.Packages = append(inv.Packages, language("nuget", name, version, p))
				}
			}
			return nil
		},
	}
}

// composerPackages reads what PHP's Composer has installed.
// See https://getcomposer.org/doc/07-runtime.md.
func composerPackages() extractor {
	type one struct{ Name, Version string }
	return extractor{
		what: "Composer's installed.json", limit: MaxComposerBytes,
		wants: func(p Path, _ []byte) bool { return strings.HasSuffix(p.Name, "vendor/composer/installed.json") },
		run: func(inv *Inventory, p Path, data []byte) error {
			var second struct{ Packages []one }
			err := json.Unmarshal(data, &second)
			if err != nil { // Composer 1 wrote the list alone
				if json.Unmarshal(data, &second.Packages) != nil {
					return err
				}
			}
			for _, x := range second.Packages {
				if x.Name != "" && x.Version != "" {
					inv.Packages = append(inv.Packages, language("composer", x.Name, strings.TrimPrefix(x.Version, "v"), p))
				}
			}
			return nil
		},
	}
}

// condaPackage reads the packages of Conda environments.
func condaPackage() extractor {
	return extractor{
		what: "Conda package", limit: MaxComposerBytes,
		wants: func(p Path, _ []byte) bool {
			return path.Ext(p.Name) == ".json" && path.Base(path.Dir(p.Name)) == "conda-meta"
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			var meta struct{ Name, Version json.RawMessage }
			if err := json.Unmarshal(data, &meta); err != nil {
				return err
			}
			name, version := text(meta.Name), text(meta.Version)
			if name == "" || version == "" {
				return errNoPackage
			}
			inv.Packages = append(inv.Packages, language("conda", name, version, p))
			return nil
		},
	}
}

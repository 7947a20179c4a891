package image

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// chiselManifest is what Ubuntu's chisel leaves in an image instead of dpkg's
// database: lines of JSON, compressed. See
// https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/.
const chiselManifest = "var/lib/chisel/manifest.wall"

// chiselPackages reads the packages that slices of are in the image, and the files.
func chiselPackages() extractor {
	return extractor{
		what: "chisel manifest", limit: MaxMetadataBytes, keeps: true,
		wants: func(p Path, _ []byte) bool { return p.Name == chiselManifest },
		run: func(inv *Inventory, p Path, data []byte) error {
			z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxDatabaseBytes))
			if err != nil {
				return err
			}
			defer z.Close()
			text, err := z.DecodeAll(data, nil)
			if err != nil {
				return err
			}
			for line := range bytes.Lines(text) {
				var entry struct{ Kind, Name, Version, Arch, Path string }
				if err := json.Unmarshal(line, &entry); err != nil {
					return fmt.Errorf("a line of it: %w", err)
				}
				switch {
				case entry.Kind == "package" && entry.Name != "" && entry.Version != "":
					inv.Packages = append(inv.Packages, Package{
						Type: "deb", Name: entry.Name, Version: entry.Version, Architecture: entry.Arch, Path: p.Name,
						Source: entry.Name, SourceVersion: entry.Version,
					})
				case entry.Kind == "path" && len(entry.Path) > 1 && entry.Path[len(entry.Path)-1] != '/':
					inv.Owned[p.Name] = append(inv.Owned[p.Name], entry.Path[1:])
				}
			}
			inv.NotAnalysed = append(inv.NotAnalysed, source.NotAnalysed{
				Path: p.Name, Concern: source.ConcernImage,
				Reason: "it names no source packages, of which Ubuntu's advisories speak: vulnerabilities of those that have another name (libssl3t64 of openssl) are not known",
			})
			return nil
		},
	}
}

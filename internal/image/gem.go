package image

import (
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// RubyGems writes the specification of what it installs as a program, always in
// the same form: s.name = "rake".freeze and s.version = "13.0.6".
var (
	gemName    = lazyregexp.New(`(?m)^\s*s\.name\s*=\s*["']([^"'\s]+)["']`)
	gemVersion = lazyregexp.New(`(?m)^\s*s\.version\s*=\s*(?:Gem::Version\.new\()?\s*["']([^"'\s]+)["']`)
)

// rubyGem reads the specifications of installed gems, Ruby's own included.
func rubyGem() extractor {
	return extractor{
		what: "gem specification", limit: MaxTextBytes,
		wants: func(p Path, _ []byte) bool {
			dir := path.Dir(p.Name)
			return path.Ext(p.Name) == ".gemspec" && (path.Base(dir) == "specifications" || strings.HasSuffix(dir, "/specifications/default"))
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			name, version := gemName.FindStringSubmatch(string(data)), gemVersion.FindStringSubmatch(string(data))
			if name == nil || version == nil {
				return errNoPackage
			}
			pkg := language("gem", name[1], version[1], p)
			pkg.Licence = gemLicence(data)
			inv.Packages = append(inv.Packages, pkg)
			return nil
		},
	}
}

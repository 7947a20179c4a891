package artifact

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var forbiddenPackage = rule.Rule{
	ID:       "TW-I144",
	Name:     "forbidden-package",
	Title:    "Package that the policy forbids",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A company knows of packages that it does not want: abandoned ones, those that speak to their maker, versions that broke something. The rule is silent until `packages` names them.",
	Fix:      "Take the package out, or replace it.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M4"}, {Standard: "practice", Control: "M23"}},
	Settings: []rule.Setting{{Name: "packages", Default: []string{}, Doc: "Globs of names (`telnet*`) or of package URLs (`pkg:npm/lodash@3.*`) that no package may match; `*` stands for anything but a slash.", Valid: globsOf}},
	Bad: []string{`
-- settings --
packages: pkg:npm/lodash@4.* m?
-- Dockerfile --
FROM scratch
COPY node_modules /app/node_modules
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ lodash 4.17.21 is forbidden by pkg:npm/lodash@4.*
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ms 2.0.0 is forbidden by m?
` + twoModules},
	Good: []string{`
-- settings --
packages: pkg:npm/lodash@3.* pkg:npm/left-pad
-- Dockerfile --
FROM scratch
COPY node_modules /app/node_modules
` + twoModules},
	Check: rule.EachBuild(checkForbiddenPackage),
}

func checkForbiddenPackage(p *rule.Pass, b *facts.Build) {
	globs := p.Strings("packages")
	for _, k := range b.Platform.Packages {
		i := slices.IndexFunc(globs, func(g string) bool { return namedBy([]string{g}, k) })
		if i < 0 {
			continue
		}
		f := ofFile(b, k.Layer, k.Path)
		f.Message = fmt.Sprintf("%s %s is forbidden by %s", k.Name, k.Version, globs[i])
		f.Subject, _, _ = strings.Cut(k.PURL, "?")
		f.Package = &k
		f.Fix = &rule.Fix{Title: "take " + k.Name + " out"}
		p.Report(f)
	}
}

// namedBy reports whether one of the globs names a package: its name, or its package
// URL without qualifiers, with or without the version.
func namedBy(globs []string, k image.Package) bool {
	purl, _, _ := strings.Cut(k.PURL, "?")
	bare := purl
	if i := strings.LastIndexByte(purl, '@'); i > 0 {
		bare = purl[:i]
	}
	return slices.ContainsFunc(globs, func(g string) bool {
		names := []string{k.Name}
		if strings.HasPrefix(g, "pkg:") {
			names = []string{purl, bare}
		}
		return slices.ContainsFunc(names, func(name string) bool {
			ok, err := path.Match(g, name)
			return err == nil && ok
		})
	})
}

// globsOf refuses patterns that cannot be read.
func globsOf(value any) error {
	for _, g := range value.([]string) {
		if _, err := path.Match(g, ""); err != nil {
			return fmt.Errorf("%q is no glob: %w", g, err)
		}
	}
	return nil
}

// groups sorts things into groups by a name, in the order of the names.
func groups[T any](all []T, name func(T) string) [][]T {
	by := map[string][]T{}
	for _, x := range all {
		by[name(x)] = append(by[name(x)], x)
	}
	var names []string
	for n := range by {
		names = append(names, n)
	}
	slices.Sort(names)
	var out [][]T
	for _, n := range names {
		out = append(out, by[n])
	}
	return out
}

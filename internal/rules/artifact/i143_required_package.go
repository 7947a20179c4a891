package artifact

import (
	"fmt"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var requiredPackage = rule.Rule{
	ID:       "TW-I143",
	Name:     "required-package",
	Title:    "Image without a package that the policy demands",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Some things must be in every image of a company: its certificates, an agent, a library with a fix of its own. The rule is silent until `packages` names them.",
	Fix:      "Install the package, or start from a base image that has it.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M23"}},
	Settings: []rule.Setting{{Name: "packages", Default: []string{}, Doc: "Globs of names (`ca-certificates`) or of package URLs (`pkg:deb/*/ca-certificates@*`), each of which a package must match; `*` stands for anything but a slash.", Valid: globsOf}},
	Bad: []string{`
-- settings --
packages: lodash ca-certificates pkg:npm/ms@3.*
-- Dockerfile --
FROM scratch
#    ^^^^^^^ the image has no package ca-certificates, which the policy demands
#    ^^^^^^^ the image has no package pkg:npm/ms@3.*, which the policy demands
COPY node_modules /app/node_modules
` + twoModules},
	Good: []string{`
-- settings --
packages: lod* pkg:npm/ms@2.*
-- Dockerfile --
FROM scratch
COPY node_modules /app/node_modules
` + twoModules},
	Check: rule.EachBuild(checkRequiredPackage),
}

func checkRequiredPackage(p *rule.Pass, b *facts.Build) {
	for _, want := range p.Strings("packages") {
		if slices.ContainsFunc(b.Platform.Packages, func(k image.Package) bool { return namedBy([]string{want}, k) }) {
			continue
		}
		f := inImage(b)
		f.Message, f.Key = fmt.Sprintf("the image has no package %s, which the policy demands", want), want
		f.Fix = &rule.Fix{Title: "install " + want + ", or start from a base image that has it"}
		p.Report(f)
	}
}

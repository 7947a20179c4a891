package artifact

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var packageCount = rule.Rule{
	ID:       "TW-I141",
	Name:     "package-count",
	Title:    "Image with more packages than its budget",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Every package is something to be kept up to date and something that may have a flaw tomorrow. The rule is silent until `max` names the budget.",
	Fix:      "Take out what the program does not need, choose a smaller base image, or raise the setting `max` in tidewaiter.yaml.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M1"}, {Standard: "practice", Control: "M4"}, {Standard: "NIST SP 800-190", Control: "4.1.2"}},
	Settings: []rule.Setting{{Name: "max", Default: 0, Doc: "How many packages an image may have; 0 for any number."}},
	Bad: []string{`
-- settings --
max: 1
-- Dockerfile --
FROM scratch
#    ^^^^^^^ the image has 2 packages, over its budget of 1: npm 2
COPY node_modules /app/node_modules
` + twoModules},
	Good: []string{`
-- settings --
max: 2
-- Dockerfile --
FROM scratch
COPY node_modules /app/node_modules
` + twoModules, `
-- Dockerfile --
FROM scratch
COPY node_modules /app/node_modules
` + twoModules},
	Check: rule.EachBuild(checkPackageCount),
}

func checkPackageCount(p *rule.Pass, b *facts.Build) {
	most, have := p.Int("max"), len(b.Platform.Packages)
	if most <= 0 || have <= most {
		return
	}
	var kinds []string
	for _, group := range groups(b.Platform.Packages, func(k image.Package) string { return k.Type }) {
		kinds = append(kinds, fmt.Sprintf("%s %d", group[0].Type, len(group)))
	}
	f := inImage(b)
	f.Message = fmt.Sprintf("the image has %d packages, over its budget of %d: %s", have, most, list(kinds, 5))
	f.Fix = &rule.Fix{Title: "take out what the program does not need, or choose a smaller base image"}
	p.Report(f)
}

// twoModules is an image with two packages, of which one says its licence.
const twoModules = `-- image/app/image.yaml --
history:
- created_by: COPY node_modules /app/node_modules # buildkit
-- image/app/layer-0/app/node_modules/lodash/package.json --
{"name":"lodash","version":"4.17.21","license":"MIT"}
-- image/app/layer-0/app/node_modules/ms/package.json --
{"name":"ms","version":"2.0.0"}
`

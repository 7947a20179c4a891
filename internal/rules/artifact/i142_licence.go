package artifact

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/licence"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var packageLicence = rule.Rule{
	ID:       "TW-I142",
	Name:     "licence",
	Title:    "Package under a licence that the policy does not accept",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "Who ships an image ships all that is in it, under the licences of all of it. The rule is silent until `allow` or `deny` names licences. " +
		"Licences are what packages say of themselves: the databases of apk and rpm, `package.json`, Python's metadata, gem specifications, and Debian's copyright files where they are written for machines. " +
		"An expression counts as SPDX means it: of `MIT OR GPL-3.0-only` one may choose, of `MIT AND GPL-3.0-only` not. " +
		"What says nothing, or nothing definite such as `BSD`, is unknown; Go modules and Java archives say nothing.",
	Fix:  "Replace the package, choose another licence with its owner, or add the licence to the setting `allow`.",
	Refs: []rule.Ref{{Standard: "practice", Control: "M21"}},
	Settings: []rule.Setting{
		{Name: "allow", Default: []string{}, Doc: "SPDX identifiers that are accepted, and no others; none for any.", Valid: spdxNames},
		{Name: "deny", Default: []string{}, Doc: "SPDX identifiers that are not accepted.", Valid: spdxNames},
		{Name: "unknown", Default: "allow", Doc: "What a licence that is not known counts as where `allow` is set: allow or deny.", Valid: allowOrDeny},
		{Name: "except", Default: []string{}, Doc: "Packages that are not judged, as globs of names or package URLs.", Valid: globsOf},
	},
	Bad: []string{`
-- settings --
allow: Apache-2.0
-- Dockerfile --
FROM scratch
COPY node_modules /app/node_modules
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ lodash 4.17.21 is under MIT, which the policy does not allow
` + twoModules, `
-- settings --
allow: MIT
unknown: deny
-- Dockerfile --
FROM scratch
COPY node_modules /app/node_modules
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the licence of ms 2.0.0 is not known: it says none
` + twoModules, `
-- settings --
deny: GPL-2.0-or-later
-- Dockerfile --
FROM alpine:3.20
#    ^^^^^^^^^^^ busybox 1.36.1-r29 is under GPL-2.0-only, which the policy denies
COPY app /
` + licencedAlpine},
	Good: []string{`
-- settings --
allow: MIT
-- Dockerfile --
FROM scratch
COPY node_modules /app/node_modules
` + twoModules, `
-- settings --
deny: GPL-3.0-only
-- Dockerfile --
FROM alpine:3.20
COPY app /
` + licencedAlpine, `
-- settings --
deny: GPL-2.0-or-later
except: busybox pkg:apk/alpine/ssl_client@*
-- Dockerfile --
FROM alpine:3.20
COPY app /
` + licencedAlpine},
	Check: rule.EachBuild(checkLicence),
}

const licencedAlpine = `-- image/app/image.yaml --
history:
- created_by: ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / # buildkit
- created_by: COPY app / # buildkit
-- image/app/layer-0/etc/os-release --
ID=alpine
VERSION_ID=3.20.3
-- image/app/layer-0/lib/apk/db/installed --
P:busybox
V:1.36.1-r29
A:x86_64
L:GPL-2.0-only

P:choice
V:1.0-r0
A:x86_64
L:MIT OR GPL-3.0-only

-- image/app/layer-1/app --
x
`

func checkLicence(p *rule.Pass, b *facts.Build) {
	allow, deny := p.Strings("allow"), p.Strings("deny")
	if len(allow)+len(deny) == 0 {
		return
	}
	for _, k := range b.Platform.Packages {
		if namedBy(p.Strings("except"), k) {
			continue
		}
		message := unaccepted(k, allow, deny, p.Text("unknown") == "deny")
		if message == "" {
			continue
		}
		f := ofFile(b, k.Layer, k.Path)
		f.Message = message
		f.Subject, _, _ = strings.Cut(k.PURL, "?")
		f.Package = &k
		f.Fix = &rule.Fix{Title: "replace the package, or add its licence to the setting allow"}
		p.Report(f)
	}
}

// spdxNames refuses what is no single licence of SPDX's list: it would match nothing.
func spdxNames(value any) error {
	for _, name := range value.([]string) {
		if e, err := licence.Parse(name); err != nil {
			return err
		} else if e.ID == "" {
			return fmt.Errorf("%q is several licences; write each by itself", name)
		}
	}
	return nil
}

func allowOrDeny(value any) error {
	if word := value.(string); word != "allow" && word != "deny" {
		return fmt.Errorf("%q is neither allow nor deny", word)
	}
	return nil
}

// unaccepted says why a package's licence is not accepted, "" where it is.
func unaccepted(k image.Package, allow, deny []string, unknown bool) string {
	e, known := licence.Stated(k.Licence)
	switch {
	case !known && unknown && len(allow) > 0 && k.Licence == "":
		return fmt.Sprintf("the licence of %s %s is not known: it says none", k.Name, k.Version)
	case !known && unknown && len(allow) > 0:
		return fmt.Sprintf("the licence of %s %s is not known: it says %q", k.Name, k.Version, k.Licence)
	case !known:
		return ""
	}
	if bad := e.Unavoidable(deny); len(bad) > 0 {
		return fmt.Sprintf("%s %s is under %s, which the policy denies", k.Name, k.Version, list(bad, 3))
	}
	if len(allow) > 0 && !e.Satisfied(allow) {
		return fmt.Sprintf("%s %s is under %s, which the policy does not allow", k.Name, k.Version, e)
	}
	return ""
}

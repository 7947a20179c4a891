package across

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var unapprovedBase = rule.Rule{
	ID:       "TW-X300",
	Name:     "unapproved-base",
	Title:    "Image built on a base that the policy does not approve",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "The base image is most of what is shipped, and whoever makes it can change all that runs on it. The rule is silent until `repositories` or `digests` names the bases that somebody has looked at; one of the two is enough. " +
		"A digest is the one that FROM names, else the one that the reference has at its registry where the image's lowest layers are that base's. An image whose Dockerfile is not known is not analysed.",
	Fix:  "Build from an approved base, or add it to the setting `repositories` or `digests`.",
	Refs: []rule.Ref{{Standard: "practice", Control: "M10"}, {Standard: "practice", Control: "M26"}, {Standard: "NIST SP 800-190", Control: "4.1.5"}},
	Settings: []rule.Setting{
		{Name: "repositories", Default: []string{}, Doc: "Globs of repositories that are approved with every tag and digest, with their registry: `docker.io/library/debian`, `ghcr.io/acme/**`."},
		{Name: "digests", Default: []string{}, Doc: "Digests that are approved in every repository: `sha256:…`.", Valid: digestsOf},
	},
	Bad: []string{`
-- settings --
repositories: ghcr.io/acme/** docker.io/library/alpine
-- Dockerfile --
FROM debian:12
#    ^^^^^^^^^ the base debian:12 (docker.io/library/debian) is not approved
COPY app /
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY app / # buildkit
-- image/app/layer-0/etc/hostname --
x
-- image/app/layer-1/app --
x
`},
	Good: []string{`
-- settings --
repositories: docker.io/library/*
-- Dockerfile --
FROM debian:12
COPY app /
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY app / # buildkit
-- image/app/layer-0/etc/hostname --
x
-- image/app/layer-1/app --
x
`, `
-- settings --
digests: sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
-- Dockerfile --
FROM ghcr.io/other/base@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd AS base
FROM base
COPY app /
-- image/app/image.yaml --
history:
- created_by: ADD rootfs /
- created_by: COPY app / # buildkit
-- image/app/layer-0/etc/hostname --
x
-- image/app/layer-1/app --
x
`, `
-- settings --
repositories: docker.io/library/debian
-- Dockerfile --
FROM scratch
COPY app /
-- image/app/image.yaml --
history:
- created_by: COPY app / # buildkit
-- image/app/layer-0/app --
x
`},
	Check: rule.EachBuild(checkUnapprovedBase),
}

// digestsOf refuses what no image can have.
func digestsOf(value any) error {
	for _, d := range value.([]string) {
		hex, ok := strings.CutPrefix(d, "sha256:")
		if !ok || len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
			return fmt.Errorf("%q is no digest: write sha256: and 64 hexadecimal digits", d)
		}
	}
	return nil
}

func checkUnapprovedBase(p *rule.Pass, b *facts.Build) {
	repositories, digests := p.Strings("repositories"), p.Strings("digests")
	if len(repositories)+len(digests) == 0 || b.Target == nil {
		return
	}
	bottom := b.Target.Root()
	base := bottom.Base
	if base.Scratch() {
		return
	}
	digest := base.Digest
	if digest == "" && b.BaseKnown && bottom.Image != nil {
		digest = bottom.Image.Digest
	}
	if slices.ContainsFunc(repositories, func(glob string) bool { return base.Canonical != "" && source.MatchGlob(glob, base.Canonical) }) ||
		digest != "" && slices.Contains(digests, digest) {
		return
	}
	name := base.Canonical
	if digest != "" {
		name = strings.TrimPrefix(name+"@"+digest, "@")
	}
	if len(base.Unresolved) > 0 {
		name = "it depends on build arguments"
	}
	f := rule.Finding{At: base.At, Image: rule.RefImage(b, -1), Subject: b.Image.Ref, Key: base.Canonical}
	f.Message = fmt.Sprintf("the base %s (%s) is not approved", base.Text, name)
	f.Fix = &rule.Fix{Title: "build from an approved base"}
	p.Report(f)
}

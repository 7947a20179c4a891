package build

import (
	"fmt"
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var unknownRegistry = rule.Rule{
	ID:       "TW-D147",
	Name:     "unknown-registry",
	Title:    "Image of a registry that the policy does not allow",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever runs the registry decides what the build gets. An image from one that nobody has looked at, or from Docker Hub where a mirror was meant, goes past every control that the allowed ones have. Silent until `allowed` is set.",
	Fix:      "Take the image from an allowed registry, or add the registry to the setting `allowed` of this rule.",
	Refs:     refs(nist, "4.1.5", practice, "M10", practice, "M11", practice, "M26"),
	Aliases:  []string{"hadolint:DL3026"},
	Settings: []rule.Setting{{
		Name:    "allowed",
		Default: []string{},
		Doc:     "Registries, or folders of registries, that images may come from: `ghcr.io/acme`, `*.gcr.io`, `docker.io`. Empty allows all.",
	}},
	Bad: []string{`
-- settings --
allowed: *.gcr.io ghcr.io/acme hub.docker.com
-- Dockerfile --
# syntax=quay.io/acme/frontend:1
#        ^^^^^^^^^^^^^^^^^^^^^^^ quay.io/acme/frontend:1 comes from quay.io, which is not allowed
FROM gcr.io/distroless/static AS a
#    ^^^^^^^^^^^^^^^^^^^^^^^^ gcr.io/distroless/static comes from gcr.io, which is not allowed
FROM ghcr.io/acmes/x:1 AS b
#    ^^^^^^^^^^^^^^^^^ ghcr.io/acmes/x:1 comes from ghcr.io, which is not allowed
FROM ${MIRROR}/debian:12
#    ^^^^^^^^^^^^^^^^^^^ the registry of ${MIRROR}/debian:12 cannot be told
COPY --from=quay.io/x/y /z /z
#           ^^^^^^^^^^^ quay.io/x/y comes from quay.io, which is not allowed
RUN --mount=from=localhost:5000/y,target=/y true
#                ^^^^^^^^^^^^^^^^ localhost:5000/y comes from localhost:5000, which is not allowed
`},
	Good: []string{`
-- settings --
allowed: *.gcr.io ghcr.io/acme hub.docker.com
-- Dockerfile --
FROM eu.gcr.io/x AS a
FROM ghcr.io/acme/x:1 AS b
FROM ghcr.io/acme/deep/er/x:1
FROM debian:12
FROM index.docker.io/acme/x
FROM scratch
COPY --from=a /x /x
COPY --from=1 /x /x
`, `
-- Dockerfile --
FROM quay.io/x/y
`},
	Check: rule.EachDockerfile(checkRegistries),
}

// origin is an image that a build asks a registry for.
type origin struct {
	ref      dockerfile.Reference
	at       source.Span
	stage    *dockerfile.Stage
	frontend bool
}

func checkRegistries(p *rule.Pass, f *dockerfile.File) {
	allowed := p.Strings("allowed")
	if len(allowed) == 0 {
		return
	}
	for _, o := range origins(f) {
		if o.ref.Stage != nil || o.ref.Scratch() || o.ref.Text == "" || isNumeric(o.ref.Text) {
			continue
		}
		name := dockerHub(o.ref.Canonical)
		host, _, _ := strings.Cut(name, "/")
		finding := rule.Finding{
			At: o.at, Subject: stageSubject(o.stage), Key: o.ref.Name,
			Fix: &rule.Fix{Title: "take it from an allowed registry: " + strings.Join(allowed, ", ")},
		}
		switch {
		case registryAllowed(name, allowed):
			continue
		case strings.Contains(o.ref.Name, "$"):
			finding.Message = fmt.Sprintf("the registry of %s cannot be told", o.ref.Text)
			finding.Severity = stageSeverity(rule.Medium, o.stage)
		default:
			finding.Message = fmt.Sprintf("%s comes from %s, which is not allowed", o.ref.Text, host)
		}
		if o.frontend {
			finding.Aliases = []string{}
		}
		p.Report(finding)
	}
}

// origins returns the images that the build of a file asks registries for.
func origins(f *dockerfile.File) []origin {
	var out []origin
	if ref, ok := f.Frontend(); ok {
		out = append(out, origin{ref: ref, at: f.SyntaxAt, frontend: true})
	}
	for _, s := range f.Stages {
		out = append(out, origin{ref: s.Base, at: s.Base.At, stage: s})
		for _, in := range s.Instructions {
			for _, i := range importsOf(in) {
				out = append(out, origin{ref: i.ref, at: i.ref.At, stage: s})
			}
		}
	}
	return out
}

// dockerHub gives the names that Docker Hub goes by the one that it has in
// canonical references.
func dockerHub(name string) string {
	host, rest, slash := strings.Cut(name, "/")
	switch strings.ToLower(host) {
	case "index.docker.io", "hub.docker.com", "registry-1.docker.io", "registry.hub.docker.com":
		host = "docker.io"
	}
	if !slash {
		return host
	}
	return host + "/" + rest
}

// registryAllowed reports whether a canonical name is of an allowed registry, or
// below an allowed folder. A star stands for any part of a host or folder.
func registryAllowed(name string, allowed []string) bool {
	for _, pattern := range allowed {
		pattern = dockerHub(strings.TrimSuffix(pattern, "/"))
		if pattern == "*" {
			return true
		}
		parts := strings.SplitAfterN(name, "/", strings.Count(pattern, "/")+2)
		whole := strings.Join(parts[:min(len(parts), strings.Count(pattern, "/")+1)], "")
		if ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(strings.TrimSuffix(whole, "/"))); ok && err == nil {
			return true
		}
	}
	return false
}

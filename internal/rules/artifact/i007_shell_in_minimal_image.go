package artifact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var shellInMinimalImage = rule.Rule{
	ID:       "TW-I007",
	Name:     "shell-in-minimal-image",
	Title:    "Shell or package manager in an image that claims to be minimal",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "An image built on a minimal base promises that an intruder finds nothing to work with. A shell or a package manager breaks the promise, mostly because a `COPY` brought more than was meant, or because a debug variant was taken.",
	Fix:      "Copy only the files the program needs, and take the base without `debug` in its tag.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M1"}, {Standard: "practice", Control: "M2"}, {Standard: "practice", Control: "M3"},
		{Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Bad: []string{`
-- Dockerfile --
FROM gcr.io/distroless/static-debian12:nonroot
COPY tools /
^^^^^^^^^^^^ gcr.io/distroless/static-debian12:nonroot is minimal, and this brings a shell and a package manager: /bin/sh, /sbin/apk
-- image/app/image.yaml --
history:
- created_by: bazel build ...
- created_by: COPY tools / # buildkit
layers:
- {}
- modes: {bin/sh: "0755", sbin/apk: "0755"}
-- image/app/layer-0/etc/os-release --
ID=debian
-- image/app/layer-1/bin/sh --
x
-- image/app/layer-1/sbin/apk --
x
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
COPY app /
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY app / # buildkit
layers:
- modes: {bin/sh: "0755"}
-- image/app/layer-0/bin/sh --
x
-- image/app/layer-1/app --
x
`, `
-- Dockerfile --
FROM scratch
COPY app /
-- image/app/image.yaml --
history:
- created_by: COPY app / # buildkit
-- image/app/layer-0/app --
x
`, `
-- Dockerfile --
FROM scratch
ADD rootfs.tar /
-- image/app/image.yaml --
history:
- created_by: ADD rootfs.tar / # buildkit
layers:
- modes: {bin/sh: "0755"}
-- image/app/layer-0/bin/sh --
x
-- image/app/layer-0/etc/os-release --
ID=alpine
VERSION_ID=3.23.0
`},
	Check: rule.EachBuild(checkShellInMinimalImage),
}

func checkShellInMinimalImage(p *rule.Pass, b *facts.Build) {
	claim := minimalClaim(b)
	if claim == "" {
		return
	}
	files := distinct(b.Platform.Files, image.Shell, image.PackageManager)
	for _, group := range perLayer(files, func(f image.File) int { return f.Layer }) {
		var names, kinds []string
		for _, x := range group {
			names = append(names, "/"+x.Path)
			kind := "a shell"
			if x.Kind == image.PackageManager {
				kind = "a package manager"
			}
			if !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
		f := ofFile(b, group[0].Layer, group[0].Path)
		f.Message = fmt.Sprintf("%s is minimal, and this brings %s: %s", claim, strings.Join(kinds, " and "), list(names, 5))
		f.Subject, f.Key = b.Image.Ref, names[0]
		f.Fix = &rule.Fix{Title: "copy only what the program needs, and take the base without debug in its tag"}
		p.Report(f)
	}
}

// minimalWords are the words by which base images say that they hold nothing
// but a run-time.
var minimalWords = []string{"distroless", "chiseled", "scratch"}

// minimalClaim returns what says that the image is minimal, "" if nothing does:
// the name of its base, or a label of its own with the base's name.
func minimalClaim(b *facts.Build) string {
	if b.Target != nil {
		base := baseImage(b)
		if saysMinimal(base) && (base != "scratch" || b.Platform.Distro.ID == "") { // into which whole distributions are put
			return base
		}
		return ""
	}
	if base := b.Platform.Config.Labels["org.opencontainers.image.base.name"]; saysMinimal(base) {
		return base
	}
	return ""
}

func saysMinimal(base string) bool {
	name, _, _ := strings.Cut(strings.ToLower(base), "@")
	if slices.ContainsFunc(minimalWords, func(w string) bool { return strings.Contains(name, w) }) {
		return true
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("/:-_.", r) })
	return slices.Contains(words, "static") && strings.Contains(name, "chainguard") // cgr.dev/chainguard/static
}

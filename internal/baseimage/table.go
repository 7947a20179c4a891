package baseimage

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// inTable says where an answer of the table comes from.
const inTable = "the built-in table of base images"

// known is what the table holds of one image. The documentation or Dockerfile of
// each image says so, for every tag that is still published.
type known struct {
	// user is who runs, "" for root; "*" for somebody who is not root.
	user string
	// workdir is the folder, "" for "/", "*" where it is not known.
	workdir string
}

// FromTable returns what is known of an image without asking anybody, nil for
// nothing. The reference is fully qualified.
func FromTable(ref string) *dockerfile.ImageConfig {
	name, tag := split(ref)
	if otherwise(name, tag) {
		return nil
	}
	k, ok := byTag(name, tag)
	if !ok {
		if k, ok = lookup(name); !ok {
			return nil
		}
	}
	c := &dockerfile.ImageConfig{Source: inTable}
	if k.user == "*" {
		c.NonRoot = true
	} else {
		c.User = &k.user
	}
	if k.workdir != "*" {
		c.Workdir = &k.workdir
	}
	return c
}

// split takes a qualified reference apart: the name as people say it, mirrors of
// the official images looked through, and the tag.
func split(ref string) (name, tag string) {
	name, _, _ = strings.Cut(ref, "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		name, tag = name[:i], name[i+1:]
	}
	for _, prefix := range []string{"docker.io/library/", "public.ecr.aws/docker/library/", "mirror.gcr.io/library/", "docker.io/", "mirror.gcr.io/"} {
		if short, ok := strings.CutPrefix(name, prefix); ok {
			return short, tag
		}
	}
	return name, tag
}

// byTag answers for the images whose tag decides.
func byTag(name, tag string) (known, bool) {
	contains := func(mark string) bool { return strings.Contains(tag, mark) }
	switch {
	case strings.HasPrefix(name, "gcr.io/distroless/"):
		if contains("nonroot") {
			return known{"65532", "/home/nonroot"}, true
		}
		return known{"", "*"}, true
	case strings.HasPrefix(name, "mcr.microsoft.com/dotnet/"):
		if contains("chiseled") || contains("distroless") {
			return known{"1654", ""}, true
		}
		return known{"", ""}, true
	case strings.HasPrefix(name, "dhi.io/") && contains("dev"):
		return known{"", "*"}, true
	case name == "envoyproxy/envoy" && contains("distroless"), name == "envoyproxy/envoy-distroless":
		return known{"*", "*"}, true
	case name == "php" && (contains("apache") || contains("fpm")):
		return known{"", "/var/www/html"}, true
	}
	return known{}, false
}

// otherwise reports whether a tag or name is of a kind that differs from what is
// known of the image: triggers of its own, Windows, or an image of a family that
// its family's rule does not hold for.
func otherwise(name, tag string) bool {
	for _, mark := range []string{"onbuild", "windowsservercore", "nanoserver"} {
		if strings.Contains(tag, mark) || strings.Contains(name, mark) {
			return true
		}
	}
	image, ok := strings.CutPrefix(name, "cgr.dev/chainguard/")
	return ok && slices.Contains([]string{"go", "docker-dind", "docker-cli", "sdk", "melange", "apko", "k3s", "kaniko", "git"}, image)
}

// lookup finds a name in the lists, and then by its beginning.
func lookup(name string) (known, bool) {
	if slices.Contains(rootAtTop, name) || strings.HasPrefix(name, "nvidia/") || isUBI(name) {
		return known{"", ""}, true
	}
	if slices.Contains(rootElsewhere, name) {
		return known{"", "*"}, true
	}
	if dir, ok := rootIn[name]; ok {
		return known{"", dir}, true
	}
	if user, ok := users[name]; ok {
		return known{user, "*"}, true
	}
	for _, prefix := range nonRootPrefixes {
		if strings.HasPrefix(name, prefix) {
			return known{"*", "*"}, true
		}
	}
	return known{}, false
}

// isUBI reports whether an image is one of Red Hat's bare base images, which run
// as root: those of languages, "ubi9/python-312", do not.
func isUBI(name string) bool {
	rest, ok := strings.CutPrefix(name, "registry.access.redhat.com/")
	if !ok {
		return false
	}
	folder, image, nested := strings.Cut(rest, "/")
	if !nested {
		image = folder
	}
	stem, variant, _ := strings.Cut(image, "-")
	return strings.TrimRight(stem, "0123456789") == "ubi" && slices.Contains([]string{"", "minimal", "micro", "init"}, variant)
}

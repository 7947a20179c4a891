package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// shortName is the canonical name without the registry and folder of Docker's
// own images: "debian", "gcr.io/distroless/static".
func shortName(r dockerfile.Reference) string {
	return strings.TrimPrefix(strings.TrimPrefix(r.Canonical, "docker.io/library/"), "docker.io/")
}

// unmirrored cuts known mirrors of Docker's official images off a name.
func unmirrored(name string) string {
	for _, mirror := range []string{"public.ecr.aws/docker/library/", "mirror.gcr.io/library/", "mirror.gcr.io/"} {
		name = strings.TrimPrefix(name, mirror)
	}
	return name
}

// distributions are the official images of whole distributions.
func distributions() []string {
	return []string{
		"debian", "ubuntu", "fedora", "centos", "rockylinux", "rockylinux/rockylinux", "almalinux", "oraclelinux", "amazonlinux",
		"opensuse/leap", "opensuse/tumbleweed", "archlinux", "buildpack-deps", "quay.io/centos/centos", "kalilinux/kali-rolling", "photon",
	}
}

// languages are the official images of languages that come on a whole
// distribution, unless the tag says otherwise.
func languages() []string {
	return []string{
		"python", "node", "ruby", "php", "perl", "golang", "rust", "openjdk", "eclipse-temurin", "amazoncorretto", "maven", "gradle",
		"erlang", "elixir", "julia", "r-base", "swift", "haskell", "dart", "gcc", "pypy", "mono", "clojure",
	}
}

// smallTag reports whether a tag names a variant without the full distribution.
func smallTag(tag string) bool {
	for _, mark := range []string{"slim", "alpine", "minimal", "micro", "chiseled", "distroless", "busybox", "scratch", "wolfi", "nanoserver"} {
		if strings.Contains(tag, mark) {
			return true
		}
	}
	return false
}

// windowsBase reports whether an image is a Windows one, by its name.
func windowsBase(r dockerfile.Reference) bool {
	for _, mark := range []string{"/windows", "nanoserver", "servercore", "windowsservercore"} {
		if strings.Contains(r.Text, mark) {
			return true
		}
	}
	return false
}

package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// shortName is the canonical name without the registry and folder of Docker's
// own images: "debian", "gcr.io/distroless/static".
func shortName(r dockerfile.Reference) string {
	return strings.TrimPrefix(strings.TrimPrefix(r.Canonical, "docker.io/library/"), "docker.io/")
}

// nonRootBase reports whether an image is known to set a user of its own. What
// is listed here says so in its documentation.
func nonRootBase(r dockerfile.Reference) bool {
	name, tag := shortName(r), r.Tag
	switch {
	case strings.HasPrefix(name, "gcr.io/distroless/"):
		return strings.Contains(tag, "nonroot")
	case strings.HasPrefix(name, "mcr.microsoft.com/dotnet/"):
		return strings.Contains(tag, "chiseled") || strings.Contains(tag, "distroless")
	case strings.HasPrefix(name, "envoyproxy/envoy"):
		return strings.Contains(tag, "distroless") || strings.HasSuffix(name, "-distroless")
	}
	for _, prefix := range []string{
		"cgr.dev/chainguard/", "dhi.io/", "bitnami/", "bitnamilegacy/", "nginxinc/nginx-unprivileged", "curlimages/curl", "grafana/",
		"prom/", "quay.io/prometheus/", "otel/", "ghcr.io/open-telemetry/", "opensearchproject/", "docker.elastic.co/", "jenkins/jenkins",
		"quay.io/keycloak/", "apache/kafka", "confluentinc/", "locustio/locust", "jaegertracing/", "selenium/",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// rootBase reports whether an image is known to run as root unless told
// otherwise: Docker's official images of distributions and languages do, and so
// does the empty image.
func rootBase(r dockerfile.Reference) bool {
	name := shortName(r)
	if r.Scratch() || strings.HasPrefix(name, "gcr.io/distroless/") || strings.HasPrefix(name, "mcr.microsoft.com/dotnet/") {
		return true
	}
	if strings.HasPrefix(name, "nvidia/") || strings.HasPrefix(name, "registry.access.redhat.com/ubi") && !strings.Contains(name, "/ubi8/") && !strings.Contains(name, "/ubi9/") {
		return true
	}
	name = unmirrored(name)
	return slices.Contains(distributions(), name) || slices.Contains(languages(), name) ||
		slices.Contains([]string{"nginx", "httpd", "alpine", "busybox", "redis", "postgres", "mysql", "mariadb", "mongo", "caddy", "haproxy", "traefik"}, name)
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

package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lifecycle"
)

// release is a product and its release line as the table of lifecycles knows
// them; distribution is true for what an image's os-release would say too.
type release struct {
	id, version  string
	distribution bool
}

// distributionIDs are the os-release IDs of the images of distributions.
var distributionIDs = map[string]string{
	"debian": "debian", "ubuntu": "ubuntu", "alpine": "alpine", "fedora": "fedora", "rockylinux": "rocky", "rockylinux/rockylinux": "rocky",
	"almalinux": "almalinux", "oraclelinux": "ol", "amazonlinux": "amzn", "public.ecr.aws/amazonlinux/amazonlinux": "amzn", "opensuse/leap": "opensuse-leap",
	"centos": "centos",
}

// nodeLines are the names of Node.js's long-term lines in tags.
// https://github.com/nodejs/release#release-schedule
var nodeLines = map[string]string{
	"argon": "4", "boron": "6", "carbon": "8", "dubnium": "10", "erbium": "12", "fermium": "14", "gallium": "16", "hydrogen": "18", "iron": "20", "jod": "22",
}

// releasesOf returns what the name and tag of an image say of the releases in
// it, where they are certain: "python:3.8-slim-buster" is Python 3.8 on Debian 10.
func releasesOf(r dockerfile.Reference) []release {
	name := unmirrored(shortName(r))
	if image, ok := strings.CutPrefix(name, "registry.access.redhat.com/ubi"); ok {
		return redHat(image)
	}
	if strings.HasPrefix(name, "gcr.io/distroless/") {
		if _, version, ok := strings.Cut(name, "-debian"); ok {
			return []release{{"debian", version, true}}
		}
		return nil
	}
	parts := strings.Split(r.Tag, "-")
	if id, ok := distributionIDs[name]; ok {
		return distributionRelease(id, parts[0])
	}
	var out []release
	switch {
	case strings.HasPrefix(name, "mcr.microsoft.com/dotnet/"):
		out = append(out, release{"dotnet", parts[0], false})
	case name == "node" && nodeLines[parts[0]] != "":
		out = append(out, release{"node", nodeLines[parts[0]], false})
	case slices.Contains([]string{"python", "node", "golang", "php", "ruby", "postgres", "mysql", "mongo", "openjdk"}, name):
		out = append(out, release{name, parts[0], false})
	case !official(r):
		return nil
	}
	for _, p := range parts {
		if id, version, ok := lifecycle.Codename(p); ok {
			out = append(out, release{id, version, true})
		}
		if version, ok := strings.CutPrefix(p, "alpine"); ok && version != "" {
			out = append(out, release{"alpine", version, true})
		}
	}
	return out
}

// official reports whether an image is one of Docker's official ones.
func official(r dockerfile.Reference) bool {
	return strings.HasPrefix(r.Canonical, "docker.io/library/") || strings.HasPrefix(r.Canonical, "public.ecr.aws/docker/library/")
}

func distributionRelease(id, version string) []release {
	if of, v, ok := lifecycle.Codename(version); ok && of == id {
		version = v
	}
	switch {
	case id == "amzn" && version == "1":
		version = "2018.03"
	case id == "centos":
		version, _, _ = strings.Cut(strings.TrimPrefix(strings.ToLower(version), "centos"), ".")
	}
	return []release{{id, version, true}}
}

// redHat reads what follows "ubi": "8/nodejs-20", "9-minimal", "7/ubi".
func redHat(image string) []release {
	version := image[:len(image)-len(strings.TrimLeft(image, "0123456789"))]
	if version == "" {
		return nil
	}
	return []release{{"rhel", version, true}}
}

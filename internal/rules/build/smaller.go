package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lifecycle"
)

// smallerTitle says which image to take in place of a full distribution.
func smallerTitle(r dockerfile.Reference) string {
	if smaller := smallerSibling(r); smaller != "" {
		return "take " + smaller + ", the same image with less in it, or distroless"
	}
	return "take a smaller variant: distroless, scratch, or a slim or alpine tag of the same image"
}

// slimLast are the images whose tags put the code name before "slim"
// ("node:24-bookworm-slim"); the others put it behind ("python:3.13-slim-bookworm").
var slimLast = []string{"debian", "node"}

// smallerSibling returns the smaller variant of the same image and release, ""
// where there is none or its name is not certain.
func smallerSibling(r dockerfile.Reference) string {
	name, tag := unmirrored(shortName(r)), r.Tag
	if tag == "" || tag == "latest" || r.Text == "" {
		return ""
	}
	prefix := r.Name + ":"
	switch name {
	case "rockylinux", "rockylinux/rockylinux", "almalinux":
		if isNumber(tag) {
			return prefix + tag + "-minimal"
		}
	case "amazonlinux", "public.ecr.aws/amazonlinux/amazonlinux":
		if tag == "2023" {
			return prefix + "2023-minimal"
		}
	case "oraclelinux":
		if isNumber(tag) {
			return prefix + tag + "-slim"
		}
	case "debian", "node", "python", "ruby", "perl", "rust", "pypy", "elixir", "erlang", "haskell", "swift":
		return slim(prefix, name, tag)
	}
	return ""
}

// slim adds "slim" to a tag that is a version, alone or with a code name.
func slim(prefix, name, tag string) string {
	version, rest, _ := strings.Cut(tag, "-")
	_, _, codename := lifecycle.Codename(rest)
	_, _, only := lifecycle.Codename(version)
	switch {
	case rest == "" && (isNumber(version) || only && name == "debian"):
		return prefix + tag + "-slim"
	case !isNumber(version) || !codename:
		return ""
	case slices.Contains(slimLast, name):
		return prefix + version + "-" + rest + "-slim"
	}
	return prefix + version + "-slim-" + rest
}

// isNumber reports whether a word is a version number: "3", "3.13", "22.04".
func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789.") == "" && s[0] != '.'
}

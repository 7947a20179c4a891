package manifest

import "strings"

// parseImage reads an image reference as the container runtime does
// (https://github.com/distribution/reference): a tag follows the last colon
// behind the last slash, a digest follows "@".
func parseImage(f Field) ImageReference {
	ref := ImageReference{Field: f, Text: strings.TrimSpace(f.String())}
	rest, digest, _ := strings.Cut(ref.Text, "@")
	ref.Name, ref.Digest = rest, digest
	if colon := strings.LastIndexByte(rest, ':'); colon > strings.LastIndexByte(rest, '/') {
		ref.Name, ref.Tag = rest[:colon], rest[colon+1:]
	}
	if !ref.Variable() {
		ref.Canonical = canonicalName(ref.Name)
	}
	return ref
}

// Variable reports whether the reference still holds a placeholder of some
// template language, so that neither tag nor registry are known.
func (i ImageReference) Variable() bool {
	return strings.ContainsAny(i.Text, "$%{}<> \t")
}

// canonicalName adds the registry and the "library" folder that short names of
// Docker Hub leave out.
func canonicalName(name string) string {
	if name == "" {
		return ""
	}
	first, rest, slash := strings.Cut(name, "/")
	switch {
	case !slash:
		return "docker.io/library/" + name
	case first == "index.docker.io" || first == "docker.io":
		if !strings.Contains(rest, "/") {
			rest = "library/" + rest
		}
		return "docker.io/" + rest
	case strings.ContainsAny(first, ".:") || first == "localhost":
		return name
	}
	return "docker.io/" + name
}

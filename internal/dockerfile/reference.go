package dockerfile

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// newReference takes an image reference apart.
// https://github.com/distribution/reference/blob/main/reference.go has the grammar.
func newReference(at source.Span, written, text string, unresolved []string) Reference {
	r := Reference{At: at, Written: written, Text: text, Unresolved: unresolved}
	r.Name = text
	if i := strings.IndexByte(r.Name, '@'); i >= 0 {
		r.Name, r.Digest = r.Name[:i], r.Name[i+1:]
	}
	if i := strings.LastIndexByte(r.Name, ':'); i > strings.LastIndexByte(r.Name, '/') {
		r.Name, r.Tag = r.Name[:i], r.Name[i+1:]
	}
	r.Canonical = canonicalName(r.Name)
	return r
}

// Qualified returns the reference in full, as builders ask for it:
// "docker.io/library/debian:latest", "" for scratch and for a stage.
func (r Reference) Qualified() string {
	if r.Stage != nil || r.Scratch() || r.Canonical == "" || len(r.Unresolved) > 0 {
		return ""
	}
	name := r.Canonical
	if r.Tag != "" {
		name += ":" + r.Tag
	}
	if r.Digest != "" {
		return name + "@" + r.Digest
	}
	if r.Tag == "" {
		name += ":latest"
	}
	return name
}

// canonicalName adds the registry and folder that Docker leaves out.
func canonicalName(name string) string {
	if name == "" || name == "scratch" {
		return name
	}
	host, rest, slash := strings.Cut(name, "/")
	switch {
	case !slash:
		return "docker.io/library/" + name
	case host == "docker.io" || host == "index.docker.io":
		if !strings.Contains(rest, "/") {
			rest = "library/" + rest
		}
		return "docker.io/" + rest
	case host == "localhost" || strings.ContainsAny(host, ".:") || strings.ToLower(host) != host:
		return name
	default:
		return "docker.io/" + name
	}
}

// ParseReference takes an image reference apart that stands in no instruction.
func ParseReference(text string) Reference {
	return newReference(source.Span{}, text, text, nil)
}

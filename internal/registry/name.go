package registry

import (
	"net"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// Ref is a parsed registry reference.
type Ref struct {
	// Registry is the host with its port ("docker.io", "localhost:5000").
	Registry string
	// Repository is the path in the registry ("library/nginx").
	Repository string
	// Tag is "" where none was written; nothing is defaulted to latest.
	Tag string
	// Digest is "sha256:…", "" where none was written.
	Digest string
}

// Repo returns "registry/repository".
func (r Ref) Repo() string { return r.Registry + "/" + r.Repository }

// String returns the canonical reference, tag and digest included.
func (r Ref) String() string {
	s := r.Repo()
	if r.Tag != "" {
		s += ":" + r.Tag
	}
	if r.Digest != "" {
		s += "@" + r.Digest
	}
	return s
}

// Names of Docker Hub: the library speaks of its API host, people of docker.io.
const hub = "docker.io"

// ParseRef parses "name[:tag][@digest]" as Docker does: a name without a host
// is on docker.io, and one without a slash there is under library/.
func ParseRef(ref string) (Ref, error) {
	rest, digest, hasDigest := strings.Cut(ref, "@")
	if hasDigest && !isDigest(digest) {
		return Ref{}, badName(ref, "the digest must be sha256: and 64 hex digits")
	}
	tag := ""
	if i := strings.LastIndexByte(rest, ':'); i > strings.LastIndexByte(rest, '/') {
		rest, tag = rest[:i], rest[i+1:]
		if !tagPattern.MatchString(tag) {
			return Ref{}, badName(ref, "the tag may hold letters, digits, dots, dashes and underscores")
		}
	}
	repo, err := name.NewRepository(rest, name.WeakValidation)
	if err != nil || !repositoryPattern.MatchString(repo.RepositoryStr()) {
		return Ref{}, badName(ref, "expected registry/repository, with a tag or digest")
	}
	host := repo.RegistryStr()
	if host == name.DefaultRegistry {
		host = hub
	}
	return Ref{Registry: host, Repository: repo.RepositoryStr(), Tag: tag, Digest: digest}, nil
}

var (
	tagPattern = lazyregexp.New(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
	repositoryPattern = lazyregexp.New(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
	digestPattern     = lazyregexp.New(`^sha256:[0-9a-f]{64}$`)
)

func isDigest(s string) bool { return digestPattern.MatchString(s) }

func badName(ref, why string) *Error {
	return failure(ref, BadReference, why, "not an image reference")
}

// Canonical returns "registry/repository" of an image reference, without tag
// and digest ("nginx:1.29" is "docker.io/library/nginx"), or "" where the text
// is no reference. Two references speak of the same repository exactly where
// their canonical names are equal.
func Canonical(ref string) string {
	r, err := ParseRef(ref)
	if err != nil {
		return ""
	}
	return r.Repo()
}

// IsDigestRef reports whether ref names its content by digest, and so cannot
// change its meaning: "registry/repository@sha256:…".
func IsDigestRef(ref string) bool {
	r, err := ParseRef(ref)
	return err == nil && r.Digest != ""
}

// hostOf returns the host of a reference without its port, "" if it has none.
func hostOf(ref string) string {
	r, err := ParseRef(ref)
	if err != nil {
		return ""
	}
	return r.Registry
}

// isLoopback reports whether a host, with or without port, is this machine.
func isLoopback(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

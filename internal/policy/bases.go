package policy

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
)

// Layout is "oci:DIR", "oci-archive:FILE" or "docker-archive:FILE", with a path
// inside the repository.
type Layout string

// UnmarshalText refuses what is no such place.
func (l *Layout) UnmarshalText(text []byte) error {
	word := string(text)
	kind, at, _ := strings.Cut(word, ":")
	if !slices.Contains([]string{"oci", "oci-archive", "docker-archive"}, kind) || at == "" {
		return fmt.Errorf("%q is no layout: write oci:DIR, oci-archive:FILE or docker-archive:FILE", word)
	}
	if !filepath.IsLocal(filepath.FromSlash(at)) {
		return fmt.Errorf("%q leads out of the repository: give such a layout on the command line, --base REF=%s", word, word)
	}
	*l = Layout(word)
	return nil
}

// Host is a registry's name, with its port where that is not 443.
type Host string

// UnmarshalText refuses addresses and URLs.
func (h *Host) UnmarshalText(text []byte) error {
	word := string(text)
	name := word
	if i := strings.LastIndexByte(word, ':'); i >= 0 && strings.Trim(word[i+1:], "0123456789") == "" {
		name = word[:i]
	}
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return fmt.Errorf("%q is an address: only registries with a name are asked for what a repository names; give the base image's layout: --base REF=oci:DIR", word)
	}
	if strings.ContainsAny(word, "/@ ") || strings.ToLower(word) != word || !strings.Contains(name, ".") {
		return fmt.Errorf("%q is no registry: write its host alone, registry.example.com", word)
	}
	*h = Host(word)
	return nil
}

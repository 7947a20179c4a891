package compare

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

var (
	digest  = lazyregexp.New(`@sha256:[0-9a-f]+`)
	version = lazyregexp.New(`(^|[:=@/ v-])v?[0-9]+(\.[0-9]+)*([._+~-][0-9A-Za-z.]+)*`)
	dotted  = lazyregexp.New(`[0-9]+(\.[0-9]+)+`)
)

// loose is a key without digests, tags and versions: a base image that is a
// release newer is as little pinned as before. A number that is no version, such
// as a port, stays: another one is another finding.
func loose(key string) string {
	key = digest.ReplaceAllString(key, "")
	if colon := strings.LastIndexByte(key, ':'); colon > strings.LastIndexByte(key, '/') && strings.Contains(key[:colon], "/") && !strings.Contains(key, "://") {
		return key[:colon] + ":"
	}
	if !dotted.MatchString(key) && !tagged(key) {
		return key
	}
	return version.ReplaceAllString(key, "$1")
}

// tagged reports whether a key is an image's name and tag, "debian:12".
func tagged(key string) bool {
	name, tag, ok := strings.Cut(key, ":")
	return ok && name != "" && tag != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789._-/") == "" && strings.ContainsAny(name, "abcdefghijklmnopqrstuvwxyz")
}

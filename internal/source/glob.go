package source

import (
	"path"
	"strings"
)

// MatchGlob reports whether a repository-relative path matches a pattern of
// path.Match, in which "**" stands for any number of folders. A pattern that
// names a folder matches everything below it.
func MatchGlob(pattern, name string) bool {
	pattern = strings.TrimSuffix(strings.TrimPrefix(pattern, "./"), "/")
	return matchParts(strings.Split(pattern, "/"), strings.Split(name, "/"))
}

// matchParts tries the last "**" only, further and further down: an earlier one
// that took more would leave no more to match, and time in no bound.
func matchParts(pattern, name []string) bool {
	p, n := 0, 0
	star, from := -1, 0 // the last "**", and the first part it does not stand for
	for p < len(pattern) {
		switch {
		case pattern[p] == "**":
			star, from = p, n
			p++
		case n < len(name) && matchPart(pattern[p], name[n]):
			p++
			n++
		case star >= 0 && from < len(name):
			from++
			p, n = star+1, from
		default:
			return false
		}
	}
	return true
}

func matchPart(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}

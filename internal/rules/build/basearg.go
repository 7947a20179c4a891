package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// variable is one reference to a variable in a word: $NAME, or ${NAME…} with
// what follows the name up to the brace.
type variable struct {
	name       string
	start, end int // of the whole reference
	nameAt     int
	modifier   string // ":-word", "" for none
}

// variables returns the references to variables in a word, those inside of
// modifiers after the one that holds them. What a backslash or single quotes
// keep from being read is none.
func variables(word string, escape rune) []variable {
	var out []variable
	quoted := false
	for i := 0; i < len(word); i++ {
		switch c := word[i]; {
		case rune(c) == escape && !quoted:
			i++
		case c == '\'':
			quoted = !quoted
		case c == '$' && !quoted:
			if v, ok := variableAt(word, i); ok {
				out = append(out, v)
				i = v.nameAt + len(v.name) - 1
			}
		}
	}
	return out
}

func variableAt(word string, at int) (variable, bool) {
	v := variable{start: at, nameAt: at + 1}
	braced := strings.HasPrefix(word[at+1:], "{")
	if braced {
		v.nameAt++
	}
	v.end = v.nameAt
	for v.end < len(word) && isNameByte(word[v.end]) {
		v.end++
	}
	v.name = word[v.nameAt:v.end]
	if !braced {
		return v, v.name != ""
	}
	after := v.end
	for depth := 1; v.end < len(word); v.end++ {
		switch word[v.end] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 {
			v.modifier = word[after:v.end]
			v.end++
			return v, v.name != ""
		}
	}
	return v, false
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// withoutUnset is a reference to an image as a builder reads it when variables
// that are left in it have no value. It reports false where the builder refuses
// to read it.
func withoutUnset(text string, escape rune) (string, bool) {
	var b strings.Builder
	done := 0
	for _, v := range variables(text, escape) {
		if v.start < done {
			continue // inside of a modifier
		}
		b.WriteString(text[done:v.start])
		done = v.end
		switch operator := strings.TrimPrefix(v.modifier, ":"); {
		case strings.HasPrefix(operator, "-"):
			inner, ok := withoutUnset(operator[1:], escape)
			if !ok {
				return "", false
			}
			b.WriteString(inner)
		case strings.HasPrefix(operator, "?"):
			return "", false
		}
	}
	b.WriteString(text[done:])
	return b.String(), true
}

// The grammar of image references, from
// https://github.com/distribution/reference/blob/main/reference.go.
var (
	imageDomain = lazyregexp.New(`^([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])(\.([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]))*(:[0-9]+)?$|^\[[a-fA-F0-9:]+\](:[0-9]+)?$`)
	imagePath   = lazyregexp.New(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
	imageTag    = lazyregexp.New(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	imageDigest = lazyregexp.New(`^(sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$`)
	bareHash    = lazyregexp.New(`^[a-f0-9]{64}$`)
)

// maxImageName is how long the name of an image may be, registry included.
const maxImageName = 255

// imageReference reports whether a text can name an image.
func imageReference(text string) bool {
	name, digest, digested := strings.Cut(text, "@")
	if digested && !imageDigest.MatchString(digest) {
		return false
	}
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		if !imageTag.MatchString(name[i+1:]) {
			return false
		}
		name = name[:i]
	}
	if plainName(name) {
		return len(name) <= maxImageName && (digested || len(name) != 64 || !bareHash.MatchString(name))
	}
	folder := name
	if host, rest, slash := strings.Cut(name, "/"); slash && (host == "localhost" || strings.ContainsAny(host, ".:") || strings.ToLower(host) != host) {
		if !imageDomain.MatchString(host) {
			return false
		}
		folder = rest
	}
	return len(name) <= maxImageName && imagePath.MatchString(folder)
}

// plainName is the quick answer for nearly every name: lower-case words.
func plainName(name string) bool {
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// globalArgs returns the build arguments that are declared before the first
// FROM, in order.
func globalArgs(f *dockerfile.File) []string {
	var out []string
	for _, in := range f.Args {
		if in.Keyword != "ARG" {
			continue
		}
		for _, pair := range in.Pairs {
			out = append(out, pair.Key.Value)
		}
	}
	return out
}

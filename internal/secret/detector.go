package secret

import (
	"bytes"

	"github.com/zricethezav/gitleaks/v8/config"
)

// Certainty says what gave a credential away.
type Certainty int

// The certainties, the surest first.
const (
	// Form is a value whose own form gives it away: a prefix, a length, a check.
	Form Certainty = iota
	// Named is a value of the right form beside the name of what it is for.
	Named
	// Guessed is a random value beside a telling name.
	Guessed
)

// detector knows one kind of credential.
type detector struct {
	id, what  string
	certainty Certainty
	pattern   interface {
		FindAllSubmatchIndex(b []byte, n int) [][]int
	}
	// group holds the value; 0 for the first group that is not empty, else all.
	group int
	// entropy is what a value must have more of, in bits a byte.
	entropy float64
	allow   []*config.Allowlist
	// file is what the names of searched files match, nil for all.
	file interface{ MatchString(s string) bool }
	// words are the keywords, in lower case; none where the file's name alone
	// says that it is searched.
	words []string
	// reach is how far behind a keyword a match may end, in bytes.
	reach int
	// gate tells from the bytes around a keyword that the expression cannot
	// match; nil has no opinion.
	gate func(text []byte, start, end int) bool
	// check has the last word on a value, nil for none.
	check func(value string) bool
}

// value returns the place of the secret in a match.
func (d *detector) value(at []int) (start, end int) {
	if d.group != 0 {
		return at[2*d.group], at[2*d.group+1]
	}
	for g := 2; g+1 < len(at); g += 2 {
		if at[g] >= 0 && at[g] < at[g+1] {
			return at[g], at[g+1]
		}
	}
	return at[0], at[1]
}

// reachOf is a few lines, and the length of a key for private keys.
const (
	shortReach = 512
	keyReach   = 16 << 10
)

// run reports whether n bytes from at on are all of a kind.
func run(text []byte, at, n int, kind func(byte) bool) bool {
	if at < 0 || at+n > len(text) {
		return false
	}
	for _, c := range text[at : at+n] {
		if !kind(c) {
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

func isToken(c byte) bool { return isAlnum(c) || c == '_' || c == '-' }

func isBlank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// assigned reports whether a value may follow a name as gitleaks' expressions for
// names want it: up to 20 more characters of the name, quotes, an operator, and
// at least n characters of a value.
func assigned(n int) func(text []byte, start, end int) bool {
	return func(text []byte, _, end int) bool {
		i, stop := end, min(len(text), end+20)
		for i < stop && (isToken(text[i]) || text[i] == '.' || text[i] == ' ' || text[i] == '\t') {
			i++
		}
		for stop = min(len(text), i+3); i < stop && (isBlank(text[i]) || text[i] == '\'' || text[i] == '"'); i++ {
		}
		if i == len(text) || bytes.IndexByte([]byte("=>:|?,"), text[i]) < 0 {
			return false
		}
		for stop = min(len(text), i+9); i < stop && bytes.IndexByte([]byte("=>:|?,`'\""), text[i]) >= 0 || i < stop && isBlank(text[i]); i++ {
		}
		return run(text, i, n, func(c byte) bool { return isToken(c) || bytes.IndexByte([]byte(".+/=~@!#$%^&*\"'`{\\"), c) >= 0 })
	}
}

// backed is true where n bytes of a kind stand before the keyword.
func backed(n int, kind func(byte) bool) func(text []byte, start, end int) bool {
	return func(text []byte, start, _ int) bool { return run(text, start-n, n, kind) }
}

// followed is true where n bytes of a kind stand behind the keyword.
func followed(n int, kind func(byte) bool) func(text []byte, start, end int) bool {
	return func(text []byte, _, end int) bool { return run(text, end, n, kind) }
}

// Package lazyregexp compiles regular expressions when they are first used. The
// rules hold more than a hundred; compiling them all costs more than starting
// the program does, and a run needs few of them.
//
// The standard library does the same for the go command (internal/lazyregexp).
package lazyregexp

import (
	"regexp"
	"sync"
)

// Regexp is a regular expression in the syntax of package regexp. Its methods
// are those of regexp.Regexp and may be called by several goroutines.
type Regexp struct {
	text    string
	compile func() *regexp.Regexp
}

// New returns an expression that is compiled by its first use. One that is
// malformed panics then; internal/arch compiles every literal beforehand.
func New(text string) *Regexp {
	return &Regexp{text, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
}

// String returns the expression's text.
func (r *Regexp) String() string { return r.text }

// MatchString reports whether s holds a match.
func (r *Regexp) MatchString(s string) bool { return r.compile().MatchString(s) }

// FindString returns the leftmost match, "" if there is none.
func (r *Regexp) FindString(s string) string { return r.compile().FindString(s) }

// FindStringIndex returns the place of the leftmost match, nil if there is none.
func (r *Regexp) FindStringIndex(s string) []int { return r.compile().FindStringIndex(s) }

// FindStringSubmatch returns the leftmost match and its groups, nil if there is none.
func (r *Regexp) FindStringSubmatch(s string) []string { return r.compile().FindStringSubmatch(s) }

// FindStringSubmatchIndex returns the places of the leftmost match and its
// groups, nil if there is none.
func (r *Regexp) FindStringSubmatchIndex(s string) []int {
	return r.compile().FindStringSubmatchIndex(s)
}

// FindAllString returns up to n matches, all if n is negative.
func (r *Regexp) FindAllString(s string, n int) []string { return r.compile().FindAllString(s, n) }

// FindAllStringIndex returns the places of up to n matches, all if n is negative.
func (r *Regexp) FindAllStringIndex(s string, n int) [][]int {
	return r.compile().FindAllStringIndex(s, n)
}

// FindAllStringSubmatch returns up to n matches with their groups, all if n is negative.
func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.compile().FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex returns the places of up to n matches and their
// groups, all if n is negative.
func (r *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return r.compile().FindAllStringSubmatchIndex(s, n)
}

// ReplaceAllString replaces every match; $1 in repl stands for a group.
func (r *Regexp) ReplaceAllString(s, repl string) string {
	return r.compile().ReplaceAllString(s, repl)
}

// Split cuts s at up to n-1 matches, at all if n is negative.
func (r *Regexp) Split(s string, n int) []string { return r.compile().Split(s, n) }

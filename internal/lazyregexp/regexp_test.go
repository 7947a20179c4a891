package lazyregexp_test

import (
	"regexp"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// Every method answers as that of package regexp.
func TestSameAsRegexp(t *testing.T) {
	const text, s = `(a+)(b?)`, "xaab ya"
	lazy, plain := lazyregexp.New(text), regexp.MustCompile(text)
	require.Equal(t, plain.String(), lazy.String())
	require.Equal(t, plain.MatchString(s), lazy.MatchString(s))
	require.Equal(t, plain.FindString(s), lazy.FindString(s))
	require.Equal(t, plain.FindStringIndex(s), lazy.FindStringIndex(s))
	require.Equal(t, plain.FindStringSubmatch(s), lazy.FindStringSubmatch(s))
	require.Equal(t, plain.FindStringSubmatchIndex(s), lazy.FindStringSubmatchIndex(s))
	require.Equal(t, plain.FindAllString(s, -1), lazy.FindAllString(s, -1))
	require.Equal(t, plain.FindAllStringIndex(s, 1), lazy.FindAllStringIndex(s, 1))
	require.Equal(t, plain.FindAllStringSubmatch(s, -1), lazy.FindAllStringSubmatch(s, -1))
	require.Equal(t, plain.FindAllStringSubmatchIndex(s, -1), lazy.FindAllStringSubmatchIndex(s, -1))
	require.Equal(t, plain.ReplaceAllString(s, "$2$1"), lazy.ReplaceAllString(s, "$2$1"))
	require.Equal(t, plain.Split(s, -1), lazy.Split(s, -1))
}

func TestMalformedPanicsOnUse(t *testing.T) {
	r := lazyregexp.New(`(`)
	require.Panics(t, func() { r.MatchString("x") })
}

func TestConcurrentUse(t *testing.T) {
	r := lazyregexp.New(`a+`)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { require.True(t, r.MatchString("aa")) })
	}
	all.Wait()
}

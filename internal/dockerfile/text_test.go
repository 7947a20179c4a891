package dockerfile

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// TestTextKnowsEachByte holds that every byte of a joined text is the byte of
// the file that it says it came from.
func TestTextKnowsEachByte(t *testing.T) {
	for _, body := range []string{
		"RUN a b c\n",
		"  RUN a \\\n  b \\  \n\n # c\n\tc\n",
		"\ufeffRUN a\\\r\nb\\\r\n c\r\n",
		"RUN ü \\\n ñandú\n",
		"RUN a \\\\\nNEXT\n",
		"RUN a\\",
	} {
		f := source.NewFile("Dockerfile", body)
		joined, _ := joinLines(f, 1, '\\')
		for i := range len(joined.str) {
			require.Equal(t, joined.str[i], body[joined.offset(i)], "%q at %d", body, i)
		}
		trimmed := joined.trim()
		require.Equal(t, strings.TrimSpace(joined.str), trimmed.str)
		for i := 1; i < len(trimmed.str); i++ {
			sub := trimmed.sub(i, len(trimmed.str))
			require.Equal(t, trimmed.offset(i), sub.offset(0))
			require.Equal(t, trimmed.span(i, i+1), sub.span(0, 1))
		}
	}
}

func TestCutContinuation(t *testing.T) {
	for line, want := range map[string]string{
		`a \`: "a ", `a \  `: "a ", `\`: "", `a \\`: "-", `a`: "-", ``: "-", `a\ b`: "-", "a `": "-",
	} {
		kept, continued := cutContinuation(line, '\\')
		require.Equal(t, want != "-", continued, line)
		if continued {
			require.Equal(t, want, kept, line)
		}
	}
	_, continued := cutContinuation("a `", '`')
	require.True(t, continued)
}

func TestFlags(t *testing.T) {
	text := `--mount=type=cache,target=/x --name="a b" -- --not-a-flag`
	got, rest := flags(text, '\\')
	require.Len(t, got, 2)
	require.Equal(t, "--name=a b", got[1].value)
	require.Equal(t, `--name="a b"`, text[got[1].start:got[1].end])
	require.Equal(t, "--not-a-flag", strings.TrimSpace(text[rest:]))
}

func TestQuotedWords(t *testing.T) {
	cut := func(s string) []string {
		var out []string
		for _, g := range quotedWords(s, '\\') {
			out = append(out, s[g.start:g.end])
		}
		return out
	}
	require.Equal(t, []string{`a="x y"`, `b='c d'`, `e=f\ g`}, cut(`a="x y"  b='c d' e=f\ g `))
	require.Equal(t, []string{`a="x \" y"`}, cut(`a="x \" y"`))
	require.Equal(t, []string{`a='x\'`, `b`}, cut(`a='x\' b`))
	require.Empty(t, cut("  "))
}

func TestReferences(t *testing.T) {
	for ref, want := range map[string][4]string{
		"debian":                          {"debian", "", "", "docker.io/library/debian"},
		"debian:12":                       {"debian", "12", "", "docker.io/library/debian"},
		"acme/app@sha256:00":              {"acme/app", "", "sha256:00", "docker.io/acme/app"},
		"localhost:5000/a/b:1@sha256:00":  {"localhost:5000/a/b", "1", "sha256:00", "localhost:5000/a/b"},
		"gcr.io/distroless/static":        {"gcr.io/distroless/static", "", "", "gcr.io/distroless/static"},
		"index.docker.io/library/nginx:1": {"index.docker.io/library/nginx", "1", "", "docker.io/library/nginx"},
		"docker.io/nginx":                 {"docker.io/nginx", "", "", "docker.io/library/nginx"},
		"host:5000/x":                     {"host:5000/x", "", "", "host:5000/x"},
	} {
		r := newReference(source.Span{}, ref, ref, nil)
		require.Equal(t, want, [4]string{r.Name, r.Tag, r.Digest, r.Canonical}, ref)
	}
}

func TestEnvironmentsAreLayered(t *testing.T) {
	base := &scope{env: &env{}}
	base.env.set("A", "1")
	base.env.set("B", "1")
	child := base.child()
	child.env.set("A", "2")
	a, _ := child.env.Get("A")
	b, _ := child.env.Get("B")
	require.Equal(t, []string{"2", "1"}, []string{a, b})
	a, _ = base.env.Get("A")
	require.Equal(t, "1", a)
	require.ElementsMatch(t, []string{"A", "A", "B"}, child.env.Keys())
	require.Same(t, base.env, base.child().child().env.below, "an empty layer is left out")
}

func TestLike(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"a\x00", "ab", true}, {"\x00b", "ab", true}, {"a\x00c\x00e", "abcde", true},
		{"a\x00c\x00e", "abde", false}, {"aa\x00aa", "aaa", false}, {"\x00", "", true},
	} {
		require.Equal(t, tt.want, like(tt.pattern, tt.text), "%q %q", tt.pattern, tt.text)
	}
}

func TestInterpreter(t *testing.T) {
	require.Equal(t, "python3", interpreter("#!/usr/bin/env -S python3 -u\nx"))
	require.Equal(t, "perl", interpreter("#!/usr/bin/perl\n"))
	require.Empty(t, interpreter("#!/bin/bash -e\n"))
	require.Empty(t, interpreter("echo\n"))
}

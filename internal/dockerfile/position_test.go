package dockerfile_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// known is a token of a made file, and where it was put.
type known struct {
	text       string
	start, end source.Pos
}

// maker writes a Dockerfile and notes the place of every token of its RUNs.
type maker struct {
	*rand.Rand
	text      strings.Builder
	line, col int
	newline   string
	escape    string
	inQuotes  bool
	tokens    []known
	count     int
}

func newMaker(seed uint64) *maker {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 1)), line: 1, col: 1, newline: "\n", escape: `\`}
	if m.maybe(3) {
		m.newline = "\r\n"
	}
	if m.maybe(4) {
		m.text.WriteString("\ufeff")
		m.col++ // it is a code point of the first line
	}
	if m.maybe(3) {
		m.escape = "`"
		m.put("# escape=`" + m.newline)
	}
	m.put("FROM a:1" + m.newline)
	return m
}

// maybe is true once in n times.
func (m *maker) maybe(n int) bool { return m.IntN(n) == 0 }

func (m *maker) one(of ...string) string { return of[m.IntN(len(of))] }

func (m *maker) put(s string) {
	m.text.WriteString(s)
	for _, r := range s {
		if m.col++; r == '\n' {
			m.line, m.col = m.line+1, 1
		}
	}
}

func (m *maker) pos() source.Pos {
	return source.Pos{Line: m.line, Column: m.col, Offset: m.text.Len()}
}

// broken ends a line that goes on, with what may stand between the two.
func (m *maker) broken() {
	m.put(m.escape + m.one("", "", " ", "\t ") + m.newline)
	for m.maybe(3) {
		m.put(m.one("", "  ", "\t") + m.one("", "# a comment && no-token \\", "#ü") + m.newline)
	}
}

// gap separates two tokens; within a here-document no line is broken.
func (m *maker) gap(lines bool) {
	m.put(m.one(" ", " ", "  ", "\t", " \t "))
	if lines && m.maybe(3) {
		m.broken()
		m.put(m.one("", "  ", "\t", "    \t"))
	}
}

// token writes a word that stands nowhere else, whole or broken in the middle,
// plain or quoted.
func (m *maker) token(lines, quotes bool) {
	m.count++
	name := fmt.Sprintf("%s%dz", m.one("t", "tok-", "./t/", "ü", "t_é", "漢字"), m.count)
	k := known{text: name, start: m.pos()}
	quote := ""
	if quotes && !m.inQuotes {
		quote = m.one("", "", "", "'", `"`)
	}
	m.put(quote)
	for i, r := range name {
		if lines && i > 0 && m.maybe(25) {
			m.broken()
		}
		m.put(string(r))
	}
	m.put(quote)
	k.end = m.pos()
	m.tokens = append(m.tokens, k)
}

// command writes a simple command of a few tokens; its name is not quoted.
func (m *maker) command(lines bool) {
	m.token(lines, false)
	for m.maybe(2) {
		m.gap(lines)
		m.token(lines, true)
	}
}

// script writes commands with what may stand between and around them.
func (m *maker) script(lines bool, depth int) {
	for i := 0; i == 0 || m.maybe(2); i++ {
		if i > 0 {
			m.gap(lines)
			m.put(m.one("&&", "||", ";", "|"))
			m.gap(lines)
		}
		switch kind := m.IntN(8); {
		case depth > 2 || kind > 3:
			m.command(lines)
		case kind == 0:
			m.put("( ")
			m.script(lines, depth+1)
			m.put(")")
		case kind == 1:
			m.put("{")
			m.gap(lines)
			m.script(lines, depth+1)
			m.put("; }")
		case kind == 2:
			m.put("if ")
			m.command(lines)
			m.put(";")
			m.gap(lines)
			m.put("then ")
			m.script(lines, depth+1)
			m.put("; fi")
		case kind == 3:
			m.put("echo")
			m.gap(lines)
			m.put("$( ")
			m.script(lines, depth+1)
			m.put(")")
		}
	}
}

// run writes one RUN.
func (m *maker) run() {
	m.put(m.one("", "", "  ", "\t") + m.one("", "", "ONBUILD ") + m.one("RUN", "run", "Run"))
	m.gap(true)
	for m.maybe(4) {
		m.put(m.one("--mount=type=cache,target=/x", "--mount=type=tmpfs,target=/t", `--mount=type=bind,"target=/y z"`))
		m.gap(true)
	}
	switch m.IntN(6) {
	case 0:
		m.document()
	case 1: // a document that a command reads holds no command
		m.command(true)
		m.put(" <<E" + m.newline + "no-token" + m.newline + "E")
	case 2:
		m.exec()
	case 3: // a script in a word
		m.put("sh -c 'true; ")
		m.inQuotes = true
		m.script(true, 2)
		m.inQuotes = false
		m.put("'")
	default:
		m.script(true, 0)
	}
	m.put(m.newline)
}

// document writes a here-document that is the script.
func (m *maker) document() {
	dash := m.one("", "-")
	m.put("<<" + dash + m.one("E", `"E"`, "'E'") + m.newline)
	for range 1 + m.IntN(3) {
		if dash != "" {
			m.put(strings.Repeat("\t", m.IntN(3)))
		}
		m.put(m.one("", " ", "# no-token"+m.newline))
		m.script(false, 1)
		m.put(";" + m.newline) // so that a carriage return is no part of a token
	}
	m.put("E")
}

// exec writes the JSON form, whose tokens stand inside the quotes.
func (m *maker) exec() {
	m.put("[")
	for i := 0; i == 0 || m.maybe(2); i++ {
		if i > 0 {
			m.put(",")
			m.gap(true)
		}
		m.put(`"`)
		m.token(true, false)
		m.put(`"`)
	}
	m.put("]")
}

// TestPositions holds that every token of a RUN is found exactly where it
// stands, whatever stands between: continuations in and between words, comments
// and empty lines in them, here-documents, tabs, a byte order mark, carriage
// returns, another escape character, characters of several bytes.
func TestPositions(t *testing.T) {
	seen := 0
	for seed := range uint64(2000) {
		m := newMaker(seed)
		for range 1 + m.IntN(4) {
			m.run()
		}
		text := m.text.String()
		f, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
		require.NoError(t, err, "seed %d\n%s", seed, text)
		require.Empty(t, f.NotAnalysed, "seed %d\n%s", seed, text)
		places := map[string][]source.Span{}
		for in := range f.Instructions() {
			if in.Run == nil {
				continue
			}
			for _, c := range in.Run.Commands {
				for _, w := range append([]dockerfile.Word{c.Program}, c.Args...) {
					places[w.Value] = append(places[w.Value], w.At)
				}
			}
		}
		for _, k := range m.tokens {
			require.Len(t, places[k.text], 1, "seed %d: %s\n%s", seed, k.text, text)
			at := places[k.text][0]
			require.Equal(t, k.start, at.Start, "seed %d: where %s starts\n%s", seed, k.text, text)
			require.Equal(t, k.end, at.End, "seed %d: where %s ends\n%s", seed, k.text, text)
			seen++
		}
		for name := range places {
			require.NotContains(t, name, "no-token", "seed %d\n%s", seed, text)
		}
	}
	t.Logf("%d tokens", seen)
	require.Greater(t, seen, 10_000)
}

package report

import (
	"fmt"
	"strings"
	"unicode"
)

// Everything in this file turns text of the repository, the image or a registry
// into text that cannot do anything in the place it is written to.

// plain makes s one line of visible characters: invalid UTF-8 becomes U+FFFD,
// line feeds, control and format characters (terminal escapes, the controls
// that reverse the direction of text, invisible ones) become Go escapes such as
// \n, \x1b and \u202e. Variation selectors, which only choose between glyphs,
// are dropped. It is the first step of every other function here.
func plain(s string) string {
	if !needsEscape(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		b.WriteString(visible(r))
	}
	return b.String()
}

func needsEscape(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f {
			return true
		}
	}
	return false
}

// visible returns what stands for one character on a line.
func visible(r rune) string {
	switch {
	case r >= ' ' && r < 0x7f:
		return string(r)
	case r == '\t':
		return " "
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case unicode.Is(unicode.Variation_Selector, r):
		return ""
	case r < 0xa0:
		return fmt.Sprintf(`\x%02x`, r)
	case unicode.IsGraphic(r) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) && (r == ' ' || !unicode.IsSpace(r)):
		return string(r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// capped cuts s to at most n characters, the last of them an ellipsis.
func capped(s string, n int) string {
	if len(s) <= n {
		return s
	}
	count, cut := 0, 0
	for i := range s {
		switch count++; count {
		case n:
			cut = i
		case n + 1:
			return s[:cut] + "…"
		}
	}
	return s
}

// short is plain text of at most n characters. It looks at no more of s than it
// needs.
func short(s string, n int) string { return capped(plain(capped(s, n+1)), n) }

// line is plain, capped text for a terminal or a log.
func line(s string) string { return short(s, maxLine) }

// withoutCommands makes sure that no line of text, which may have many, is read
// as a workflow command: the runner takes "::name …::" at the start of a line,
// white space left out, and "##[name …]" anywhere in it. The marks are broken
// by a space, since comparisons that follow a language ignore invisible
// characters. Lines that hold neither stay byte for byte.
// See src/Runner.Common/ActionCommand.cs of actions/runner.
func withoutCommands(text string) string {
	if !strings.Contains(text, "::") && !strings.Contains(text, "##[") {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		l = strings.ReplaceAll(l, "##[", "# #[")
		if body := strings.TrimLeftFunc(l, unicode.IsSpace); strings.HasPrefix(body, "::") {
			l = l[:len(l)-len(body)] + ": " + body[1:]
		}
		lines[i] = l
	}
	return strings.Join(lines, "")
}

// commandData escapes the data of a workflow command. Line feeds that we put
// there ourselves survive as %0A; untrusted text has none left after plain.
func commandData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", "##[", "# #[").Replace(s)
}

// commandProperty escapes one property of a workflow command.
func commandProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C", "##[", "# #[").Replace(s)
}

// markdown makes s plain text inside a line or a table cell of GitHub's
// Markdown: no markup, HTML, table border, link, image, formula, mention or
// reference to an issue can come of it.
func markdown(s string, limit int) string {
	s = short(s, limit)
	var b strings.Builder
	var before rune
	for i, r := range s {
		switch {
		case strings.ContainsRune("&<>|\\", r):
			fmt.Fprintf(&b, "&#%d;", r)
		case strings.ContainsRune("`*_[]~$", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case strings.HasPrefix(s[i:], "://"):
			b.WriteString("&#58;")
		case linksItself(before, s[i:]):
			b.WriteRune(r)
			b.WriteRune(zeroWidthSpace)
		case r == '.' && (before == 'w' || before == 'W'):
			b.WriteRune(zeroWidthSpace)
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}

// linksItself reports whether rest, after the character before, starts with
// what GitHub makes a link of after all escapes are gone: "@" of a mention or a
// mail address, "#" of an issue's number. It leaves name@sha256:… alone, which
// is there to be copied.
func linksItself(before rune, rest string) bool {
	switch {
	case rest[0] == '#':
		return len(rest) > 1 && strings.IndexByte(digits, rest[1]) >= 0
	case rest[0] != '@':
		return false
	case !strings.ContainsRune(letters+digits, before):
		return true
	}
	return strings.HasPrefix(strings.TrimLeft(rest[1:], letters+digits+"-_"), ".")
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

const zeroWidthSpace = '\u200b'

// code makes s a code span for a line or a table cell of Markdown.
func code(s string, limit int) string {
	s = strings.TrimSpace(short(s, limit))
	if s == "" {
		return ""
	}
	if strings.ContainsAny(s, "`|\\") {
		return "<code>" + markdown(s, limit) + "</code>"
	}
	return "`" + s + "`"
}

// uriPath percent-encodes a path for a URI reference: everything but letters,
// digits, "-._~" and the slash, so that it is neither absolute nor has a scheme
// nor breaks out of a Markdown link.
func uriPath(path string) string {
	var b strings.Builder
	path = strings.TrimLeft(strings.ToValidUTF8(path, "\ufffd"), "/")
	for i := 0; i < len(path); i++ {
		c := path[i]
		if strings.IndexByte(letters+digits+"-._~/", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
	}
	return b.String()
}

const upperHex = "0123456789ABCDEF"

// sarifText is plain text for a message in SARIF, where "[text](target)" would
// be a link.
func sarifText(s string, limit int) string {
	return capped(strings.ReplaceAll(short(s, limit), "](", "] ("), limit)
}

// fileText is the text of an edit: it may have lines and tabs, but no other
// control characters.
func fileText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || !unicode.IsControl(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "\ufffd"))
}

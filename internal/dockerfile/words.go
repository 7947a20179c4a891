package dockerfile

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// rng is a byte range of a text.
type rng struct{ start, end int }

// rawFlag is a --name=value word before the arguments, quotes removed.
type rawFlag struct {
	rng
	value string
}

func isBlank(b byte) bool { return strings.IndexByte("\t\v\f\r ", b) >= 0 }

// fields splits at white space, as FROM, EXPOSE, COPY and ADD do.
func fields(s string) []rng {
	var out []rng
	start := -1
	for i := 0; i <= len(s); i++ {
		blank := i == len(s) || isBlank(s[i])
		switch {
		case blank && start >= 0:
			out = append(out, rng{start, i})
			start = -1
		case !blank && start < 0:
			start = i
		}
	}
	return out
}

// keyword returns the bounds of the first word, and where the rest begins.
func keyword(s string) (word rng, rest int) {
	f := fields(s)
	if len(f) == 0 {
		return rng{}, len(s)
	}
	rest = f[0].end
	for rest < len(s) && isBlank(s[rest]) {
		rest++
	}
	return f[0], rest
}

// flags reads the --name=value words at the start of s and returns where the
// arguments begin. It follows extractBuilderFlags of BuildKit's parser.
func flags(s string, escape rune) (out []rawFlag, rest int) {
	pos := 0
	for {
		for pos < len(s) && unicode.IsSpace(rune(s[pos])) {
			pos++
		}
		if !strings.HasPrefix(s[pos:], "--") {
			return out, pos
		}
		f, end := flagWord(s, pos, escape)
		if f.value == "--" {
			return out, end
		}
		out = append(out, f)
		pos = end
	}
}

// flagWord reads one flag; quotes and escapes are taken away.
func flagWord(s string, pos int, escape rune) (rawFlag, int) {
	var b strings.Builder
	f := rawFlag{rng: rng{start: pos}}
	quote := byte(0)
	for ; pos < len(s); pos++ {
		ch := s[pos]
		switch {
		case rune(ch) == escape:
			if pos+1 < len(s) {
				pos++
				b.WriteByte(s[pos])
			}
		case quote != 0 && ch == quote:
			quote = 0
		case quote != 0:
			b.WriteByte(ch)
		case ch == '\'' || ch == '"':
			quote = ch
		case unicode.IsSpace(rune(ch)):
			f.end, f.value = pos, b.String()
			return f, pos
		default:
			b.WriteByte(ch)
		}
	}
	f.end, f.value = pos, b.String()
	return f, pos
}

// quotedWords splits as ENV, ARG and LABEL do: at white space outside quotes.
// It follows parseWords of BuildKit's parser, without unquoting.
func quotedWords(s string, escape rune) []rng {
	var out []rng
	start, quote := -1, rune(0)
	for pos := 0; pos < len(s); {
		ch, width := utf8.DecodeRuneInString(s[pos:])
		switch {
		case quote == 0 && unicode.IsSpace(ch):
			if start >= 0 {
				out = append(out, rng{start, pos})
				start = -1
			}
			pos += width
			continue
		case start < 0:
			start = pos
		}
		switch {
		case ch == escape && quote != '\'':
			pos += width
			_, width = utf8.DecodeRuneInString(s[pos:])
		case quote != 0 && ch == quote:
			quote = 0
		case quote == 0 && (ch == '\'' || ch == '"'):
			quote = ch
		}
		pos += width
	}
	if start >= 0 {
		out = append(out, rng{start, len(s)})
	}
	return out
}

// jsonStrings returns the elements of a JSON array of strings, each decoded and
// with the place of its content. It reports false for anything else.
func jsonStrings(t text) ([]text, bool) {
	start, _ := trimSpace(t.str)
	var elements []string
	if start == len(t.str) || t.str[start] != '[' || json.Unmarshal([]byte(t.str[start:]), &elements) != nil {
		return nil, false
	}
	out := make([]text, 0, len(elements))
	for pos := start + 1; pos < len(t.str); pos++ {
		if t.str[pos] != '"' {
			continue
		}
		el, end := jsonString(t, pos+1)
		out = append(out, el)
		pos = end
	}
	if len(out) != len(elements) { // null elements
		return nil, false
	}
	return out, true
}

// jsonString decodes the string whose content starts at pos and returns where
// its closing quote stands.
func jsonString(t text, pos int) (text, int) {
	out := builder{text: text{file: t.file}}
	plain := pos
	for pos < len(t.str) && t.str[pos] != '"' {
		if t.str[pos] != '\\' {
			pos++
			continue
		}
		if plain < pos {
			out.join(t.sub(plain, pos))
		}
		end := pos + 2
		for end < len(t.str) && strings.HasPrefix(t.str[pos:], `\u`) && end < pos+6 {
			end++
		}
		var s string
		if json.Unmarshal([]byte(`"`+t.str[pos:min(end, len(t.str))]+`"`), &s) == nil {
			from := t.offset(pos)
			out.addAs(s, from, t.after(min(end, len(t.str))-1)-from)
		}
		pos, plain = end, end
	}
	out.join(t.sub(plain, min(pos, len(t.str))))
	return out.done(), pos
}

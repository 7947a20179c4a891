package dockerfile

import (
	"strings"
	"unicode"
)

// split guesses the commands of a text that is not shell: words between white
// space and the signs ; & | and line feeds, quotes honoured.
func (w *walker) split(t text) {
	var words []argument
	var before *Command
	pipe, stage := -1, 0
	flush := func(sep string) {
		if len(words) > 0 && !w.full() {
			if pipe < 0 {
				pipe, stage = w.newPipe(), 0
			}
			last := words[len(words)-1].At.End.Offset
			cmd := &Command{At: t.file.Span(words[0].At.Start.Offset, last), Pipe: pipe, PipeStage: stage, Dir: w.dir, Holds: Always}
			w.add(cmd)
			w.finishPlain(cmd, words)
			if before != nil {
				before.PipeTo = cmd
			}
			before = cmd
			stage++
		}
		if words = nil; sep != "|" {
			before, pipe = nil, -1
		}
	}
	for pos := 0; pos < len(t.str); {
		switch ch := t.str[pos]; {
		case strings.IndexByte(";\n&", ch) >= 0:
			flush(";")
			pos++
		case ch == '|':
			sep := "|"
			if strings.HasPrefix(t.str[pos:], "||") {
				sep = "||"
			}
			flush(sep)
			pos += len(sep)
		case unicode.IsSpace(rune(ch)):
			pos++
		default:
			end := roughWord(t.str, pos)
			words = append(words, argument{Word: roughValue(t, pos, end), literal: true})
			pos = end
		}
	}
	flush(";")
}

// finishPlain is finish without looking into scripts.
func (w *walker) finishPlain(cmd *Command, words []argument) {
	words = unwrap(cmd, words)
	if len(words) == 0 {
		return
	}
	cmd.Program, cmd.Name = words[0].Word, programName(words[0].Value)
	for _, a := range words[1:] {
		cmd.Args = append(cmd.Args, a.Word)
	}
}

// roughWord returns the end of the word that starts at pos.
func roughWord(s string, pos int) int {
	quote := byte(0)
	for ; pos < len(s); pos++ {
		ch := s[pos]
		switch {
		case quote != 0:
			if ch == quote || ch == '\n' {
				quote = 0
			}
		case ch == '\'' || ch == '"':
			quote = ch
		case unicode.IsSpace(rune(ch)) || strings.IndexByte(";|&", ch) >= 0:
			return pos
		}
	}
	return pos
}

func roughValue(t text, start, end int) Word {
	word := t.word(start, end)
	word.Value = strings.Trim(word.Text, `'"`)
	return word
}

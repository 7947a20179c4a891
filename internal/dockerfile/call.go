package dockerfile

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// argument is a word of a command with what is needed to look inside.
type argument struct {
	Word
	// literal is false where a part of the word is not known.
	literal bool
	// quoted is the content of a word that is one quoted string: a script, for
	// "sh -c". What is substituted in it stands as "$_".
	quoted    text
	hasQuoted bool
}

// call reads one simple command, or assignments alone, which make a Command
// without a name.
func (w *walker) call(x *syntax.CallExpr, c around, doc *rng) outcome {
	cmd := w.command(x.Pos(), x.End(), c)
	words := make([]argument, 0, len(x.Args))
	for _, a := range x.Args {
		words = append(words, w.word(a))
	}
	for _, a := range x.Assigns {
		cmd.Env = append(cmd.Env, w.assign(a, len(words) == 0))
	}
	o := w.substitutions(x, cmd)
	if len(words) > 0 {
		o = outcome{} // the command's own status counts
	}
	o.status = append(o.status, cmd)
	o.status = append(o.status, w.finish(cmd, words)...)
	if doc != nil && isUnixShell(cmd.Name) && readsScript(cmd) {
		o.status = append(o.status, w.inner(w.src.sub(doc.start, doc.end), cmd.Args)...)
	}
	return w.effect(cmd, o)
}

// readsScript reports whether a shell takes its script from standard input.
func readsScript(cmd *Command) bool {
	for _, a := range cmd.Args {
		if !strings.HasPrefix(a.Value, "-") || shellScriptFlag(a.Value) {
			return a.Value == "/dev/stdin"
		}
	}
	return true
}

// declare reads export, declare, local and the like.
func (w *walker) declare(x *syntax.DeclClause, c around) outcome {
	cmd := w.command(x.Pos(), x.End(), c)
	cmd.Name = x.Variant.Value
	cmd.Program = w.slice(x.Variant.Pos(), x.Variant.End())
	for _, a := range x.Args {
		cmd.Args = append(cmd.Args, w.slice(a.Pos(), a.End()))
		if a.Name != nil {
			cmd.Env = append(cmd.Env, w.assign(a, true))
		}
	}
	w.substitutions(x, cmd)
	return outcome{status: []*Command{cmd}}
}

// command starts a Command in its context.
func (w *walker) command(from, to syntax.Pos, c around) *Command {
	cmd := &Command{
		At: w.slice(from, to).At, Pipe: c.pipe, PipeStage: c.stage, Redirects: c.redirects,
		Substituted: c.owner, InProcess: c.inProcess, HereDoc: c.hereDoc, Reads: c.reads, Dir: w.dir, Pipefail: w.pipefail,
	}
	if c.pipe < 0 {
		cmd.Pipe = w.newPipe()
	}
	w.add(cmd)
	return cmd
}

func (w *walker) assign(a *syntax.Assign, keep bool) Pair {
	p := Pair{Key: w.slice(a.Name.Pos(), a.Name.End()), HasValue: !a.Naked}
	if a.Value == nil {
		return p
	}
	value := w.word(a.Value)
	p.Value = value.Word
	if keep {
		w.assigned(p.Key.Text, value.Value, value.literal && !a.Append)
	}
	return p
}

// assigned notes a variable of the script.
func (w *walker) assigned(name, value string, literal bool) {
	if old, ok := w.local[name]; ok && old != value {
		literal = false
	}
	if !literal {
		value = unknown
	}
	w.local[name] = value
}

// unknown marks a variable that has no one value.
const unknown = "\x00"

func (w *walker) lookup(name string) (string, bool) {
	if v, ok := w.local[name]; ok {
		return v, v != unknown
	}
	v, ok := w.env.Get(name)
	return v, ok && !strings.Contains(v, "$")
}

// slice makes a word of a range of the script.
func (w *walker) slice(from, to syntax.Pos) Word {
	start, end := w.bounds(from, to)
	return w.src.word(start, end)
}

func (w *walker) bounds(from, to syntax.Pos) (start, end int) {
	start = min(int(from.Offset()), len(w.src.str))
	return start, min(max(int(to.Offset()), start), len(w.src.str))
}

// word reads a shell word: quotes are taken away, known variables filled in.
func (w *walker) word(x *syntax.Word) argument {
	arg := argument{Word: w.slice(x.Pos(), x.End()), literal: true}
	var b strings.Builder
	for _, p := range x.Parts {
		arg.literal = w.part(&b, p, false) && arg.literal
	}
	arg.Value = b.String()
	arg.quoted, arg.hasQuoted = w.content(x)
	return arg
}

// part appends what one part of a word stands for, and reports whether all of
// it is known; what is not stays as written.
func (w *walker) part(b *strings.Builder, p syntax.WordPart, inQuotes bool) bool {
	switch x := p.(type) {
	case *syntax.Lit:
		b.WriteString(unescape(x.Value, inQuotes))
		return true
	case *syntax.SglQuoted:
		b.WriteString(x.Value)
		return true
	case *syntax.DblQuoted:
		known := true
		for _, q := range x.Parts {
			known = w.part(b, q, true) && known
		}
		return known
	case *syntax.ParamExp:
		written := w.slice(x.Pos(), x.End()).Text
		if x.Param != nil && (written == "$"+x.Param.Value || written == "${"+x.Param.Value+"}") {
			if v, ok := w.lookup(x.Param.Value); ok {
				b.WriteString(v)
				return true
			}
		}
		b.WriteString(written)
		return false
	default:
		b.WriteString(w.slice(p.Pos(), p.End()).Text)
		return false
	}
}

// unescape takes backslashes away as the shell does.
func unescape(s string, inQuotes bool) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (!inQuotes || strings.IndexByte("$`\"\\\n", s[i+1]) >= 0) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// content returns the inside of a word that is one quoted string.
func (w *walker) content(x *syntax.Word) (text, bool) {
	if len(x.Parts) != 1 {
		return text{}, false
	}
	switch q := x.Parts[0].(type) {
	case *syntax.SglQuoted:
		start, end := w.bounds(q.Left, q.Right)
		if q.Dollar {
			start++
		}
		return w.src.sub(min(start+1, end), end), true
	case *syntax.DblQuoted:
		b := builder{text: text{file: w.src.file}}
		for _, p := range q.Parts {
			start, end := w.bounds(p.Pos(), p.End())
			switch p.(type) {
			case *syntax.Lit:
				w.unquote(&b, start, end)
			case *syntax.ParamExp:
				b.join(w.src.sub(start, end))
			default: // already read where it stands
				b.addAs("$_", w.src.offset(start), 0)
			}
		}
		t := b.done()
		return t, t.str != "$_"
	}
	return text{}, false
}

// unquote appends bytes [start, end) of a double-quoted string without the
// backslashes that quote.
func (w *walker) unquote(b *builder, start, end int) {
	s := w.src.str
	for i := start; i < end; i++ {
		if s[i] == '\\' && i+1 < end && strings.IndexByte("$`\"\\", s[i+1]) >= 0 {
			if start < i {
				b.join(w.src.sub(start, i))
			}
			start, i = i+1, i+1
		}
	}
	if start < end {
		b.join(w.src.sub(start, end))
	}
}

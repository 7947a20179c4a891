package dockerfile

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// run reads the shell content of RUN, CMD or ENTRYPOINT.
func (r *reader) run(in *Instruction, node *parser.Node) {
	sc := r.scopes[in.Stage.Index]
	run := &Run{Instruction: in, Parsed: true}
	w := &walker{r: r, run: run, env: sc.env, pipes: new(int), shellState: shellState{dir: sc.dir}}
	if elements, ok := jsonStrings(in.body); ok {
		run.Exec = true
		run.Script = strings.Join(values(in.Args), " ")
		in.Run = run
		w.exec(elements)
		return
	}
	script, interpreter := r.script(in, node)
	in.script = script.str
	if strings.HasPrefix(script.str, "#!") && len(node.Heredocs) > 0 {
		in.script = "/dev/pipes/" + node.Heredocs[0].Name
	}
	if sc.foreign != "" {
		if !sc.told {
			sc.told = true
			r.notAnalysed(in.Span.Start.Line, in.Keyword+" and what follows in this stage is not read as shell: "+sc.foreign)
		}
		return
	}
	run.Script = script.str
	in.Run = run
	if interpreter != "" {
		w.foreign(script, interpreter)
		return
	}
	if line, _, _ := strings.Cut(script.str, "\n"); strings.HasPrefix(line, "#!") {
		w.setWords(strings.Fields(line)[1:])
	} else {
		w.setWords(sc.shell)
	}
	always(w.script(script))
}

func values(words []Word) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.Value
	}
	return out
}

// script returns the text that the shell is given, here-documents included. A
// lone "RUN <<EOF" is the script itself; where it starts with "#!" for a program
// that is no shell, that program's name is the second result.
func (r *reader) script(in *Instruction, node *parser.Node) (text, string) {
	docs := r.hereTexts(node)
	if len(docs) == 0 {
		return in.body, ""
	}
	if parser.MustParseHeredoc(in.body.str) != nil {
		return docs[0].body, interpreter(docs[0].body.str)
	}
	b := builder{text: text{file: r.src}}
	b.join(in.body)
	_, line := joinLines(r.src, node.StartLine, r.escape)
	for ; line <= node.EndLine; line++ {
		start := r.src.PosAt(line, 1).Offset
		b.addAs("\n", start, 0)
		b.add(start, start+len(r.src.Line(line)))
	}
	return b.done(), ""
}

// interpreter returns the program that "#!" names, "" for a shell or for none.
func interpreter(script string) string {
	line, _, _ := strings.Cut(script, "\n")
	line, ok := strings.CutPrefix(line, "#!")
	if !ok {
		return ""
	}
	for _, word := range strings.Fields(line) {
		if name := programName(word); name != "env" && !strings.HasPrefix(word, "-") {
			if isUnixShell(name) {
				return ""
			}
			return name
		}
	}
	return ""
}

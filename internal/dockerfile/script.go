package dockerfile

import (
	"errors"
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// walker collects the commands of a Run.
type walker struct {
	r   *reader
	run *Run
	// env holds the variables of the stage, local those of the script; a local
	// one that is set twice is not known.
	env   *env
	local map[string]string
	pipes *int // pipelines of the Run so far
	depth int  // scripts inside scripts
	src   text // the script that is walked
	shellState
}

// script reads a whole script. The shell's dialect is taken to be bash even for
// sh: what real Dockerfiles give to sh is often more than POSIX has.
func (w *walker) script(t text) (fails []*Command) {
	switch {
	case len(t.str) > MaxScriptBytes:
		w.give(t, 0, fmt.Sprintf("is larger than the limit of %d KiB", MaxScriptBytes>>10))
		return nil
	case nesting(t.str, "({[", ")}]") > MaxNesting:
		w.give(t, 0, fmt.Sprintf("has brackets nested deeper than the limit of %d", MaxNesting))
		return nil
	}
	file, err := w.r.parseShell(t.str)
	if err != nil {
		offset, what := shellError(err)
		w.give(t, offset, "is not shell: "+what)
		return nil
	}
	w.src, w.local = t, map[string]string{}
	o := w.process(func() outcome { return w.stmts(file.Stmts, around{pipe: -1}) })
	return o.status
}

// inner reads a script inside the script, such as the word after "sh -c", and
// returns the commands with which it fails. args are those of its shell.
func (w *walker) inner(t text, args []Word) []*Command {
	if strings.TrimSpace(t.str) == "" {
		return nil
	}
	if w.depth >= MaxScriptDepth {
		w.run.Parsed = false
		w.r.notAnalysed(t.span(0, 0).Start.Line, fmt.Sprintf("%s has scripts inside scripts deeper than the limit of %d; what is below is not read", w.run.Instruction.Keyword, MaxScriptDepth))
		return nil
	}
	deeper := *w
	deeper.depth++
	deeper.errexit, deeper.pipefail = false, false
	deeper.set(args)
	return deeper.script(t)
}

// give notes that a script was not parsed and splits it roughly instead.
func (w *walker) give(t text, offset int, why string) {
	line := t.span(offset, offset+1).Start.Line
	w.r.notAnalysed(line, w.run.Instruction.Keyword+" "+why+"; its commands were only guessed")
	w.run.Parsed = false
	w.split(t)
}

// parseShell keeps one parser for all scripts of the file, save after a panic.
func (r *reader) parseShell(script string) (f *syntax.File, err error) {
	defer func() {
		if v := recover(); v != nil {
			r.shell = nil
			f, err = nil, fmt.Errorf("the shell parser panicked: %v", v)
		}
	}()
	if r.shell == nil {
		r.shell = syntax.NewParser(syntax.Variant(syntax.LangBash))
	}
	return r.shell.Parse(strings.NewReader(script), "")
}

// shellError returns the place and the words of a shell parser's error.
func shellError(err error) (int, string) {
	var p syntax.ParseError
	var l syntax.LangError
	switch {
	case errors.As(err, &p):
		return int(p.Pos.Offset()), p.Text
	case errors.As(err, &l):
		return int(l.Pos.Offset()), l.Feature + " is not supported"
	}
	return 0, err.Error()
}

// full reports whether the file has as many commands as are taken.
func (w *walker) full() bool {
	if w.r.commands < MaxCommands {
		return false
	}
	if w.run.Parsed {
		w.run.Parsed = false
		w.r.notAnalysed(w.run.Instruction.Span.Start.Line, fmt.Sprintf("more than the limit of %d commands; those from here on are not checked", MaxCommands))
	}
	return true
}

// add takes a command into the Run.
func (w *walker) add(c *Command) {
	w.r.commands++
	c.Inner = w.depth > 0
	w.run.Commands = append(w.run.Commands, c)
}

// foreign records a here-document that another program runs.
func (w *walker) foreign(t text, program string) {
	w.add(&Command{At: t.span(0, len(t.str)), Program: t.word(0, 0), Name: program, HereDoc: t.str, Dir: w.dir, Holds: Always})
}

// exec reads the JSON form: one command without a shell, unless it calls one.
func (w *walker) exec(elements []text) {
	if len(elements) == 0 {
		return
	}
	words := make([]argument, len(elements))
	for i, el := range elements {
		words[i] = argument{Word: el.word(0, len(el.str)), literal: true, quoted: el, hasQuoted: true}
	}
	body := w.run.Instruction.body
	cmd := &Command{At: body.span(0, len(body.str)), Pipe: w.newPipe(), Dir: w.dir}
	w.add(cmd)
	always(append(w.finish(cmd, words), cmd))
}

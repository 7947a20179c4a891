package dockerfile

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// around is what surrounds a statement.
type around struct {
	pipe, stage int // pipe is -1 outside a pipeline
	owner       *Command
	inProcess   bool
	redirects   []Word
	reads       []Word
	hereDoc     string
}

func (w *walker) stmts(list []*syntax.Stmt, c around) outcome {
	var all outcome
	for i, s := range list {
		all = w.after(all, w.stmt(s, c), i == len(list)-1)
	}
	return all
}

func (w *walker) stmt(s *syntax.Stmt, c around) outcome {
	if s == nil || w.full() {
		return outcome{}
	}
	first := len(w.run.Commands)
	doc := w.redirects(s, &c)
	if _, simple := s.Cmd.(*syntax.CallExpr); !simple {
		c.hereDoc = "" // it is read by one of many
	}
	var o outcome
	switch cmd := s.Cmd.(type) {
	case *syntax.CallExpr:
		o = w.call(cmd, c, doc)
	case *syntax.DeclClause:
		o = w.declare(cmd, c)
	case *syntax.BinaryCmd:
		switch cmd.Op {
		case syntax.Pipe, syntax.PipeAll:
			o = w.pipeline(s, c)
		case syntax.AndStmt:
			x := w.stmt(cmd.X, c)
			o = x.and(w.stmt(cmd.Y, c))
		default:
			x := w.stmt(cmd.X, c)
			before := len(w.run.Commands)
			o = x.or(w.stmt(cmd.Y, c), before)
		}
	default:
		o = w.compound(s.Cmd, c)
	}
	var owner *Command
	if first < len(w.run.Commands) {
		owner = w.run.Commands[first]
	}
	for _, rd := range s.Redirs {
		w.substitutions(rd.Word, owner)
		if rd.Hdoc != nil {
			w.substitutions(rd.Hdoc, owner)
		}
	}
	switch {
	case s.Background:
		return outcome{}
	case s.Negated:
		return outcome{inverse: append(o.status, o.tested...), exits: o.exits}
	}
	return o
}

// compound reads the statements that hold others.
func (w *walker) compound(cmd syntax.Command, c around) outcome {
	switch x := cmd.(type) {
	case nil:
	case *syntax.Subshell:
		return w.process(func() outcome { return w.stmts(x.Stmts, c) })
	case *syntax.Block:
		return w.stmts(x.Stmts, c)
	case *syntax.IfClause:
		return w.branches(x, c)
	case *syntax.WhileClause:
		cond := w.stmts(x.Cond, c)
		body := w.stmts(x.Do, c)
		body.exits = append(body.exits, cond.exits...)
		if x.Until { // it goes on until this succeeds
			body.exits = append(body.exits, cond.status...)
		}
		return body
	case *syntax.ForClause:
		if loop, ok := x.Loop.(*syntax.WordIter); ok {
			w.assigned(loop.Name.Value, "", false)
		}
		w.substitutions(x.Loop, nil)
		return w.stmts(x.Do, c)
	case *syntax.CaseClause:
		w.substitutions(x.Word, nil)
		var all outcome
		for _, item := range x.Items {
			all = all.either(w.stmts(item.Stmts, c))
		}
		return all
	case *syntax.FuncDecl:
		body := w.stmt(x.Body, c)
		return outcome{exits: slices.Concat(body.status, body.tested, body.exits)} // its callers care, it is taken
	case *syntax.TimeClause:
		return w.stmt(x.Stmt, c)
	case *syntax.CoprocClause:
		w.stmt(x.Stmt, c)
	case *syntax.TestClause:
		return w.test(x, c)
	default: // (( … )), let: only what is substituted runs anything
		w.substitutions(x, nil)
	}
	return outcome{}
}

// test reads [[ … ]] as a command of that name.
func (w *walker) test(x *syntax.TestClause, c around) outcome {
	cmd := w.command(x.Pos(), x.End(), c)
	cmd.Name, cmd.Program = "[[", w.slice(x.Left, x.Left)
	syntax.Walk(x.X, func(n syntax.Node) bool {
		if word, ok := n.(*syntax.Word); ok {
			cmd.Args = append(cmd.Args, w.word(word).Word)
			return false
		}
		return true
	})
	w.substitutions(x, cmd)
	o := outcome{status: []*Command{cmd}}
	if b, ok := x.X.(*syntax.BinaryTest); ok && b.Op == syntax.TsNoMatch {
		o.inverse = o.status
	}
	return o
}

// pipeline reads a | b | c and connects the commands of its parts.
func (w *walker) pipeline(s *syntax.Stmt, c around) outcome {
	var parts []*syntax.Stmt
	for {
		b, ok := s.Cmd.(*syntax.BinaryCmd)
		if !ok || b.Op != syntax.Pipe && b.Op != syntax.PipeAll {
			break
		}
		parts = append(parts, b.Y)
		s = b.X
	}
	parts = append(parts, s)
	c.pipe = w.newPipe()
	var before []*Command
	var all outcome
	for i := len(parts) - 1; i >= 0; i-- {
		c.stage = len(parts) - 1 - i
		start := len(w.run.Commands)
		o := w.process(func() outcome { return w.stmt(parts[i], c) })
		if i == 0 || w.pipefail {
			all.status = append(all.status, o.status...)
			all.ends = o.ends
		}
		var own []*Command
		for _, cmd := range w.run.Commands[start:] {
			if cmd.Pipe == c.pipe && cmd.PipeStage == c.stage {
				own = append(own, cmd)
			}
		}
		if len(own) > 0 {
			for _, cmd := range before {
				cmd.PipeTo = own[0]
			}
		}
		before = own
	}
	return all
}

func (w *walker) newPipe() int {
	*w.pipes++
	return *w.pipes - 1
}

// redirects adds a statement's output files and here-document to the context,
// and returns the place of the here-document in the script.
func (w *walker) redirects(s *syntax.Stmt, c *around) *rng {
	var doc *rng
	for _, rd := range s.Redirs {
		switch rd.Op {
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
			if rd.N == nil || rd.N.Value == "1" {
				c.redirects = append(c.redirects[:len(c.redirects):len(c.redirects)], w.word(rd.Word).Word)
			}
		case syntax.RdrIn:
			c.reads = append(c.reads[:len(c.reads):len(c.reads)], w.word(rd.Word).Word)
		case syntax.Hdoc, syntax.DashHdoc:
			if rd.Hdoc != nil && len(rd.Hdoc.Parts) > 0 {
				start, end := w.hereBody(rd)
				doc, c.hereDoc = &rng{start, end}, w.src.str[start:end]
			}
		case syntax.WordHdoc:
			c.hereDoc = w.word(rd.Word).Value
		}
	}
	return doc
}

// hereBody returns where the body of a here-document stands in the script. The
// parser's end may lie behind the line that closes it.
func (w *walker) hereBody(rd *syntax.Redirect) (start, end int) {
	start, end = w.bounds(rd.Hdoc.Pos(), rd.Hdoc.End())
	body := w.src.str[start:end]
	last := strings.LastIndexByte(strings.TrimSuffix(body, "\n"), '\n') + 1
	if strings.TrimSpace(body[last:]) == w.word(rd.Word).Value {
		end = start + last
	}
	return start, end
}

// substitutions reads the commands inside $(…), `…`, <(…) of a node. The outcome
// is that of the last $(…).
func (w *walker) substitutions(n syntax.Node, owner *Command) (last outcome) {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch x := n.(type) {
		case *syntax.CmdSubst:
			last = w.process(func() outcome { return w.stmts(x.Stmts, around{pipe: -1, owner: owner}) })
			return false
		case *syntax.ProcSubst:
			w.process(func() outcome { return w.stmts(x.Stmts, around{pipe: -1, owner: owner, inProcess: true}) })
			return false
		}
		return true
	})
	return last
}

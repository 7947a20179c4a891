package dockerfile

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// around is what surrounds a statement.
type around struct {
	pipe, stage int // pipe is -1 outside a pipeline
	owner       *Command
	inProcess   bool
	redirects   []Word
	hereDoc     string
}

func (w *walker) stmts(list []*syntax.Stmt, c around) {
	for _, s := range list {
		w.stmt(s, c)
	}
}

func (w *walker) stmt(s *syntax.Stmt, c around) {
	if s == nil || w.full() {
		return
	}
	first := len(w.run.Commands)
	doc := w.redirects(s, &c)
	if _, simple := s.Cmd.(*syntax.CallExpr); !simple {
		c.hereDoc = "" // it is read by one of many
	}
	switch cmd := s.Cmd.(type) {
	case *syntax.CallExpr:
		w.call(cmd, c, doc)
	case *syntax.DeclClause:
		w.declare(cmd, c)
	case *syntax.BinaryCmd:
		if cmd.Op == syntax.Pipe || cmd.Op == syntax.PipeAll {
			w.pipeline(s, c)
		} else {
			w.stmt(cmd.X, c)
			w.stmt(cmd.Y, c)
		}
	default:
		w.compound(s.Cmd, c)
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
}

// compound reads the statements that hold others.
func (w *walker) compound(cmd syntax.Command, c around) {
	switch x := cmd.(type) {
	case nil:
	case *syntax.Subshell:
		w.stmts(x.Stmts, c)
	case *syntax.Block:
		w.stmts(x.Stmts, c)
	case *syntax.IfClause:
		for ; x != nil; x = x.Else {
			w.stmts(x.Cond, c)
			w.stmts(x.Then, c)
		}
	case *syntax.WhileClause:
		w.stmts(x.Cond, c)
		w.stmts(x.Do, c)
	case *syntax.ForClause:
		if loop, ok := x.Loop.(*syntax.WordIter); ok {
			w.assigned(loop.Name.Value, "", false)
		}
		w.substitutions(x.Loop, nil)
		w.stmts(x.Do, c)
	case *syntax.CaseClause:
		w.substitutions(x.Word, nil)
		for _, item := range x.Items {
			w.stmts(item.Stmts, c)
		}
	case *syntax.FuncDecl:
		w.stmt(x.Body, c)
	case *syntax.TimeClause:
		w.stmt(x.Stmt, c)
	case *syntax.CoprocClause:
		w.stmt(x.Stmt, c)
	default: // [[ … ]], (( … )), let: only what is substituted runs anything
		w.substitutions(x, nil)
	}
}

// pipeline reads a | b | c and connects the commands of its parts.
func (w *walker) pipeline(s *syntax.Stmt, c around) {
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
	for i := len(parts) - 1; i >= 0; i-- {
		c.stage = len(parts) - 1 - i
		start := len(w.run.Commands)
		w.stmt(parts[i], c)
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

// substitutions reads the commands inside $(…), `…`, <(…) of a node.
func (w *walker) substitutions(n syntax.Node, owner *Command) {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch x := n.(type) {
		case *syntax.CmdSubst:
			w.stmts(x.Stmts, around{pipe: -1, owner: owner})
			return false
		case *syntax.ProcSubst:
			w.stmts(x.Stmts, around{pipe: -1, owner: owner, inProcess: true})
			return false
		}
		return true
	})
}

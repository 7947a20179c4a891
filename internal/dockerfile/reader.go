package dockerfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"mvdan.cc/sh/v3/syntax"
)

// reader turns BuildKit's syntax tree into a File.
type reader struct {
	src     *source.File
	file    *File
	escape  rune
	lex     lexer
	globals *env
	scopes  []*scope // by stage index, as they are at the stage's end
	shell   *syntax.Parser
	lint    *linter.Linter
	// commands counts those of all RUNs.
	commands int
	// exhausted is true once the limit on what variables add was said.
	exhausted bool
}

func newReader(f *source.File) *reader {
	return &reader{src: f, globals: platformArgs(), lint: linter.New(&linter.Config{}), file: &File{Source: f}}
}

// escaped sets the escape character.
func (r *reader) escaped(escape rune) {
	r.escape, r.file.Escape, r.lex = escape, escape, newLexer(escape)
}

func (r *reader) notAnalysed(line int, reason string) { r.file.notAnalysed(line, reason) }

func (f *File) notAnalysed(line int, reason string) {
	f.NotAnalysed = append(f.NotAnalysed, source.NotAnalysed{Path: f.Source.Path, Line: line, Reason: reason, Concern: source.ConcernDockerfile})
}

// node reads one top-level node: an ARG before the first FROM, a FROM, or an
// instruction of the current stage.
func (r *reader) node(node *parser.Node) {
	if err := validate(node, r.lint); err != nil {
		if known(node.Value) || r.file.OfficialSyntax() { // another frontend may know it, which was said
			r.notAnalysed(node.StartLine, "instruction is not understood in full: "+err.Error())
		}
		if !known(node.Value) {
			return
		}
	}
	in := r.instruction(node)
	defer r.sayExhausted(in)
	switch {
	case in.Keyword == "FROM" && !in.OnBuild:
		r.stage(in)
	case len(r.file.Stages) == 0 && in.Keyword == "ARG":
		r.arguments(in, r.globals)
		r.file.Args = append(r.file.Args, in)
	default:
		if len(r.file.Stages) == 0 {
			r.implicitStage(in.Span.Start.Offset)
		}
		s := r.file.Stages[len(r.file.Stages)-1]
		in.Stage = s
		r.arguments(in, r.scopes[s.Index].env)
		r.effects(in, node)
		s.Instructions = append(s.Instructions, in)
	}
}

// sayExhausted notes the instruction from which on variables are not followed.
func (r *reader) sayExhausted(in *Instruction) {
	if r.lex.exhausted() && !r.exhausted {
		r.exhausted = true
		r.notAnalysed(in.Span.Start.Line, fmt.Sprintf("variables add more than the limit of %d MiB to the file; from here on they are not followed", MaxExpandedBytes>>20))
	}
}

// known reports whether BuildKit has an instruction of that name. One with wrong
// flags or arguments is still read as far as it goes.
func known(keyword string) bool {
	_, ok := command.Commands[strings.ToLower(keyword)]
	return ok
}

// instruction reads places, keyword and flags; the rest of the text is the body.
func (r *reader) instruction(node *parser.Node) *Instruction {
	t, _ := joinLines(r.src, node.StartLine, r.escape)
	if t.str != node.Original {
		r.notAnalysed(node.StartLine, "columns of this instruction could not be told; lines are right")
	}
	t = t.trim()
	in := &Instruction{Span: r.instructionSpan(t, node)}
	kw, rest := keyword(t.str)
	if strings.EqualFold(t.str[kw.start:kw.end], "ONBUILD") {
		in.OnBuild = true
		t = t.sub(rest, len(t.str))
		kw, rest = keyword(t.str)
	}
	in.Keyword = strings.ToUpper(t.str[kw.start:kw.end])
	in.KeywordAt = t.span(kw.start, kw.end)
	raw, argStart := flags(t.str[rest:], r.escape)
	for _, f := range raw {
		in.Flags = append(in.Flags, newFlag(t.sub(rest+f.start, rest+f.end), f.value))
	}
	in.body = t.sub(rest+argStart, len(t.str)).trim()
	return in
}

func (r *reader) instructionSpan(t text, node *parser.Node) source.Span {
	span := t.span(0, len(t.str))
	if len(node.Heredocs) == 0 {
		return span
	}
	end := r.src.PosAt(node.EndLine, 1).Offset
	return r.src.Span(span.Start.Offset, end+len(r.src.Line(node.EndLine)))
}

func newFlag(t text, value string) Flag {
	f := Flag{At: t.span(0, len(t.str))}
	f.Name, f.Value, _ = strings.Cut(strings.TrimPrefix(value, "--"), "=")
	f.Name = strings.ToLower(f.Name)
	if i := strings.IndexByte(t.str, '='); i >= 0 {
		f.ValueAt = t.span(i+1, len(t.str))
	}
	return f
}

// Flag returns the first flag of a name.
func (in *Instruction) Flag(name string) (Flag, bool) {
	i := slices.IndexFunc(in.Flags, func(f Flag) bool { return f.Name == name })
	if i < 0 {
		return Flag{}, false
	}
	return in.Flags[i], true
}

// stage opens a new stage.
func (r *reader) stage(in *Instruction) {
	s := &Stage{File: r.file, Index: len(r.file.Stages), From: in}
	in.Stage = s
	sc := &scope{env: &env{}}
	if p, ok := in.Flag("platform"); ok {
		s.Platform, s.PlatformAt = p.Value, p.ValueAt
		s.PlatformValue = r.lex.expand(p.Value, r.globals)
	}
	args := in.body.words(fields(in.body.str))
	for i := range args {
		args[i].Value = r.lex.expand(args[i].Text, r.globals)
	}
	in.Args = args
	if len(args) == 3 && strings.EqualFold(args[1].Text, "AS") {
		s.Name = strings.ToLower(args[2].Text)
	}
	s.Base.At = in.KeywordAt
	if len(args) > 0 {
		value, missing := r.lex.resolve(args[0].Text, r.globals)
		s.Base = newReference(args[0].At, args[0].Text, value, missing)
		if p := r.stageNamed(value); p != nil {
			s.Base.Stage, s.Parent = p, p
			sc = r.scopes[p.Index].child()
		}
	}
	sc.windows(s.Base)
	r.file.Stages = append(r.file.Stages, s)
	r.scopes = append(r.scopes, sc)
}

// implicitStage opens a stage for instructions that no FROM stands above: they
// are judged, though no builder would build them. The build arguments above it
// count as its own.
func (r *reader) implicitStage(offset int) {
	s := &Stage{File: r.file, Index: len(r.file.Stages), Implicit: true}
	at := r.src.Span(offset, offset)
	s.From = &Instruction{Stage: s, Keyword: "FROM", Span: at, KeywordAt: at, EmptyLayer: true}
	s.Base.At = at
	sc := &scope{env: &env{}}
	for _, in := range r.file.Args {
		r.define(in, sc.env)
	}
	r.file.Stages = append(r.file.Stages, s)
	r.scopes = append(r.scopes, sc)
}

// stageNamed returns the latest stage of a name.
func (r *reader) stageNamed(name string) *Stage {
	for _, s := range slices.Backward(r.file.Stages) {
		if s.Name != "" && strings.EqualFold(s.Name, name) {
			return s
		}
	}
	return nil
}

// stageRef returns the stage that --from or from= names, by name or index.
func (r *reader) stageRef(text string) *Stage {
	if s := r.stageNamed(text); s != nil {
		return s
	}
	if i, err := strconv.Atoi(text); err == nil && i >= 0 && i < len(r.file.Stages) && !r.file.Stages[i].Implicit {
		return r.file.Stages[i]
	}
	return nil
}

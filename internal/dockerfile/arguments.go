package dockerfile

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// words makes words of ranges, with their text as value.
func (t text) words(ranges []rng) []Word {
	out := make([]Word, 0, len(ranges))
	for _, g := range ranges {
		out = append(out, t.word(g.start, g.end))
	}
	return out
}

func (t text) word(start, end int) Word {
	return Word{At: t.span(start, end), Text: t.str[start:end], Value: t.str[start:end]}
}

// arguments splits the body of an instruction into words and pairs, by the
// grammar of its keyword, and fills in the variables that are known.
func (r *reader) arguments(in *Instruction, e *env) {
	t := in.body
	switch in.Keyword {
	case "ENV", "LABEL", "ARG":
		in.Pairs = r.pairs(in.Keyword, t)
	case "USER", "WORKDIR", "STOPSIGNAL", "MAINTAINER":
		if t.str != "" {
			in.Args = []Word{t.word(0, len(t.str))}
		}
	case "COPY", "ADD", "VOLUME", "CMD", "ENTRYPOINT", "SHELL", "RUN":
		if elements, ok := jsonStrings(t); ok {
			in.JSON = true
			for _, el := range elements {
				in.Args = append(in.Args, el.word(0, len(el.str)))
			}
		} else if in.Keyword != "RUN" {
			in.Args = t.words(fields(t.str))
		}
	default:
		in.Args = t.words(fields(t.str))
	}
	switch in.Keyword {
	case "RUN", "CMD", "ENTRYPOINT", "SHELL", "HEALTHCHECK", "MAINTAINER":
		return // these are not expanded by the builder
	}
	for i := range in.Args {
		in.Args[i].Value = r.lex.expand(in.Args[i].Text, e)
	}
	for i := range in.Pairs {
		p := &in.Pairs[i]
		p.Key.Value, p.Value.Value = r.lex.expand(p.Key.Text, e), r.lex.expand(p.Value.Text, e)
	}
	r.define(in, e)
}

// pairs reads KEY=value … and the old form KEY value.
func (r *reader) pairs(keyword string, t text) []Pair {
	ranges := quotedWords(t.str, r.escape)
	var out []Pair
	for _, g := range ranges {
		eq := strings.IndexByte(t.str[g.start:g.end], '=')
		switch {
		case eq >= 0:
			out = append(out, Pair{Key: t.word(g.start, g.start+eq), Value: t.word(g.start+eq+1, g.end), HasValue: true})
		case keyword == "ARG":
			out = append(out, Pair{Key: t.word(g.start, g.end), Value: t.word(g.end, g.end)})
		default: // the whole rest is the value
			key := fields(t.str)[0]
			rest, _ := trimSpace(t.str[key.end:])
			return []Pair{{Key: t.word(key.start, key.end), Value: t.word(key.end+rest, len(t.str)), HasValue: true}}
		}
	}
	return out
}

// define makes the variables of ENV and ARG known to what follows.
func (r *reader) define(in *Instruction, e *env) {
	if in.OnBuild {
		return
	}
	for _, p := range in.Pairs {
		name := p.Key.Value
		switch {
		case in.Keyword == "ENV", in.Keyword == "ARG" && p.HasValue:
			if !e.set(name, p.Value.Value) && strings.Contains(p.Value.Text, "$") {
				r.notAnalysed(p.Key.At.Start.Line, fmt.Sprintf("the value of %s is longer than the limit of %d KiB and is not followed", name, MaxValueBytes>>10))
			}
		case in.Keyword == "ARG" && in.Stage != nil:
			// Declared again inside a stage: the value from before the first FROM.
			if v, ok := r.globals.Get(name); ok && !platform(name) {
				e.set(name, v)
			}
		}
	}
}

// platform reports whether a variable is one that BuildKit sets by platform: in
// a stage its value is not known.
func platform(name string) bool {
	rest, build := strings.CutPrefix(name, "BUILD")
	if !build {
		rest, build = strings.CutPrefix(name, "TARGET")
	}
	return build && slices.Contains([]string{"PLATFORM", "OS", "ARCH", "VARIANT", "OSVERSION", "STAGE"}, rest)
}

// mount reads a --mount flag, which is one line of CSV.
func (r *reader) mount(f Flag, e *env) Mount {
	m := Mount{At: f.At, Type: "bind", Options: map[string]string{}}
	options, err := csv.NewReader(strings.NewReader(f.Value)).Read()
	if err != nil {
		return m
	}
	for _, o := range options {
		key, value, _ := strings.Cut(o, "=")
		key, value = strings.ToLower(strings.TrimSpace(key)), r.lex.expand(value, e)
		m.Options[key] = value
		switch key {
		case "type":
			m.Type = value
		case "target", "dst", "destination":
			m.Target = value
		case "from":
			_, written, _ := strings.Cut(o, "=")
			ref := r.imageRef(f, written, e)
			m.From = &ref
		}
	}
	return m
}

// imageRef makes a reference of (a part of) a flag's value.
func (r *reader) imageRef(f Flag, written string, e *env) Reference {
	at := f.ValueAt
	if i := partOf(at.Text(), written); i >= 0 {
		start := at.Start.Offset + i
		at = r.src.Span(start, start+len(written))
	}
	value, missing := r.lex.resolve(written, e)
	return newReference(at, written, value, missing)
}

// partOf returns where the reference stands in a flag's value, which is the
// reference itself or a mount's options ("from=a,target=/a"); -1 where that is not
// certain.
func partOf(value, written string) int {
	if written == "" {
		return -1
	}
	if i := strings.Index(value, "from="+written); i >= 0 {
		return i + len("from=")
	}
	if strings.Count(value, written) != 1 {
		return -1
	}
	return strings.Index(value, written)
}

// effects reads what a keyword means to its stage: references, here-documents,
// the shell, and shell content.
func (r *reader) effects(in *Instruction, node *parser.Node) {
	e := r.scopes[in.Stage.Index]
	if in.shell = e.shell; in.shell == nil {
		in.shell = []string{"/bin/sh", "-c"}
	}
	switch in.Keyword {
	case "COPY", "ADD":
		if f, ok := in.Flag("from"); ok && f.Value != "" {
			ref := r.imageRef(f, f.Value, e.env)
			in.From = &ref
		}
		in.HereDocs = r.hereDocs(node)
	case "SHELL":
		if !in.OnBuild {
			e.setShell(in)
		}
	case "RUN":
		for _, f := range in.Flags {
			if f.Name == "mount" {
				in.Mounts = append(in.Mounts, r.mount(f, e.env))
			}
		}
		r.run(in, node)
	case "CMD", "ENTRYPOINT":
		r.run(in, node)
	case "WORKDIR":
		if len(in.Args) > 0 && !in.OnBuild {
			e.dir = Join(e.dir, in.Args[0].Value)
		}
	}
}

// hereDocs reads the inline files that follow an instruction.
func (r *reader) hereDocs(node *parser.Node) []HereDoc {
	var out []HereDoc
	for _, d := range r.hereTexts(node) {
		out = append(out, HereDoc{Name: d.name, Text: d.body.str, At: d.body.span(0, len(d.body.str))})
	}
	return out
}

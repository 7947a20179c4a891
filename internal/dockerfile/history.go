package dockerfile

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// How builders write an instruction into the history of an image:
//
//   - BuildKit: commitToHistory and its callers in dockerfile2llb/convert.go
//     ("RUN |1 A=b /bin/sh -c x # buildkit", "COPY a b # buildkit", "ENV A=b");
//   - the classic builder and buildah: "/bin/sh -c x", and "#(nop)" before
//     instructions that run nothing, with a checksum in place of COPY's sources;
//   - kaniko: the instruction as written.
//
// Forms are compared after white space is collapsed.

// emptyLayer reports whether the instruction makes no layer.
func (in *Instruction) emptyLayer() bool {
	switch in.Keyword {
	case "RUN", "COPY", "ADD":
		return in.OnBuild
	case "WORKDIR":
		return in.OnBuild || len(in.Args) == 1 && path.Clean(in.Args[0].Value) == "/"
	default:
		return true
	}
}

// CreatedBy returns the texts that builders write as created_by into the image
// history for the instruction (BuildKit, classic builder), ARG defaults filled
// in, with * for what cannot be known, such as checksums and build arguments.
// MatchesHistory compares more tolerantly.
func (in *Instruction) CreatedBy() []string {
	if in.Keyword == "FROM" {
		return nil
	}
	var out []string
	for i, form := range in.forms(func(w Word) string { return w.Value }) {
		form = strings.ReplaceAll(form, wild, "*")
		switch {
		case i == 0 && in.Keyword == "RUN":
			out = append(out, form+" # buildkit", strings.TrimPrefix(form, "RUN "))
		case i == 0 && (in.Keyword == "COPY" || in.Keyword == "ADD"):
			out = append(out, form+" # buildkit")
		default:
			out = append(out, form, "/bin/sh -c #(nop) "+form)
		}
	}
	return out
}

// MatchesHistory reports whether a builder may have written createdBy for the
// instruction, whatever the build arguments were. It keeps what it works out at
// its first call, which is while facts are loaded.
func (in *Instruction) MatchesHistory(createdBy string) bool {
	if in.patterns == nil && in.Keyword != "FROM" && in.Stage != nil {
		lex := newLexer(in.Stage.File.Escape)
		in.patterns = in.forms(func(w Word) string { return lex.expand(w.Text, anything{}) })
	}
	text := canonicalHistory(createdBy)
	return slices.ContainsFunc(in.patterns, func(p string) bool {
		if like(p, text) {
			return true
		}
		// Build arguments stand before the command, and may hold anything.
		rest, isRun := strings.CutPrefix(p, "RUN ")
		return isRun && strings.HasPrefix(text, "RUN |") && strings.HasSuffix(text, " "+rest)
	})
}

// forms returns the canonical texts for the instruction, the usual one first.
func (in *Instruction) forms(value func(Word) string) []string {
	words := make([]string, len(in.Args))
	for i, w := range in.Args {
		words[i] = value(w)
	}
	joined := strings.Join(words, " ")
	var out []string
	switch in.Keyword {
	case "RUN":
		out = in.runForms(words)
	case "COPY", "ADD":
		out = in.copyForms(words, value)
	case "ENV", "LABEL":
		var pairs []string
		for _, p := range in.Pairs {
			pairs = append(pairs, value(p.Key)+"="+value(p.Value))
		}
		out = []string{in.Keyword + " " + strings.Join(pairs, " ")}
	case "ARG":
		out = in.argForms()
	case "WORKDIR":
		out = []string{"WORKDIR " + workdir(joined)}
	case "VOLUME", "SHELL":
		out = []string{fmt.Sprintf("%s %v", in.Keyword, words)}
	case "CMD", "ENTRYPOINT":
		if !in.JSON {
			words = append(slices.Clone(in.shell), in.body.str)
		}
		out = []string{fmt.Sprintf("%s %q", in.Keyword, words)}
	case "HEALTHCHECK":
		out = []string{"HEALTHCHECK " + wild}
	default:
		out = []string{in.Keyword + " " + joined}
	}
	for i := range out {
		if in.OnBuild {
			out[i] = "ONBUILD " + in.Keyword + " " + in.body.str
		}
		out[i] = normalHistory(out[i])
	}
	return slices.Compact(out)
}

func (in *Instruction) runForms(words []string) []string {
	if in.JSON {
		return []string{"RUN " + strings.Join(words, " ")}
	}
	return []string{"RUN " + strings.Join(in.shell, " ") + " " + in.script, "RUN " + in.script}
}

// copyForms returns BuildKit's text, the one with a checksum, and the written one.
func (in *Instruction) copyForms(words []string, value func(Word) string) []string {
	if len(words) == 0 {
		return nil
	}
	dest := words[len(words)-1]
	var sources, docs []string
	for _, w := range words[:len(words)-1] {
		if d := parser.MustParseHeredoc(w); d != nil {
			docs = append(docs, "<<"+d.Name)
		} else {
			sources = append(sources, w)
		}
	}
	rest := strings.Join(append(append(sources, docs...), dest), " ")
	var marks []string
	for _, name := range []string{"parents", "chown", "chmod"} {
		if f, ok := in.Flag(name); ok && f.Value == "" {
			marks = append(marks, "--"+name)
		} else if ok {
			marks = append(marks, "--"+name+"="+value(Word{Text: f.Value, Value: f.Value}))
		}
	}
	first := strings.Join(append(append([]string{in.Keyword}, marks...), rest), " ")
	target := dest
	if !strings.HasPrefix(dest, "/") {
		target = wild // the classic builder may have made it absolute
	}
	return []string{first, in.Keyword + " " + wild + ":" + wild + " in " + target, in.Keyword + " --" + wild + " " + rest}
}

// argForms returns what ARG is written as: its value may come from outside.
func (in *Instruction) argForms() []string {
	bare, given := []string{"ARG"}, []string{"ARG"}
	for _, p := range in.Pairs {
		bare = append(bare, p.Key.Text)
		given = append(given, p.Key.Text+"="+wild)
	}
	return []string{strings.Join(given, " "), strings.Join(bare, " ")}
}

// workdir is the absolute path that builders write; where it is relative, what
// it is joined to is not looked up.
func workdir(dir string) string {
	switch {
	case strings.HasPrefix(dir, "/"):
		return path.Clean(dir)
	case strings.HasPrefix(dir, wild):
		return dir
	}
	return wild + "/" + path.Clean(dir)
}

// canonicalHistory brings a created_by of any builder into the form of forms.
func canonicalHistory(createdBy string) string {
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(createdBy), "# buildkit"))
	if i := strings.Index(s, "#(nop)"); i >= 0 {
		return normalHistory(s[i+len("#(nop)"):])
	}
	first, _, _ := strings.Cut(s, " ")
	if _, ok := command.Commands[strings.ToLower(first)]; !ok || first != strings.ToUpper(first) {
		s = "RUN " + s
	}
	return normalHistory(s)
}

var exposeNoise = strings.NewReplacer("map[", " ", "[", " ", "]", " ", ":{}", " ")

// listComma is the comma between quoted words, which some builders leave out.
var listComma = lazyregexp.New(`",\s*"`)

// normalHistory collapses white space and the ways in which lists are written.
func normalHistory(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	keyword, rest, _ := strings.Cut(s, " ")
	switch keyword {
	case "EXPOSE":
		ports := strings.Fields(exposeNoise.Replace(rest))
		var all []string
		for _, p := range ports {
			all = append(all, eachPort(p)...)
		}
		slices.Sort(all)
		return "EXPOSE " + strings.Join(slices.Compact(all), " ")
	case "CMD", "ENTRYPOINT":
		return listComma.ReplaceAllString(s, `" "`)
	}
	return s
}

// eachPort writes a port with its protocol, and each of a range: builders do.
// A port of the host before it is left out.
func eachPort(word string) []string {
	port, proto, ok := strings.Cut(word[strings.LastIndexByte(word, ':')+1:], "/")
	if !ok {
		proto = "tcp"
	}
	first, last, isRange := strings.Cut(port, "-")
	low, errLow := strconv.Atoi(first)
	high, errHigh := strconv.Atoi(last)
	if !isRange || errLow != nil || errHigh != nil || high < low || high > 1<<16-1 || low < 0 {
		return []string{port + "/" + proto}
	}
	var out []string
	for p := low; p <= high; p++ {
		out = append(out, strconv.Itoa(p)+"/"+proto)
	}
	return out
}

// like reports whether text fits a pattern in which wild stands for anything.
func like(pattern, text string) bool {
	parts := strings.Split(pattern, wild)
	if len(parts) == 1 {
		return pattern == text
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(text, first) || !strings.HasSuffix(text[len(first):], last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(text, p)
		if i < 0 {
			return false
		}
		text = text[i+len(p):]
	}
	return true
}

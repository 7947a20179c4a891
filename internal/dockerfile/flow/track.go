package flow

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// Of returns what the stages of a file fetch, in order.
func Of(f *dockerfile.File) []*Download {
	t := tracker{stages: map[*dockerfile.Stage]files{}, dirs: map[*dockerfile.Stage]string{}}
	for _, s := range f.Stages {
		t.stage(s)
	}
	for _, fs := range t.stages {
		for _, c := range fs.named {
			t.kept(c)
		}
	}
	for _, d := range t.found {
		if d.sure && d.Use < Installed || d.Sends && d.Use == Kept {
			d.Use = Read
		}
	}
	return t.found
}

// tracker follows downloads through the stages of a file.
type tracker struct {
	found  []*Download
	stages map[*dockerfile.Stage]files
	dirs   map[*dockerfile.Stage]string // where each stage ends
	files                               // of the stage that is read
	dir    string                       // WORKDIR
	run    *script
}

// script is the RUN that is read.
type script struct {
	run   *dockerfile.Run
	index map[*dockerfile.Command]int
	// inside are the commands of the substitutions in a command's words.
	inside map[*dockerfile.Command][]*dockerfile.Command
	// input is what comes in through a pipe, output what a substitution stands for.
	input, output map[*dockerfile.Command]content
	vars          map[string]content
}

func (t *tracker) stage(s *dockerfile.Stage) {
	t.files, t.dir = newFiles(), t.dirs[s.Parent]
	if s.Parent != nil {
		t.files = files{maps.Clone(t.stages[s.Parent].named), maps.Clone(t.stages[s.Parent].trees)}
	}
	t.stages[s] = t.files
	defer func() { t.dirs[s] = t.dir }()
	for _, in := range s.Instructions {
		if in.OnBuild {
			continue
		}
		switch in.Keyword {
		case "WORKDIR":
			if len(in.Args) > 0 {
				t.dir = dockerfile.Join(t.dir, in.Args[0].Value)
			}
		case "ADD":
			t.add(in)
		case "COPY":
			t.copyIn(in)
		case "RUN":
			if in.Run != nil {
				t.script(in)
			}
		}
	}
}

// add reads ADD of URLs.
func (t *tracker) add(in *dockerfile.Instruction) {
	if len(in.Args) < 2 {
		return
	}
	dst := in.Args[len(in.Args)-1].Value
	for _, src := range in.Args[:len(in.Args)-1] {
		if !strings.Contains(src.Value, "://") && !strings.HasPrefix(src.Value, "git@") {
			continue
		}
		d := &Download{Stage: in.Stage, Instruction: in, URL: src, File: clean(t.dir, dst)}
		if strings.HasSuffix(dst, "/") || len(in.Args) > 2 {
			d.File = path.Join(d.File, base(src.Value))
		}
		t.found = append(t.found, d)
		t.put(d.File, content{from: []*Download{d}, raw: true})
	}
}

// copyIn reads COPY: files of other stages are the same files.
func (t *tracker) copyIn(in *dockerfile.Instruction) {
	if len(in.Args) < 2 {
		for _, d := range in.HereDocs {
			t.named[clean(t.dir, d.Name)] = content{text: d.Text}
		}
		return
	}
	dst := in.Args[len(in.Args)-1].Value
	to := clean(t.dir, dst)
	for _, d := range in.HereDocs {
		t.put(to, content{text: d.Text})
	}
	if in.From == nil || in.From.Stage == nil {
		return
	}
	if from, ok := t.stages[in.From.Stage]; ok {
		for _, src := range in.Args[:len(in.Args)-1] {
			t.copyTo(from, clean("/", src.Value), to, strings.HasSuffix(dst, "/"))
		}
	}
}

// script reads the commands of a RUN. One that fetches nothing matters where
// there is something to follow.
func (t *tracker) script(in *dockerfile.Instruction) {
	for _, m := range in.Mounts {
		if m.From != nil && m.From.Stage != nil && m.Target != "" {
			if from, ok := t.stages[m.From.Stage]; ok {
				source := m.Options["source"]
				if source == "" {
					source = m.Options["src"]
				}
				t.copyTo(from, clean("/", "/"+source), clean(t.dir, m.Target), true)
			}
		}
	}
	run := in.Run
	if len(t.named) == 0 && len(t.trees) == 0 && !slices.ContainsFunc(run.Commands, fetches) {
		return
	}
	t.run = &script{
		run: run, index: make(map[*dockerfile.Command]int, len(run.Commands)), inside: map[*dockerfile.Command][]*dockerfile.Command{},
		input: map[*dockerfile.Command]content{}, output: map[*dockerfile.Command]content{}, vars: map[string]content{},
	}
	for i, c := range run.Commands {
		t.run.index[c] = i
		if c.Substituted != nil {
			t.run.inside[c.Substituted] = append(t.run.inside[c.Substituted], c)
		}
	}
	for _, c := range run.Commands {
		if c.Substituted == nil {
			t.command(c)
		}
	}
}

func fetches(c *dockerfile.Command) bool {
	if _, ok := RequestOf(c); ok {
		return true
	}
	return slices.ContainsFunc(c.Args, isPackageURL)
}

// command reads one command: what goes in, what it does, where its output goes.
func (t *tracker) command(c *dockerfile.Command) {
	for _, sub := range t.run.inside[c] {
		t.command(sub)
	}
	in := t.run.input[c]
	if c.HereDoc != "" {
		in = in.and(content{text: c.HereDoc}).and(t.words(c, dockerfile.Word{Text: c.HereDoc}))
	}
	for _, w := range c.Reads {
		in = in.and(t.file(c, w.Value))
	}
	out := t.effect(c, in)
	switch {
	case len(c.Redirects) > 0:
		for _, w := range c.Redirects {
			if w.Value == "/dev/null" || strings.HasPrefix(w.Value, "/dev/std") {
				continue
			}
			t.store(clean(c.Dir, w.Value), out)
		}
	case c.PipeTo != nil:
		t.run.input[c.PipeTo] = t.run.input[c.PipeTo].and(out)
	case c.Substituted != nil:
		t.run.output[c] = out
	}
}

// store writes a file.
func (t *tracker) store(name string, c content) {
	for _, d := range c.from {
		if d.File == "" && c.raw && name != "" {
			d.File = name
		}
	}
	t.put(name, c)
}

// file is what a command finds in a file; what is not followed is foreign.
func (t *tracker) file(c *dockerfile.Command, name string) content {
	if found, ok := t.get(clean(c.Dir, name)); ok {
		return found
	}
	return content{foreign: true}
}

// words is what substitutions and variables put into some words of a command.
func (t *tracker) words(c *dockerfile.Command, words ...dockerfile.Word) content {
	var all content
	for _, w := range words {
		if !strings.ContainsAny(w.Text, "$`<") {
			continue
		}
		for _, sub := range t.run.inside[c] {
			if out, ok := t.run.output[sub]; ok && (!w.At.Valid() || holds(w, sub)) {
				all = all.and(out)
			}
		}
		for name, v := range t.run.vars {
			if mentions(w.Text, name) {
				all = all.and(v)
			}
		}
	}
	return all
}

// mentions reports whether a text uses a variable.
func mentions(text, name string) bool {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, name)
		if !ok {
			return false
		}
		at := len(text) - len(after) - len(name)
		end := strings.IndexFunc(after, func(r rune) bool { return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'z') })
		if (end == 0 || after == "") && (strings.HasSuffix(text[:at], "$") || strings.HasSuffix(text[:at], "${")) {
			return true
		}
		rest = after
	}
}

// kept notes downloads that are files of the image in the end.
func (t *tracker) kept(c content) {
	for _, d := range c.from {
		if c.raw {
			d.Use = max(d.Use, Kept)
		}
	}
}

// use notes what a command does with a download, unless it is only reached where
// a check has succeeded.
func (t *tracker) use(c *dockerfile.Command, what Use, of content) {
	for _, d := range of.from {
		if !t.passed(c, d) {
			d.Use = max(d.Use, what)
		}
	}
}

func (t *tracker) passed(c *dockerfile.Command, d *Download) bool {
	return d.sure || d.checked.covers(t.run.run, t.run.index[c])
}

// runs notes that a program runs something; streamed where it is no file.
func (t *tracker) runs(c *dockerfile.Command, program string, of content, streamed bool) {
	for _, d := range of.from {
		if t.passed(c, d) {
			continue
		}
		if d.Use = Run; streamed && d.File == "" && d.Runner == "" {
			d.Runner = program
		}
	}
}

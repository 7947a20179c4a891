package flow

import (
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// effect is what a command does with the files that are followed; it returns its
// output.
func (t *tracker) effect(c *dockerfile.Command, in content) content {
	if r, ok := RequestOf(c); ok {
		return t.request(c, r)
	}
	t.installs(c)
	if out, ok := t.moves(c, in); ok {
		return out
	}
	if out, ok := t.unpacks(c, in); ok {
		return out
	}
	if out, ok := t.checks(c, in); ok {
		return out
	}
	t.executes(c, in)
	if c.Name == "" && len(c.Args) == 0 || declares(c.Name) {
		for _, p := range c.Env {
			t.run.vars[p.Key.Text] = t.run.vars[p.Key.Text].and(t.words(c, p.Value)).and(content{text: p.Value.Value})
		}
		return content{}
	}
	out := in.and(t.words(c, c.Args...))
	for _, w := range c.Args {
		if found, ok := t.get(clean(c.Dir, w.Value)); ok {
			out = out.and(found)
		}
	}
	return out.filtered()
}

func declares(name string) bool {
	switch name {
	case "export", "local", "readonly", "declare", "typeset":
		return true
	}
	return false
}

// request makes the downloads of curl and its like.
func (t *tracker) request(c *dockerfile.Command, r Request) content {
	var out content
	for _, url := range r.URLs {
		d := &Download{Stage: t.run.run.Instruction.Stage, Instruction: t.run.run.Instruction, Command: c, URL: url, Sends: !r.Fetches, sure: r.Checked}
		t.found = append(t.found, d)
		one := content{from: []*Download{d}, raw: true}
		if name := r.FileOf(url); name != "" {
			t.store(clean(c.Dir, name), one)
			continue
		}
		out = out.and(one)
	}
	return out
}

// moves reads the commands that give content another place.
func (t *tracker) moves(c *dockerfile.Command, in content) (content, bool) {
	switch c.Name {
	case "cp", "mv", "ln", "install", "rsync":
		t.copies(c)
	case "rm", "unlink", "shred":
		for _, w := range read(c.Args, "").operands {
			t.remove(clean(c.Dir, w.Value))
		}
	case "tee":
		for _, w := range read(c.Args, "").operands {
			t.store(clean(c.Dir, w.Value), in)
		}
		return in, true
	case "cat", "pv":
		out := in
		for _, w := range read(c.Args, "").operands {
			if w.Value != "-" {
				out = out.and(t.file(c, w.Value))
			}
		}
		return out.and(t.words(c, c.Args...)), true
	case "dd":
		for _, w := range c.Args {
			if name, ok := strings.CutPrefix(w.Value, "if="); ok {
				in = in.and(t.file(c, name))
			}
		}
		for _, w := range c.Args {
			if name, ok := strings.CutPrefix(w.Value, "of="); ok {
				t.store(clean(c.Dir, name), in)
			}
		}
		return in, true
	case "echo", "printf":
		return t.written(c), true
	case "chmod":
		t.chmod(c)
	default:
		return content{}, false
	}
	return content{}, true
}

// written is the text that echo and printf make of their words.
func (t *tracker) written(c *dockerfile.Command) content {
	var b strings.Builder
	for _, w := range c.Args {
		b.WriteString(strings.ReplaceAll(plain(w.Value), `\n`, "\n") + " ")
	}
	return content{text: b.String()}.and(t.words(c, c.Args...))
}

func (t *tracker) copies(c *dockerfile.Command) {
	l := read(c.Args, "-t -m -o -g -S --target-directory --mode --owner --group --suffix")
	sources := l.operands
	dst, folder := l.get("-t", "--target-directory")
	if !folder && len(sources) > 1 {
		dst = sources[len(sources)-1].Value
		sources = sources[:len(sources)-1]
		folder = len(sources) > 1 || strings.HasSuffix(dst, "/")
	}
	if dst == "" {
		return
	}
	to := clean(c.Dir, dst)
	for _, w := range sources {
		src := clean(c.Dir, w.Value)
		found, ok := t.get(src)
		if ok && strings.ContainsAny(src, "*?[") {
			t.put(to, found)
			t.unpack(to, found)
		} else if ok || c.Name != "ln" {
			t.copyTo(t.files, src, to, folder)
		}
		if mode, given := l.get("-m", "--mode"); ok && c.Name == "install" && (!given || executable(mode)) {
			t.use(c, Executable, found)
		}
		if c.Name == "mv" && src != to {
			t.remove(src)
		}
	}
}

func (t *tracker) chmod(c *dockerfile.Command) {
	words := read(c.Args, "--reference").operands
	if len(words) < 2 && len(c.Args) > 1 { // chmod -x
		return
	}
	for i, w := range words {
		if i == 0 {
			if !executable(w.Value) {
				return
			}
			continue
		}
		if found, ok := t.get(clean(c.Dir, w.Value)); ok {
			t.use(c, Executable, found)
		}
	}
}

// executable reports whether a mode gives the right to run a file.
func executable(mode string) bool {
	if strings.Trim(mode, "01234567") == "" {
		return strings.ContainsAny(mode[max(len(mode)-3, 0):], "1357")
	}
	_, given, plus := strings.Cut(mode, "+")
	if !plus {
		_, given, plus = strings.Cut(mode, "=")
	}
	return plus && strings.ContainsAny(given, "xX")
}

const archiveValued = "-C -f -d -T -X -b -I --directory --file --exclude --strip-components --transform --wildcards-match --use-compress-program --one-top-level -D"

func archiver(name string) bool {
	switch name {
	case "tar", "bsdtar", "gtar", "unzip", "7z", "7za", "cpio", "jar", "ar", "funzip", "unsquashfs",
		"gunzip", "gzip", "unxz", "xz", "bunzip2", "bzip2", "unzstd", "zstd", "unlzma", "zcat", "xzcat", "bzcat", "zstdcat", "bsdcat":
		return true
	}
	return false
}

// unpacks reads the commands that take archives apart.
func (t *tracker) unpacks(c *dockerfile.Command, in content) (content, bool) {
	if !archiver(c.Name) {
		return content{}, false
	}
	l := read(c.Args, archiveValued)
	dir, named := l.get("-C", "--directory", "-d")
	from := in
	switch c.Name {
	case "tar", "bsdtar", "gtar":
		if l.has("-c", "--create", "-t", "--list") || strings.ContainsAny(bundle(l), "ct") {
			return content{}, true
		}
		name, _ := l.get("-f", "--file")
		for i, letter := range valuedLetters(l) { // the old form, tar xzfC name folder
			switch v := l.operands[i+1].Value; letter {
			case 'f':
				name = v
			case 'C':
				dir, named = v, true
			}
		}
		if name != "" && name != "-" {
			from = from.and(t.file(c, name))
		}
		for _, w := range l.operands { // a cluster in the other order: -xfz name
			if found, ok := t.get(clean(c.Dir, w.Value)); ok {
				from = from.and(found)
			}
		}
		if l.has("-O", "--to-stdout") {
			return from, true
		}
	case "unzip", "7z", "7za", "cpio", "jar", "ar", "funzip", "unsquashfs":
		for _, w := range l.operands {
			if found, ok := t.get(clean(c.Dir, w.Value)); ok {
				from = from.and(found)
			}
		}
		if l.has("-p") && c.Name == "unzip" || c.Name == "funzip" {
			return from, true
		}
	default:
		return t.decompresses(c, l, in), true
	}
	if !named {
		dir = "."
	}
	t.use(c, Unpacked, from)
	t.unpack(clean(c.Dir, dir), from)
	return content{}, true
}

// bundle is the word of letters in tar's old form, "tar xzf".
func bundle(l line) string {
	if v := l.first(); strings.Trim(v, "xvzjJpPoktcfCTXb") == "" {
		return v
	}
	return ""
}

// valuedLetters are the letters of the bundle that take the words after it.
func valuedLetters(l line) []rune {
	var out []rune
	for _, letter := range bundle(l) {
		if strings.ContainsRune("fCTXb", letter) && len(out)+1 < len(l.operands) {
			out = append(out, letter)
		}
	}
	return out
}

func (t *tracker) decompresses(c *dockerfile.Command, l line, in content) content {
	if len(l.operands) == 0 {
		t.use(c, Unpacked, in)
		return in
	}
	packs := !l.has("-d", "--decompress", "--uncompress") && !strings.HasPrefix(c.Name, "un") && !strings.Contains(c.Name, "unzip") && !strings.HasSuffix(c.Name, "cat")
	var out content
	for _, w := range l.operands {
		name := clean(c.Dir, w.Value)
		found, ok := t.get(name)
		if !ok || packs {
			continue
		}
		t.use(c, Unpacked, found)
		if l.has("-c", "--stdout", "--to-stdout") || strings.HasSuffix(c.Name, "cat") {
			out = out.and(found)
			continue
		}
		t.put(strings.TrimSuffix(name, path.Ext(name)), found)
		t.remove(name)
	}
	return out
}

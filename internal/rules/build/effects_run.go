package build

import (
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
)

// command reads what one command writes and removes. Programs that look after
// places of their own are left out: package managers, useradd, ldconfig; and so
// is what changes only whom a file belongs to.
func (t *tracer) command(c *dockerfile.Command) {
	dir := t.base
	if c.Dir != "" {
		dir = t.absolute(t.base, c.Dir)
	}
	for _, w := range c.Redirects {
		t.write(w, c.Name, t.absolute(dir, w.Value))
	}
	write := func(words ...dockerfile.Word) {
		for _, w := range words {
			t.write(w, c.Name, t.absolute(dir, w.Value))
		}
	}
	switch c.Name {
	case "tee", "touch", "truncate":
		_, operands := options(c.Args, "-s --size -d --date -t -r --reference")
		write(operands...)
	case "mkdir":
		_, operands := options(c.Args, "-m --mode")
		write(operands...)
	case "cp", "mv", "install", "ln", "rsync":
		t.placed(c, dir)
	case "sed", "perl":
		t.edited(c, dir)
	case "dd":
		for _, w := range c.Args {
			if file, ok := strings.CutPrefix(w.Value, "of="); ok {
				t.write(w, c.Name, t.absolute(dir, file))
			}
		}
	case "tar", "bsdtar", "unzip":
		t.unpacks(c, dir)
	case "curl", "wget":
		t.downloads(c, dir)
	case "git":
		t.git(c, dir)
	case "gcc", "cc", "g++", "clang", "ld", "rustc", "gpg", "gpg2", "sort", "minify", "go", "openssl", "ssh-keygen":
		t.outputs(c, dir)
	case "rm", "rmdir", "unlink", "shred":
		_, operands := options(c.Args, "")
		for _, w := range operands {
			t.add(effect{word: w, by: c.Name, removed: true}, t.absolute(dir, w.Value))
		}
	default:
		t.managed(c, dir)
	}
}

// outputs reads programs that name what they make by an option.
func (t *tracer) outputs(c *dockerfile.Command, dir string) {
	named := func(o option, ok bool) {
		if ok && o.value != "" && o.value != "-" {
			t.write(optionWord(o), c.Name, t.absolute(dir, o.value))
		}
	}
	switch c.Name {
	case "gcc", "cc", "g++", "clang", "ld", "rustc", "gpg", "gpg2", "sort", "minify":
		opts, _ := options(c.Args, "-o --output -I -L -D -l --recv-keys --keyserver -C --crate-type -k")
		named(find(opts, "-o", "--output"))
	case "go":
		if verb, rest := subcommand(c.Args); verb == "build" || verb == "test" {
			opts, _ := options(rest, "-o -ldflags -tags -gcflags -asmflags -mod -p -modfile")
			named(find(opts, "-o"))
		}
	case "openssl":
		opts, _ := options(c.Args, "-out -keyout -subj -days -in -newkey -addext -config -extensions -passout -passin")
		named(find(opts, "-out"))
		named(find(opts, "-keyout"))
	case "ssh-keygen":
		opts, _ := options(c.Args, "-f -t -b -C -N -m -Y -I")
		named(find(opts, "-f"))
	}
}

// optionWord is the word that holds the value of an option: its own, or that of
// the option where both are one.
func optionWord(o option) dockerfile.Word {
	if o.arg.At.Valid() {
		return o.arg
	}
	w := o.word
	w.Value = o.value
	return w
}

// placed reads programs that put sources into a target: the last operand, or
// that of -t. Into a folder they put a file of the source's name.
func (t *tracer) placed(c *dockerfile.Command, dir string) {
	opts, operands := options(c.Args, "-t --target-directory -m --mode -o --owner -g --group -S --suffix -e --rsh --exclude --include")
	if _, folders := find(opts, "-d", "--directory"); folders && c.Name == "install" {
		for _, w := range operands {
			t.write(w, c.Name, t.absolute(dir, w.Value))
		}
		return
	}
	if target, ok := find(opts, "-t", "--target-directory"); ok {
		t.add(effect{word: optionWord(target), by: c.Name, tree: true}, t.absolute(dir, target.value))
		return
	}
	if len(operands) == 1 && c.Name == "ln" {
		t.write(operands[0], c.Name, t.absolute(dir, path.Base(operands[0].Value)))
		return
	}
	if len(operands) < 2 {
		return
	}
	last := operands[len(operands)-1]
	dest := t.absolute(dir, last.Value)
	for _, src := range operands[:len(operands)-1] {
		inside := ""
		if base := path.Base(src.Value); dest != "" && base != "." && !strings.ContainsAny(base, "*?[$") {
			inside = path.Join(dest, base)
		}
		e := effect{word: last, by: c.Name, tree: true}
		if len(operands) > 2 || strings.HasSuffix(last.Value, "/") || path.Base(last.Value) == "." {
			t.add(e, inside, dest)
		} else {
			t.add(e, dest, inside)
		}
	}
}

// edited reads programs that change files in place.
func (t *tracer) edited(c *dockerfile.Command, dir string) {
	in, script := false, false
	var operands []dockerfile.Word
	for i := 0; i < len(c.Args); i++ {
		switch v := c.Args[i].Value; {
		case v == "-e" || v == "-f" || v == "--expression" || v == "--file":
			script = true
			i++
		case strings.HasPrefix(v, "--in-place"), strings.HasPrefix(v, "-") && !strings.HasPrefix(v, "--") && strings.Contains(v, "i"):
			in = true
			if c.Name == "perl" && strings.HasSuffix(v, "e") {
				script = true
				i++
			}
		case strings.HasPrefix(v, "-"):
		default:
			operands = append(operands, c.Args[i])
		}
	}
	if !script && len(operands) > 0 {
		operands = operands[1:]
	}
	if in {
		for _, w := range operands {
			t.write(w, c.Name, t.absolute(dir, w.Value))
		}
	}
}

// unpacks reads tar and unzip: where they unpack to, and the archive they make.
func (t *tracer) unpacks(c *dockerfile.Command, dir string) {
	if c.Name == "unzip" {
		opts, _ := options(c.Args, "-d -x -P")
		if _, lists := find(opts, "-l", "-t", "-p", "-Z"); lists {
			return
		}
		t.unpackedTo(c, dir, opts, "-d")
		return
	}
	args := c.Args
	if len(args) == 0 {
		return
	}
	if v := args[0].Value; !strings.HasPrefix(v, "-") { // tar xzf
		args = append([]dockerfile.Word{{At: args[0].At, Text: args[0].Text, Value: "-" + v}}, args[1:]...)
	}
	opts, _ := options(args, "-f --file -C --directory --strip-components --exclude --transform -T -X --owner --group --mode -I --use-compress-program")
	if _, ok := find(opts, "-x", "--extract", "--get"); ok {
		if _, stdout := find(opts, "-O", "--to-stdout"); !stdout {
			t.unpackedTo(c, dir, opts, "-C", "--directory")
		}
		return
	}
	if file, ok := find(opts, "-f", "--file"); ok && file.value != "-" {
		if _, creates := find(opts, "-c", "--create"); creates {
			t.write(optionWord(file), c.Name, t.absolute(dir, file.value))
		}
	}
}

func (t *tracer) unpackedTo(c *dockerfile.Command, dir string, opts []option, names ...string) {
	to, ok := find(opts, names...)
	e := effect{word: c.Program, by: c.Name, tree: true}
	if ok && to.value != "" {
		e.word = optionWord(to)
		dir = t.absolute(dir, to.value)
	}
	t.add(e, dir)
}

// downloads reads where curl and wget keep what they fetch.
func (t *tracer) downloads(c *dockerfile.Command, dir string) {
	r, ok := flow.RequestOf(c)
	if !ok || !r.Fetches || len(c.Redirects) > 0 {
		return
	}
	opts, _ := options(c.Args, map[bool]string{true: flow.CurlValued, false: flow.WgetValued}[c.Name == "curl"])
	to, named := find(opts, map[bool][]string{true: {"-o", "--output"}, false: {"-O", "--output-document"}}[c.Name == "curl"]...)
	for _, url := range r.URLs {
		file := r.FileOf(url)
		if file == "" {
			continue
		}
		if named && r.Output != "" {
			t.write(optionWord(to), c.Name, t.absolute(dir, file))
			return
		}
		t.write(url, c.Name, t.absolute(dir, file))
	}
}

// git reads clone and init.
func (t *tracer) git(c *dockerfile.Command, dir string) {
	opts, _ := options(c.Args, "-C -c")
	if at := value(opts, "-C"); at != "" {
		dir = t.absolute(dir, at)
	}
	i := 0
	for i < len(c.Args) && c.Args[i].Value != "clone" && c.Args[i].Value != "init" {
		i++
	}
	if i == len(c.Args) {
		return
	}
	_, operands := options(c.Args[i+1:], "-b --branch --depth -o --origin -c --config -j --jobs --filter --reference --template --initial-branch")
	switch {
	case len(operands) == 0:
		return
	case c.Args[i].Value == "init" || len(operands) > 1:
		w := operands[len(operands)-1]
		t.add(effect{word: w, by: "git " + c.Args[i].Value, tree: true}, t.absolute(dir, w.Value))
	default:
		name := strings.TrimSuffix(baseName(strings.TrimRight(operands[0].Value, "/")), ".git")
		t.add(effect{word: operands[0], by: "git clone", tree: true}, t.absolute(dir, name))
	}
}

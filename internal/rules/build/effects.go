package build

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// effect is one place in the file system of an image that an instruction writes
// or removes.
type effect struct {
	in *dockerfile.Instruction
	// step counts the instructions from the lowest stage on; each makes a layer.
	step int
	// paths are where it is written, absolute: more than one where the meaning of
	// COPY hangs on what is there already. A path below base's root is relative to
	// a WORKDIR that only the base image knows; none are known where it is empty.
	paths []string
	// word is what names the place.
	word dockerfile.Word
	// removed is true for rm and the like, tree where all below may be written.
	removed, tree bool
	// cache is true for what a package manager keeps by itself; what says which
	// credential a program keeps there, "" for none that is known.
	cache bool
	what  string
	// by says what does it: "COPY", "curl".
	by string
	// copied is what COPY or ADD takes from the build context, nil for all others.
	copied *dockerfile.Copied
}

// unknownRoot stands for the WORKDIR of a base image.
const unknownRoot = "~base"

// effectsOf returns the effects of a stage and of those it is built FROM, in
// order. What goes to a mount, or into nothing, leaves no trace.
func effectsOf(s *dockerfile.Stage) []effect {
	t := tracer{dir: unknownRoot, base: unknownRoot, home: "/root"}
	for _, st := range chain(s) {
		if st.Parent == nil && st.Base.Scratch() {
			t.dir, t.base = "/", "/"
		}
		for _, in := range st.Instructions {
			if !in.OnBuild {
				t.step++
				t.instruction(in)
			}
		}
	}
	return t.out
}

// tracer follows a chain of stages.
type tracer struct {
	out  []effect
	step int
	in   *dockerfile.Instruction
	// dir is WORKDIR, base that of the base image, home the user's.
	dir, base, home string
}

func (t *tracer) instruction(in *dockerfile.Instruction) {
	t.in = in
	switch in.Keyword {
	case "WORKDIR":
		if len(in.Args) == 1 {
			t.dir = t.absolute(t.dir, in.Args[0].Value)
			if t.dir != "/" {
				t.write(in.Args[0], "WORKDIR", t.dir)
			}
		}
	case "VOLUME":
		for _, w := range in.Args {
			t.write(w, "VOLUME", t.absolute("/", w.Value))
		}
	case "USER":
		if len(in.Args) == 1 {
			t.home = homeOf(in.Args[0].Value)
		}
	case "COPY", "ADD":
		t.copies(in)
	case "RUN":
		if in.Run != nil {
			for _, c := range in.Run.Commands {
				t.command(c)
			}
		}
	}
}

// homeOf returns the home of a user, as the tools that make users lay it out.
func homeOf(user string) string {
	user, _, _ = strings.Cut(user, ":")
	switch {
	case user == "root" || user == "0":
		return "/root"
	case user == "" || isNumeric(user) || strings.ContainsAny(user, "$/"):
		return ""
	}
	return "/home/" + user
}

// absolute resolves a path against a folder, "" where it hangs on something that
// is not known.
func (t *tracer) absolute(dir, name string) string {
	for _, h := range []string{"~", "$HOME", "${HOME}"} {
		if rest, ok := strings.CutPrefix(name, h); ok && (rest == "" || rest[0] == '/') {
			if t.home == "" {
				return ""
			}
			return path.Join(t.home, rest)
		}
	}
	switch {
	case strings.Contains(name, "$") && strings.Contains(name, ".."): // could lead anywhere
		return ""
	case name == "" || strings.ContainsAny(name[:1], "$`~") || strings.HasPrefix(name, "<"):
		return ""
	case name[0] == '/':
		return path.Clean(name)
	case dir == "":
		return ""
	case dir[0] != '/' && !strings.HasPrefix(dir, unknownRoot):
		dir = path.Join(unknownRoot, dir)
	}
	out := path.Join(dir, name)
	if dir != "/" && dir[0] != '/' && !strings.HasPrefix(out, unknownRoot) {
		return "" // above the unknown folder
	}
	return out
}

// add notes an effect; paths that are not known are left out.
func (t *tracer) add(e effect, paths ...string) {
	e.in, e.step = t.in, t.step
	for _, p := range paths {
		switch {
		case p == "" || slices.Contains(e.paths, p):
		case strings.HasPrefix(p, "/dev/") || strings.HasPrefix(p, "/proc/") || strings.HasPrefix(p, "/sys/"):
			return
		case t.mounted(p):
			return
		default:
			e.paths = append(e.paths, p)
		}
	}
	t.out = append(t.out, e)
}

func (t *tracer) write(w dockerfile.Word, by string, paths ...string) {
	t.add(effect{word: w, by: by}, paths...)
}

// mounted reports whether a path lies on a mount of the RUN: what is written
// there is in no layer.
func (t *tracer) mounted(p string) bool {
	return slices.ContainsFunc(t.in.Mounts, func(m dockerfile.Mount) bool {
		target := t.absolute(t.dir, m.Target)
		return target != "" && below(p, target)
	})
}

// below reports whether a path is a folder or lies in it.
func below(name, dir string) bool {
	return name == dir || dir == "/" || strings.HasPrefix(name, dir) && name[len(dir)] == '/'
}

// covers reports whether a path as rm is given it, with wildcards, takes a file
// away.
func covers(pattern, name string) bool {
	if !strings.ContainsAny(pattern, "*?[") {
		return below(name, pattern)
	}
	parts := strings.Count(pattern, "/")
	end := 0
	for range parts {
		i := strings.IndexByte(name[min(end+1, len(name)):], '/')
		if i < 0 {
			end = len(name)
			break
		}
		end += 1 + i
	}
	ok, err := path.Match(pattern, name[:end])
	return ok && err == nil
}

// copies reads where COPY and ADD put what they take.
func (t *tracer) copies(in *dockerfile.Instruction) {
	if len(in.Args) < 2 {
		return
	}
	last := in.Args[len(in.Args)-1]
	sources := in.Args[:len(in.Args)-1]
	dest := t.absolute(t.dir, last.Value)
	toFolder := len(sources) > 1 || strings.HasSuffix(last.Value, "/") || path.Base(last.Value) == "." || dest == "/" || dest == t.dir
	for _, src := range sources {
		e := effect{word: src, by: in.Keyword}
		if i := slices.IndexFunc(in.FromContext, func(c dockerfile.Copied) bool { return c.Word.At == src.At }); i >= 0 {
			e.copied = &in.FromContext[i]
		}
		inside := dest
		if base := baseName(strings.TrimRight(src.Value, "/")); dest != "" && base != "" && base != "." && !strings.ContainsAny(base, "*?[") {
			inside = path.Join(dest, strings.TrimPrefix(base, "<<"))
		}
		switch {
		case strings.HasPrefix(src.Text, "<<") || e.copied != nil && e.copied.Exists && !e.copied.Folder && !unpacked(in, src):
			if toFolder {
				t.add(e, inside)
			} else {
				t.add(e, dest)
			}
		case e.copied != nil && e.copied.Folder || unpacked(in, src):
			e.tree = true
			t.add(e, dest)
		default: // a file or a folder
			e.tree = true
			if toFolder {
				t.add(e, inside, dest)
			} else {
				t.add(e, dest, inside)
			}
		}
	}
}

// unpacked reports whether ADD takes a source apart: a local archive.
func unpacked(in *dockerfile.Instruction, src dockerfile.Word) bool {
	return in.Keyword == "ADD" && !strings.Contains(src.Value, "://") && tarArchive(src.Value)
}

// tarArchive reports whether a file has the name of an archive that ADD unpacks.
func tarArchive(name string) bool {
	for _, end := range []string{".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar.zst"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

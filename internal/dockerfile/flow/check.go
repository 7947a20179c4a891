package flow

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// checks reads the commands that compare checksums and verify signatures.
func (t *tracker) checks(c *dockerfile.Command, in content) (content, bool) {
	switch {
	case sumTool(c):
		return t.sums(c, in), true
	case comparer(c.Name):
		all := in.and(t.words(c, c.Args...))
		names := c.Args
		if strings.HasSuffix(c.Name, "grep") { // the first word is the pattern
			names = read(c.Args, "-e -f -m -A -B -C").operands
			names = names[min(1, len(names)):]
		}
		for _, w := range names {
			if found, ok := t.get(clean(c.Dir, w.Value)); ok {
				all = all.and(found)
			}
		}
		t.checked(c, all.sums, all)
		if strings.HasSuffix(c.Name, "grep") {
			return t.picked(c, all), true
		}
		return all.filtered(), true
	case signatureTool(c):
		return t.signature(c, in), true
	}
	return content{}, false
}

// picked is what grep finds: of a list of checksums, lines that hold its words.
func (t *tracker) picked(c *dockerfile.Command, all content) content {
	var b strings.Builder
	for _, w := range c.Args {
		if !strings.HasPrefix(w.Value, "-") {
			b.WriteString(strings.NewReplacer(`\`, "", "^", " ", "*", " ").Replace(strings.TrimSuffix(plain(w.Value), "$")) + " ")
		}
	}
	all.text = b.String()
	all.foreign = true
	return all.filtered()
}

func comparer(name string) bool {
	switch name {
	case "test", "[", "[[", "cmp", "diff", "grep", "egrep", "fgrep":
		return true
	}
	return false
}

// sumTool reports whether a command computes or compares checksums that hold
// against somebody who wants them to be equal; MD5 does not.
func sumTool(c *dockerfile.Command) bool {
	switch c.Name {
	case "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "shasum", "b2sum", "b3sum", "gsha256sum", "sha256", "sha512", "rhash":
		return true
	case "cksum":
		return len(c.Args) > 0
	case "openssl":
		l := read(c.Args, "")
		return (l.first() == "dgst" || strings.HasPrefix(l.first(), "sha")) && !hasWord(c.Args, "-verify", "-sign", "-prverify")
	}
	return false
}

// sums reads "sha256sum -c" with its list in a file, a pipe or written out, and
// sums that a script compares by itself.
func (t *tracker) sums(c *dockerfile.Command, in content) content {
	l := read(c.Args, "-a --algorithm -l --length")
	lists := l.operands
	if c.Name == "openssl" && len(lists) > 0 {
		lists = lists[1:]
	}
	if !l.has("-c", "--check") {
		out := content{sums: in.from}
		for _, w := range lists {
			if w.Value != "-" {
				out.sums = union(out.sums, t.file(c, w.Value).from)
			}
		}
		return out
	}
	if len(lists) == 0 {
		t.checked(c, t.targets(c, in, ""), in)
	}
	for _, w := range lists {
		list := in
		switch {
		case strings.HasPrefix(w.Text, "<("):
			list = t.words(c, w)
		case w.Value != "-" && w.Value != "/dev/stdin":
			list = t.file(c, w.Value)
		}
		t.checked(c, t.targets(c, list, plain(w.Value)), list)
	}
	return content{}
}

// targets returns the downloads that a list of checksums is about.
func (t *tracker) targets(c *dockerfile.Command, list content, name string) []*Download {
	var out []*Download
	for _, word := range strings.Fields(list.text) {
		if found, ok := t.executed(c, strings.Trim(word, "*()")); ok {
			out = union(out, without(found.from, list.from))
		}
	}
	if len(out) > 0 {
		return out
	}
	var here, unclear []*Download
	for file, held := range t.named {
		b := path.Base(file)
		mine := without(held.from, list.from)
		switch {
		case list.text != "" && (namedIn(list.text, b) || list.foreign && partOf(list.text, b)):
			out = union(out, mine)
		case list.text == "" && name != "" && (namedIn(name, b) || strings.Contains(base(name), b)):
			out = union(out, mine)
		}
		for _, d := range mine {
			if d.Instruction == t.run.run.Instruction || path.Dir(file) == clean(c.Dir, ".") {
				here = union(here, []*Download{d})
				if strings.Contains(b, "$") {
					unclear = append(unclear, d)
				}
			}
		}
	}
	switch {
	case len(out) > 0:
		return out
	case list.text == "" || strings.Contains(namesOf(list.text), "$") || list.foreign && strings.Contains(list.text, "$"):
		return here // what the list names is not known
	}
	return unclear
}

// namesOf leaves the first word of every line of a list out, the checksum.
func namesOf(list string) string {
	var b strings.Builder
	for line := range strings.Lines(list) {
		if f := strings.Fields(line); len(f) > 1 {
			b.WriteString(strings.Join(f[1:], " ") + "\n")
		}
	}
	return b.String()
}

// namedIn reports whether a text holds the name of a file as a word.
func namedIn(text, name string) bool {
	for rest, at := text, 0; ; {
		i := strings.Index(rest, name)
		if i < 0 || name == "" {
			return false
		}
		from, to := at+i, at+i+len(name)
		if (from == 0 || !nameByte(text[from-1])) && (to == len(text) || !nameByte(text[to])) {
			return true
		}
		rest, at = text[to:], to
	}
}

func nameByte(b byte) bool {
	return b == '.' || b == '_' || b == '-' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

// partOf reports whether a word of a pattern is part of a file's name.
func partOf(pattern, name string) bool {
	return slices.ContainsFunc(strings.Fields(pattern), func(w string) bool { return len(w) > 2 && strings.Contains(name, strings.Trim(w, "$ ")) })
}

// checked notes that a command checks downloads against something.
func (t *tracker) checked(c *dockerfile.Command, of []*Download, against content) {
	at := t.run.index[c]
	for _, d := range of {
		if c.Holds <= at+1 {
			if !d.sure {
				d.Ignored = c
			}
			continue
		}
		weak := sameOrigin(d, against.from)
		if covered := d.sure || d.checked.run != nil; !covered || d.SameOrigin {
			d.SameOrigin = weak
		}
		if c.Holds == dockerfile.Always {
			d.sure = true
		} else if !d.sure {
			d.checked = check{t.run.run, at, c.Holds}
		}
	}
}

// sameOrigin reports whether a download is compared with nothing but what comes
// from the same server and is itself not checked with anything better.
func sameOrigin(d *Download, with []*Download) bool {
	same := false
	for _, other := range with {
		if other == d {
			continue
		}
		if other.sure && !other.SameOrigin || host(other.URL.Value) != host(d.URL.Value) {
			return false
		}
		same = true
	}
	return same
}

func signer(name string) bool {
	switch name {
	case "gpg", "gpg2", "gpgv", "gpgv2", "sqv", "debsig-verify", "pgpverify", "minisign", "signify", "signify-openbsd", "slsa-verifier", "cosign", "sigstore",
		"notation", "gh", "openssl", "sq", "rpm", "rpmkeys", "dpkg-sig", "jarsigner", "ssh-keygen":
		return true
	}
	return false
}

// signatureTool reports whether a command verifies a signature over files.
func signatureTool(c *dockerfile.Command) bool {
	if !signer(c.Name) {
		return false
	}
	l := read(c.Args, "")
	verb := l.first()
	switch c.Name {
	case "gpg", "gpg2":
		return l.has("--verify", "--verify-files", "--decrypt", "-d")
	case "gpgv", "gpgv2", "sqv", "debsig-verify", "pgpverify":
		return true
	case "minisign", "signify", "signify-openbsd":
		return l.has("-V", "-C")
	case "slsa-verifier", "cosign", "sigstore", "notation":
		return strings.HasPrefix(verb, "verify")
	case "gh":
		return verb == "attestation" || verb == "at"
	case "openssl":
		return hasWord(c.Args, "-verify", "-prverify") && (verb == "dgst" || verb == "pkeyutl" || verb == "cms" || verb == "smime")
	case "sq":
		return verb == "verify"
	case "rpm", "rpmkeys":
		return l.has("-K", "--checksig")
	case "dpkg-sig":
		return l.has("--verify", "-c")
	case "jarsigner":
		return hasWord(c.Args, "-verify")
	case "ssh-keygen":
		return l.has("-Y")
	}
	return false
}

// signature reads a command that verifies a signature: the files that it is
// given are checked, and so is the one that its signature is named after.
func (t *tracker) signature(c *dockerfile.Command, in content) content {
	of := in
	for _, w := range c.Args {
		v := w.Value
		if _, value, ok := strings.Cut(v, "="); ok && strings.HasPrefix(v, "-") {
			v = value
		}
		name := clean(c.Dir, v)
		if found, ok := t.get(name); ok {
			of = of.and(found)
		}
		switch ext := path.Ext(name); ext {
		case ".asc", ".sig", ".sign", ".gpg", ".minisig":
			if found, ok := t.get(strings.TrimSuffix(name, ext)); ok {
				of = of.and(found)
			}
		}
	}
	t.checked(c, of.from, content{})
	if c.Name != "gpg" && c.Name != "gpg2" {
		return content{}
	}
	l := read(c.Args, "-o --output")
	if name, ok := l.get("-o", "--output"); ok {
		t.store(clean(c.Dir, name), of)
		return content{}
	}
	return of
}

// Verifies reports whether a command fails where a checksum or a signature does
// not hold.
func Verifies(c *dockerfile.Command) bool {
	return signatureTool(c) || sumTool(c) && c.Name != "openssl" && read(c.Args, "-a --algorithm -l --length").has("-c", "--check")
}

package facts

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// run lists what the commands of one RUN take from the network by an address
// that they name, each address once.
func (l *inputList) run(s *dockerfile.Stage, run *dockerfile.Run) {
	if !strings.Contains(run.Script, "://") && !strings.Contains(run.Script, "git@") && !strings.Contains(run.Script, "ppa:") {
		return
	}
	first := len(l.all)
	sources := isPackageSources(run.Script)
	for _, c := range run.Commands {
		l.command(s, c, sources)
	}
	found := l.all[first:]
	l.all = l.all[:first]
	var checks []check
	seen := map[Input]bool{}
	for i, in := range found {
		what := Input{Kind: in.Kind, Reference: in.Reference}
		if seen[what] {
			continue
		}
		seen[what] = true
		if in.Kind == InputURL && in.Pin != PinCommit && i < MaxVerified {
			if checks == nil {
				checks = checksOf(run)
			}
			if pin := verifiedBy(checks, in.Reference); pin != PinNone {
				in.Pin = pin
			}
		}
		l.all = append(l.all, in)
	}
}

// command reads one command. What is only printed counts where the step writes
// package sources.
func (l *inputList) command(s *dockerfile.Stage, c *dockerfile.Command, sources bool) {
	role := roleOf(s)
	for _, p := range c.Env {
		l.variable(s, p)
	}
	switch name := strings.TrimRight(c.Name, "0123456789."); name {
	case "curl", "wget", "aria", "fetch", "rpm", "helm", "unzip", "tar":
		for _, a := range c.Args {
			l.urls(a.Value, a.At, InputURL, role)
		}
	case "git":
		l.git(c, role)
	case "pip", "pipx", "uv", "poetry", "python", "npm", "yarn", "pnpm", "npx", "bun", "gem", "bundle", "cargo", "composer", "conda", "mamba", "go":
		l.languagePackages(c, role)
	case "apk", "apt", "apt-get", "apt-key", "dnf", "yum", "microdnf", "tdnf", "zypper", "add-apt-repository", "yum-config-manager", "dnf-config-manager", "apt-add-repository":
		for _, a := range c.Args {
			l.urls(a.Value, a.At, InputPackageSource, role)
			if strings.HasPrefix(a.Value, "ppa:") {
				l.add(Input{At: a.At, Kind: InputPackageSource, Role: role, Reference: a.Value, Pin: PinNone})
			}
		}
	case "echo", "printf", "tee", "cat", "sed":
		if !sources {
			return
		}
		for _, a := range c.Args {
			l.urls(a.Value, a.At, InputPackageSource, role)
		}
		l.urls(c.HereDoc, c.At, InputPackageSource, role)
	}
}

// git reads what git fetches. A checkout of a full commit in the same command
// line is not followed; the address alone is told.
func (l *inputList) git(c *dockerfile.Command, role InputRole) {
	pin := PinNone
	for i, a := range c.Args {
		value, joined := strings.CutPrefix(a.Value, "--branch=")
		if (a.Value == "-b" || a.Value == "--branch" || a.Value == "--revision") && i+1 < len(c.Args) {
			value, joined = c.Args[i+1].Value, true
		}
		switch {
		case !joined:
		case isCommit(value):
			pin = PinCommit
		case strings.ContainsAny(value, "0123456789"):
			pin = PinTag
		}
	}
	for _, a := range c.Args {
		if strings.Contains(a.Value, "://") || strings.HasPrefix(a.Value, "git@") {
			l.add(Input{At: a.At, Kind: InputGit, Role: role, Reference: a.Value, Pin: pin})
		}
	}
}

// languagePackages reads the indexes that are named to a package manager, and
// what it is told to fetch by address.
func (l *inputList) languagePackages(c *dockerfile.Command, role InputRole) {
	for i, a := range c.Args {
		if !strings.Contains(a.Value, "://") {
			continue
		}
		before := ""
		if i > 0 {
			before = c.Args[i-1].Value
		}
		_, address, _ := strings.Cut(a.Value, "git+")
		switch {
		case strings.Contains(a.Value, "git+"):
			l.add(Input{At: a.At, Kind: InputGit, Role: role, Reference: address, Pin: gitPin(strings.Replace(address, "@", "#", strings.Count(address, "@")))})
		case namesIndex(before) || namesIndex(a.Value):
			l.urls(a.Value, a.At, InputRegistry, role)
		default:
			l.urls(a.Value, a.At, InputURL, role)
		}
	}
}

// namesIndex reports whether an option names an index, in one word or as the one
// before it.
func namesIndex(word string) bool {
	name, _, _ := strings.Cut(word, "=")
	return slices.Contains([]string{
		"-i", "--index-url", "--extra-index-url", "--index", "--default-index", "-f", "--find-links", "--registry", "registry", "set", "--source", "-s",
		"--repository", "-c", "--channel", "--proxy", "GOPROXY",
	}, name)
}

// urls adds the addresses in a text.
func (l *inputList) urls(text string, at source.Span, kind InputKind, role InputRole) {
	for {
		i := strings.Index(text, "://")
		if i < 0 {
			return
		}
		start := i
		for start > 0 && isSchemeByte(text[start-1]) {
			start--
		}
		end := i + 3
		for end < len(text) && strings.IndexByte(" \t\r\n\"'`<>|;)]", text[end]) < 0 {
			end++
		}
		url := text[start:end]
		text = text[end:]
		scheme, rest, _ := strings.Cut(url, "://")
		if !slices.Contains([]string{"http", "https", "ftp", "ftps", "s3", "gs"}, strings.ToLower(scheme)) || isLocalURL(rest) {
			continue
		}
		in := Input{At: at, Kind: kind, Role: role, Reference: url, Pin: PinNone}
		if kind == InputURL {
			in.Pin = urlPin(url)
		}
		l.add(in)
	}
}

func isSchemeByte(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' || '0' <= b && b <= '9' }

// isLocalURL reports whether what follows the scheme leads to the build itself.
func isLocalURL(rest string) bool {
	for _, host := range []string{"localhost", "127.0.0.1", "[::1]", "0.0.0.0"} {
		if after, ok := strings.CutPrefix(rest, host); ok && (after == "" || after[0] == ':' || after[0] == '/') {
			return true
		}
	}
	return rest == ""
}

// isPackageSources reports whether a path, or a script, is one of the files in
// which package managers keep their repositories.
func isPackageSources(s string) bool {
	for _, mark := range []string{"sources.list", "/etc/apk/repositories", "yum.repos.d", "zypp/repos.d", ".repo"} {
		if strings.Contains(s, mark) {
			return true
		}
	}
	return false
}

// isGitURL reports whether ADD clones a source rather than downloading it.
// https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository
func isGitURL(s string) bool {
	address, _, _ := strings.Cut(s, "#")
	address, _, _ = strings.Cut(address, "?")
	return strings.HasPrefix(s, "git@") || strings.HasPrefix(s, "git://") || strings.HasPrefix(s, "ssh://") ||
		strings.Contains(s, "://") && strings.HasSuffix(address, ".git")
}

// gitPin reads the reference behind "#", or that of the query that BuildKit
// takes.
func gitPin(url string) Pin {
	if strings.Contains(url, "checksum=") {
		return PinCommit
	}
	_, ref, ok := strings.Cut(url, "#")
	if i := strings.LastIndexByte(ref, '#'); i >= 0 {
		ref = ref[i+1:]
	}
	ref, _, _ = strings.Cut(ref, ":")
	ref, _, _ = strings.Cut(ref, "&")
	for _, key := range []string{"?ref=", "?tag=", "?branch=", "?commit=", "&ref=", "&tag=", "&commit="} {
		if _, value, has := strings.Cut(url, key); has {
			ref, ok = value, true
			ref, _, _ = strings.Cut(ref, "&")
		}
	}
	switch {
	case !ok || ref == "":
		return PinNone
	case strings.Contains(ref, "$"):
		return PinUnknown
	case isCommit(ref):
		return PinCommit
	}
	return PinTag
}

// urlPin is what the address itself says: a commit, a version, or nothing.
func urlPin(url string) Pin {
	digits := func(b byte) bool { return '0' <= b && b <= '9' }
	for word := range strings.FieldsFuncSeq(url, func(r rune) bool { return strings.ContainsRune("/@=?#", r) }) {
		if isCommit(word) {
			return PinCommit
		}
	}
	_, path, _ := strings.Cut(url, "://")
	_, path, _ = strings.Cut(path, "/")
	for i := 1; i+1 < len(path); i++ {
		if path[i] == '.' && digits(path[i-1]) && digits(path[i+1]) {
			return PinVersion
		}
	}
	if strings.Contains(path, "$") {
		return PinUnknown
	}
	return PinNone
}

// isCommit reports whether a word is a full commit of Git.
func isCommit(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

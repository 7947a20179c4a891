package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// unpinnedElsewhere returns the checks of hadolint that find a package of a
// language without a version in a command: there is one for each program. They
// are content with any bound or tag.
func unpinnedElsewhere(c *dockerfile.Command) []string {
	if !installsLanguagePackage(c.Name) {
		return []string{}
	}
	p, ok := plainly(c)
	switch {
	case !ok:
	case p.looseForPip():
		return []string{"hadolint:DL3013"}
	case p.looseForNpm():
		return []string{"hadolint:DL3016"}
	case p.looseForGem():
		return []string{"hadolint:DL3028"}
	case p.looseForGo():
		return []string{"hadolint:DL3062"}
	}
	return []string{}
}

func installsLanguagePackage(name string) bool {
	return name == "npm" || name == "gem" || name == "go" || strings.HasPrefix(name, "pip") || strings.HasPrefix(name, "python")
}

func (p plain) looseForPip() bool {
	if !p.installsWithPip() || p.has("-r --requirement .") || p.count("c constraint") > 0 {
		return false
	}
	words := p.operands("abi b build e editable extra-index-url f find-links i index-url implementation no-binary only-binary platform prefix "+
		"progress-bar proxy python-version root src t target trusted-host upgrade-strategy", "")
	i := slices.Index(words, "install")
	return i >= 0 && anyWord(words[i+1:], func(a string) bool {
		vcs := versionControlled(a)
		return a != "install" && !strings.ContainsAny(a, "<>") && !strings.Contains(a, "==") && !strings.Contains(a, "!=") && !strings.Contains(a, "~=") &&
			!(vcs && strings.Contains(a, "@")) && !strings.HasSuffix(a, ".whl") && !strings.HasSuffix(a, ".tar.gz") && (vcs || !strings.Contains(a, "/"))
	})
}

// versionControlled reports whether a requirement is taken from a repository:
// "git+https://…" and the other schemes of pip's manual.
func versionControlled(a string) bool {
	scheme, _, _ := strings.Cut(a, "+")
	return len(scheme) < len(a) && listed("git hg svn bzr", scheme) || strings.HasPrefix(a, "git") || strings.HasPrefix(a, "svn")
}

func (p plain) looseForNpm() bool {
	words := p.operands("", "")
	return p.name == "npm" && len(words) > 0 && words[0] == "install" && anyWord(words[1:], func(a string) bool {
		switch {
		case strings.HasPrefix(a, "git://") || strings.HasPrefix(a, "git+"):
			return !strings.Contains(a, "#")
		case hasAnySuffix(a, ".tar", ".tar.gz", ".tgz"), hasAnyPrefix(a, "/", "./", "../", "~/"):
			return false
		}
		return a != "install" && !strings.Contains(strings.TrimPrefix(a, "@"), "@")
	})
}

func (p plain) looseForGem() bool {
	if p.name != "gem" || !p.has("install i") || p.has("-v --version") || anyWord(p.args, func(a string) bool { return strings.HasPrefix(a, "--version=") }) {
		return false
	}
	return anyWord(p.operands("", "install i --"), func(a string) bool { return !strings.Contains(a, ":") })
}

func (p plain) looseForGo() bool {
	return p.name == "go" && p.has("install get run") && anyWord(p.operands("", "install get run"), func(a string) bool {
		_, ver, ok := strings.Cut(a, "@")
		return remoteModule(a) && (!ok || ver == "latest")
	})
}

// remoteModule reports whether a Go package is one of another host: its path
// begins with a domain.
func remoteModule(path string) bool {
	host, _, _ := strings.Cut(path, "/")
	return strings.Contains(strings.TrimLeft(host, "."), ".") && !strings.HasPrefix(host, ".") && !strings.HasSuffix(host, ".go")
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

func hasAnySuffix(s string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(p string) bool { return strings.HasSuffix(s, p) })
}

package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// manager says how the package manager of a distribution is called. Each field
// is a list of words, separated by spaces.
type manager struct {
	installs string // verbs that are followed by the packages to install
	asks     string // verbs that ask before they do it
	upgrades string // verbs that take everything to its newest version
	yes      string // options that answer, or leave nothing to ask
	valued   string // options whose value is the next word
	caches   string // folders that it fills
}

// managerOf is the table of the package managers. The verbs and options are
// those of their manual pages: apt-get(8), apk(8), yum(8), dnf(8), zypper(8).
func managerOf(program string) (manager, bool) {
	switch program {
	case "apt-get", "apt", "aptitude":
		return manager{
			installs: "install reinstall",
			asks:     "install reinstall upgrade dist-upgrade full-upgrade safe-upgrade remove purge autoremove build-dep",
			upgrades: "upgrade dist-upgrade full-upgrade safe-upgrade",
			yes:      "-y --yes --assume-yes --force-yes --assume-no -s --simulate --dry-run --print-uris -h --help",
			valued:   "-t -o -c -a --target-release --default-release --option --config-file --host-architecture",
			caches:   "/var/lib/apt/lists",
		}, true
	case "apk":
		return manager{
			installs: "add",
			upgrades: "upgrade",
			valued:   "-t --virtual -X --repository -p --root --repositories-file --keys-dir --cache-dir --cache-max-age --arch --wait",
			caches:   "/var/cache/apk /etc/apk/cache",
		}, true
	case "yum", "dnf", "microdnf", "tdnf":
		return manager{
			installs: "install reinstall groupinstall localinstall install-n install-na install-nevra",
			asks:     "install reinstall groupinstall localinstall group module update upgrade remove erase autoremove downgrade swap distro-sync",
			upgrades: "update upgrade distro-sync",
			yes:      "-y --assumeyes --assumeno -h --help --downloadonly",
			valued:   "-c -x --config --repo --repoid --enablerepo --disablerepo --releasever --installroot --setopt --exclude --forcearch --comment",
			caches:   "/var/cache/yum /var/cache/dnf /var/cache/libdnf5 /var/cache/tdnf",
		}, true
	case "zypper":
		return manager{
			installs: "install in",
			asks:     "install in remove rm update up patch dist-upgrade dup source-install si",
			upgrades: "update up dist-upgrade dup",
			yes:      "-y --no-confirm -n --non-interactive -h --help --dry-run -D",
			valued:   "-r --repo --from -R --root --reposd-dir --cache-dir --plus-repo -p -t --type -c --config",
			caches:   "/var/cache/zypp",
		}, true
	}
	return manager{}, false
}

// packageCall is a command of a distribution's package manager, taken apart.
type packageCall struct {
	manager
	cmd  *dockerfile.Command
	opts []option
	// verb has no text where there is none; operands are the words after it.
	verb     dockerfile.Word
	operands []dockerfile.Word
}

// callsManager takes a command apart, if it is one of a package manager.
func callsManager(c *dockerfile.Command) (packageCall, bool) {
	m, ok := managerOf(c.Name)
	if !ok {
		return packageCall{}, false
	}
	call := packageCall{manager: m, cmd: c}
	call.opts, call.operands = options(c.Args, m.valued)
	if len(call.operands) > 0 {
		call.verb, call.operands = call.operands[0], call.operands[1:]
	}
	return call, true
}

// packages returns what the call installs, nil where it does something else.
func (c packageCall) packages() []dockerfile.Word {
	if !listed(c.installs, c.verb.Value) {
		return nil
	}
	return c.operands
}

// asked reports whether an option stands in the call.
func (c packageCall) asked(options string) bool {
	for _, o := range c.opts {
		if listed(options, o.name) {
			return true
		}
	}
	return false
}

// family is the name for the keys of findings, which stay where apt becomes
// apt-get.
func family(program string) string {
	if program == "apt-get" {
		return "apt"
	}
	return program
}

// listed reports whether a list of words holds one.
func listed(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

// mounted reports whether what a program writes to one of the folders goes to a
// mount of the RUN that is kept out of the image.
func mounted(run *dockerfile.Run, folders string) bool {
	for _, m := range run.Instruction.Mounts {
		if m.Type != "cache" && m.Type != "tmpfs" {
			continue
		}
		for folder := range strings.FieldsSeq(folders) {
			if within(folder, m.Target) || within(m.Target, folder) {
				return true
			}
		}
	}
	return false
}

// within reports whether a path is a folder or lies in it.
func within(path, folder string) bool {
	folder = strings.TrimRight(folder, "/")
	rest, ok := strings.CutPrefix(path, folder)
	return ok && folder != "" && (rest == "" || rest[0] == '/')
}

// scriptsUntil reports whether a text stands in a RUN of the stage, or of those
// it is built from, up to a RUN: a configuration that is written there.
func scriptsUntil(run *dockerfile.Run, text string) bool {
	for _, s := range chain(run.Instruction.Stage) {
		for _, in := range s.Instructions {
			if in.Run != nil && strings.Contains(in.Run.Script, text) {
				return true
			}
			if in == run.Instruction {
				return false
			}
		}
	}
	return false
}

// eachRunKnowing looks at every RUN, and tells whether a text stands in it or in
// one before it: a configuration that is written there.
func eachRunKnowing(text string, f func(p *rule.Pass, run *dockerfile.Run, known bool)) rule.Check {
	return rule.EachStage(func(p *rule.Pass, s *dockerfile.Stage) {
		known := strings.Contains(s.File.Source.Text, text)
		if known { // somewhere
			known = slices.ContainsFunc(chain(s.Parent), func(below *dockerfile.Stage) bool {
				return slices.ContainsFunc(runs(below), func(r *dockerfile.Run) bool { return strings.Contains(r.Script, text) })
			})
		}
		for _, run := range runs(s) {
			known = known || strings.Contains(run.Script, text)
			f(p, run, known)
		}
	})
}

// environment returns the value that ENV gives a variable for a RUN.
func environment(run *dockerfile.Run, name string) string {
	value := ""
	for _, s := range chain(run.Instruction.Stage) {
		for _, in := range s.Instructions {
			if in == run.Instruction {
				return value
			}
			if in.Keyword != "ENV" || in.OnBuild {
				continue
			}
			for _, p := range in.Pairs {
				if p.Key.Value == name {
					value = p.Value.Value
				}
			}
		}
	}
	return value
}

// commandFinding is a finding about a command of a RUN.
func commandFinding(run *dockerfile.Run, at source.Span, key, message, fix string) rule.Finding {
	return rule.Finding{
		Message: message,
		At:      at,
		Subject: stageSubject(run.Instruction.Stage),
		Key:     key,
		Fix:     &rule.Fix{Title: fix},
	}
}

// insertAfter offers to write a text behind a word of a shell command.
func insertAfter(run *dockerfile.Run, w dockerfile.Word, text string) []source.Edit {
	if run.Exec || !run.Parsed || w.At.Text() != w.Value {
		return nil
	}
	end := w.At.End.Offset
	return []source.Edit{{Span: w.At.File.Span(end, end), New: text}}
}

// list joins the values of words.
func list(words []dockerfile.Word) string {
	values := make([]string, len(words))
	for i, w := range words {
		values[i] = w.Value
	}
	return strings.Join(values, ", ")
}

package flow

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// executes reads what a command runs: itself, a script, or what comes in.
func (t *tracker) executes(c *dockerfile.Command, in content) {
	if found, ok := t.program(c); ok {
		t.runs(c, c.Name, found, false)
	}
	if given(c.Program) {
		t.runs(c, "the shell", t.words(c, c.Program), true)
	}
	name, args := interpreterOf(c)
	switch {
	case name == "eval":
		for _, w := range args {
			t.runsWord(c, w)
		}
	case name == "source" || name == ".":
		if len(args) > 0 {
			t.runsFile(c, args[0])
		}
		if ReadsProgram(c) {
			t.runs(c, name, in, true)
		}
	case IsShell(name) || isInterpreter(name):
		if ReadsProgram(c) {
			t.runs(c, c.Name, in, true)
		}
		t.runsArguments(c, name, args)
	case name == "java":
		if l := read(args, "-jar -cp -classpath"); l.has("-jar") {
			jar, _ := l.get("-jar")
			t.runs(c, c.Name, t.file(c, jar), false)
		}
	}
}

// program is the file that a command runs, found by its path or among those that
// everybody's PATH holds.
func (t *tracker) program(c *dockerfile.Command) (content, bool) {
	v := c.Program.Value
	switch {
	case v == "":
		return content{}, false
	case strings.ContainsAny(v, "/$"):
		return t.executed(c, v)
	}
	for _, dir := range [...]string{"/usr/local/bin/", "/usr/bin/", "/bin/", "/usr/local/sbin/", "/usr/sbin/", "/sbin/"} {
		if found, ok := t.named[dir+v]; ok {
			return found, true
		}
	}
	return content{}, false
}

// executed is a file that is run. What was unpacked into the root folder is only
// meant by relative names: most absolute ones were there before.
func (t *tracker) executed(c *dockerfile.Command, name string) (content, bool) {
	if name == "" {
		return content{}, false
	}
	found, ok := t.get(clean(c.Dir, name))
	if !ok && !strings.HasPrefix(name, "/") && clean(c.Dir, ".") == "/" {
		found, ok = t.trees["/"]
	}
	return found, ok
}

// given reports whether a word is a substitution or a variable and no more.
func given(w dockerfile.Word) bool {
	text := strings.TrimLeft(w.Text, `"' `)
	return strings.HasPrefix(text, "$") || strings.HasPrefix(text, "`") || strings.HasPrefix(text, "<(")
}

// runsWord is for a word that is a script.
func (t *tracker) runsWord(c *dockerfile.Command, w dockerfile.Word) {
	if given(w) {
		t.runs(c, c.Name, t.words(c, w), true)
	}
}

// runsFile is for a word that names a script, or is one: <(…).
func (t *tracker) runsFile(c *dockerfile.Command, w dockerfile.Word) {
	if strings.HasPrefix(w.Text, "<(") {
		t.runs(c, c.Name, t.words(c, w), true)
	} else if found, ok := t.executed(c, w.Value); ok {
		t.runs(c, c.Name, found, false)
	}
}

func (t *tracker) runsArguments(c *dockerfile.Command, name string, args []dockerfile.Word) {
	for i, a := range args {
		v := a.Value
		switch {
		case IsShell(name) && scriptFlag(v) || isInterpreter(name) && (v == "-c" || v == "-e" || v == "-r"):
			if i+1 < len(args) {
				t.runsWord(c, args[i+1])
			}
			return
		case v == "-m":
			return
		case !strings.HasPrefix(v, "-"):
			t.runsFile(c, a)
			return
		}
	}
}

// interpreterOf returns a command's program without the version in its name.
func interpreterOf(c *dockerfile.Command) (string, []dockerfile.Word) {
	name := c.Name
	if !IsShell(name) {
		name = strings.TrimRight(name, "0123456789.")
		if name == "" {
			name = c.Name
		}
	}
	return name, c.Args
}

// IsShell reports whether a program is a shell of Unix.
func IsShell(name string) bool {
	switch name {
	case "sh", "bash", "ash", "dash", "zsh", "ksh":
		return true
	}
	return false
}

func isInterpreter(name string) bool {
	switch name {
	case "python", "perl", "ruby", "node", "nodejs", "php", "lua", "deno", "bun", "pwsh":
		return true
	}
	return false
}

// ReadsProgram reports whether a command runs what comes in on standard input.
func ReadsProgram(c *dockerfile.Command) bool {
	name, args := interpreterOf(c)
	if !IsShell(name) && !isInterpreter(name) {
		return (name == "source" || name == ".") && len(args) > 0 && args[0].Value == "/dev/stdin"
	}
	for i, a := range args {
		switch v := a.Value; {
		case v == "-" || v == "/dev/stdin" || v == "-s" || v == "--":
			return true
		case v == "-o" || i > 0 && args[i-1].Value == "-o":
		case strings.HasPrefix(v, "-") && IsShell(name):
			if scriptFlag(v) {
				return false
			}
			if strings.Contains(v, "s") && !strings.HasPrefix(v, "--") {
				return true
			}
		case strings.HasPrefix(v, "-"):
			if v == "-c" || v == "-m" || v == "-e" || v == "-r" {
				return false // the program is given
			}
		default:
			return false // a file
		}
	}
	return true
}

func scriptFlag(v string) bool {
	return len(v) > 1 && v[0] == '-' && v[1] != '-' && strings.HasSuffix(v, "c")
}

// installs reads the package managers that are given files or URLs.
func (t *tracker) installs(c *dockerfile.Command) {
	if !installer(c) {
		return
	}
	for _, w := range c.Args {
		if isPackageURL(w) && checksNoSignature(c.Name) {
			d := &Download{Stage: t.run.run.Instruction.Stage, Instruction: t.run.run.Instruction, Command: c, URL: w, Use: Installed}
			t.found = append(t.found, d)
			continue
		}
		if found, ok := t.get(clean(c.Dir, w.Value)); ok {
			t.use(c, Installed, found)
		}
	}
}

func installer(c *dockerfile.Command) bool {
	if !packageManager(c.Name) {
		return false
	}
	l := read(c.Args, "")
	switch verb := l.first(); c.Name {
	case "dpkg":
		return l.has("-i", "--install")
	case "rpm":
		return l.has("-i", "-U", "-F", "--install", "--upgrade", "--freshen") && !l.has("-q", "--query")
	case "apk", "yarn":
		return verb == "add" || verb == "global"
	case "pacman":
		return l.has("-U", "--upgrade")
	default:
		return strings.HasPrefix(verb, "install") || strings.HasPrefix(verb, "localinstall") || verb == "reinstall" || verb == "in" || verb == "i" || verb == "pip"
	}
}

func packageManager(name string) bool {
	switch name {
	case "dpkg", "rpm", "apt", "apt-get", "aptitude", "yum", "dnf", "microdnf", "tdnf", "zypper", "pip", "pip3", "gem", "npm", "pnpm", "uv", "snap", "apk", "yarn", "pacman":
		return true
	}
	return false
}

// checksNoSignature names the programs that install a package from a URL without
// asking for a signature, unless they are configured otherwise.
func checksNoSignature(name string) bool {
	switch name {
	case "rpm", "yum", "dnf", "microdnf", "tdnf":
		return true
	}
	return false
}

func isPackageURL(w dockerfile.Word) bool {
	return strings.Contains(w.Value, "://") && strings.HasSuffix(w.Value, ".rpm") && strings.IndexByte(w.Value, ':') < 6
}

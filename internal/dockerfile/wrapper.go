package dockerfile

import "strings"

// wrapper says how a program that runs another one is called: which of its
// options take a value as a word of their own, and how many words stand before
// the program.
type wrapper struct {
	valued string // option letters and --names, separated by spaces
	words  int
	env    bool // NAME=value words before the program
}

// wrappers are looked through: the Command is the one they run.
func wrapperOf(name string) (wrapper, bool) {
	switch name {
	case "sudo", "doas":
		return wrapper{valued: "-u -g -h -p -C -r -t -T -U -D -R --user --group", env: true}, true
	case "env":
		return wrapper{valued: "-u -C --unset --chdir", env: true}, true
	case "exec":
		return wrapper{valued: "-a"}, true
	case "nice":
		return wrapper{valued: "-n"}, true
	case "time":
		return wrapper{valued: "-f -o"}, true
	case "timeout":
		return wrapper{valued: "-k -s --kill-after --signal", words: 1}, true
	case "ionice":
		return wrapper{valued: "-c -n"}, true
	case "stdbuf":
		return wrapper{valued: "-i -o -e"}, true
	case "gosu", "su-exec", "chroot":
		return wrapper{words: 1}, true
	case "xargs":
		return wrapper{valued: "-n -P -I -L -d -a -s -E"}, true
	case "nohup", "command", "builtin", "busybox", "eatmydata", "chronic":
		return wrapper{}, true
	}
	return wrapper{}, false
}

// finish gives a command its program and arguments, wrappers looked through, and
// reads a script that it is given as a word. It returns the commands with which
// that script fails.
func (w *walker) finish(cmd *Command, words []argument) (fails []*Command) {
	words = unwrap(cmd, words)
	if len(words) == 0 {
		return nil
	}
	cmd.Program = words[0].Word
	if words[0].literal {
		cmd.Name = programName(words[0].Value)
	}
	for _, a := range words[1:] {
		cmd.Args = append(cmd.Args, a.Word)
	}
	for _, t := range scripts(cmd.Name, words[1:]) {
		fails = append(fails, w.inner(t, cmd.Args)...)
	}
	return fails
}

func unwrap(cmd *Command, words []argument) []argument {
	for len(words) > 1 && words[0].literal {
		name := programName(words[0].Value)
		wr, ok := wrapperOf(name)
		if !ok || name == "command" && strings.HasPrefix(strings.ToLower(words[1].Value), "-v") {
			return words
		}
		rest := wr.skip(cmd, words[1:])
		if len(rest) == 0 {
			return words
		}
		cmd.Wrappers = append(cmd.Wrappers, words[0].Word)
		words = rest
	}
	return words
}

// skip leaves out a wrapper's own options, assignments and words.
func (wr wrapper) skip(cmd *Command, words []argument) []argument {
	left := wr.words
	for len(words) > 0 {
		v := words[0].Value
		name, value, assigned := strings.Cut(v, "=")
		switch {
		case v == "--":
			words = words[1:]
			return words[min(left, len(words)):]
		case strings.HasPrefix(v, "-") && len(v) > 1:
			if strings.Contains(" "+wr.valued+" ", " "+v+" ") && len(words) > 1 {
				words = words[1:]
			}
		case wr.env && assigned && name != "" && !strings.ContainsAny(name, "/.-"):
			key := Word{At: words[0].At, Text: name, Value: name}
			cmd.Env = append(cmd.Env, Pair{Key: key, Value: Word{At: words[0].At, Text: value, Value: value}, HasValue: true})
		case left > 0:
			left--
		default:
			return words
		}
		words = words[1:]
	}
	return nil
}

// scripts returns the words that a program runs as shell: after -c, or all of
// eval's.
func scripts(name string, args []argument) []text {
	switch {
	case name == "eval":
		var out []text
		for _, a := range args {
			if a.hasQuoted {
				out = append(out, a.quoted)
			}
		}
		return out
	case isUnixShell(name), name == "su", name == "runuser":
		for i, a := range args[:max(len(args)-1, 0)] {
			if shellScriptFlag(a.Value) && args[i+1].hasQuoted {
				return []text{args[i+1].quoted}
			}
			if !strings.HasPrefix(a.Value, "-") && isUnixShell(name) {
				return nil
			}
		}
	}
	return nil
}

// shellScriptFlag reports whether an option is -c, alone or among other letters.
func shellScriptFlag(v string) bool {
	return len(v) > 1 && v[0] == '-' && v[1] != '-' && strings.HasSuffix(v, "c") || v == "--command"
}

package dockerfile

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// outcome is how a part of a script can fail, by the commands that make it so.
type outcome struct {
	// status are the commands with which it fails. tested are those, too, but as
	// parts of && and ||, for which "set -e" does nothing.
	status, tested []*Command
	// inverse are those with which it succeeds: "! command".
	inverse []*Command
	// exits are the commands whose failure ends the shell.
	exits []*Command
	ends  ending
}

// ending says that a part of a script never succeeds.
type ending int

const (
	succeeds ending = iota
	fails           // false, or a subshell that exits
	exits           // exit
)

// shellState is what commands change for those after them.
type shellState struct {
	dir, oldDir       string
	errexit, pipefail bool
}

// after adds the outcome of the next statement of a list. That of all but the
// last is lost, but for "set -e".
func (w *walker) after(all, next outcome, last bool) outcome {
	all.exits = append(all.exits, next.exits...)
	all.ends = max(all.ends, next.ends)
	switch {
	case last:
		all.status, all.tested, all.inverse = next.status, next.tested, next.inverse
		return all
	case next.ends != exits:
		all.ends = succeeds
	}
	if w.errexit {
		all.exits = append(all.exits, next.status...)
	} else {
		hold(next.status, len(w.run.Commands))
	}
	hold(next.tested, len(w.run.Commands))
	return all
}

// and is the outcome of x && y.
func (x outcome) and(y outcome) outcome {
	o := outcome{
		status: y.status, tested: append(append(x.tested, x.status...), y.tested...),
		exits: append(x.exits, y.exits...), ends: max(x.ends, y.ends),
	}
	if y.ends == exits && len(x.inverse) > 0 { // [ "$sum" != "$want" ] && exit 1
		o.exits, o.ends = append(o.exits, x.inverse...), x.ends
	}
	return o
}

// or is the outcome of x || y, where y begins at the given command.
func (x outcome) or(y outcome, begins int) outcome {
	failed := append(x.tested, x.status...)
	o := outcome{status: y.status, tested: y.tested, exits: append(x.exits, y.exits...)}
	switch y.ends {
	case exits:
		o.exits = append(o.exits, failed...)
	case fails:
		o.status = append(o.status, failed...)
	default:
		hold(failed, begins)
	}
	return o
}

// either is the outcome of two branches.
func (x outcome) either(y outcome) outcome {
	return outcome{
		status: append(x.status, y.status...), tested: append(x.tested, y.tested...), exits: append(x.exits, y.exits...),
		ends: min(x.ends, y.ends),
	}
}

// process runs what has a shell of its own: what it changes ends with it.
func (w *walker) process(run func() outcome) outcome {
	before := w.shellState
	o := run()
	w.shellState = before
	return outcome{status: slices.Concat(o.status, o.tested, o.exits), inverse: o.inverse, ends: min(o.ends, fails)}
}

// hold notes up to where commands are held up by the failure of others.
func hold(commands []*Command, until int) {
	for _, c := range commands {
		c.Holds = max(c.Holds, until)
	}
}

// always marks commands with which the whole RUN fails.
func always(commands []*Command) { hold(commands, Always) }

// effect takes in what a command does to the shell that runs it.
func (w *walker) effect(cmd *Command, o outcome) outcome {
	switch cmd.Name {
	case "cd", "pushd", "popd":
		w.changeDir(cmd)
	case "set":
		w.set(cmd.Args)
	case "false":
		o.ends = fails
	case "test", "[", "[[":
		if slices.ContainsFunc(cmd.Args, func(w Word) bool { return w.Value == "!=" }) {
			o.inverse = append(o.inverse, cmd)
		}
	case "exit", "return", "die", "fail", "abort":
		if len(cmd.Args) == 0 || cmd.Args[0].Value != "0" {
			o.ends = exits
		}
	}
	return o
}

func (w *walker) changeDir(cmd *Command) {
	to := ""
	for _, a := range cmd.Args {
		if a.Value == "-" || !strings.HasPrefix(a.Value, "-") {
			to = a.Value
		}
	}
	switch {
	case cmd.Name == "popd" || to == "-":
		w.dir, w.oldDir = w.oldDir, w.dir
	case to == "" && cmd.Name == "cd":
		w.dir, w.oldDir = "~", w.dir
	case to != "":
		w.dir, w.oldDir = Join(w.dir, to), w.dir
	}
}

// set reads the options of "set" and of shells.
func (w *walker) set(args []Word) { w.setWords(values(args)) }

func (w *walker) setWords(words []string) {
	for i, v := range words {
		if len(v) < 2 || v[0] != '-' && v[0] != '+' || v[1] == '-' {
			continue
		}
		on := v[0] == '-'
		if strings.Contains(v, "e") {
			w.errexit = on
		}
		if !strings.HasSuffix(v, "o") || i+1 == len(words) {
			continue
		}
		switch words[i+1] {
		case "errexit":
			w.errexit = on
		case "pipefail":
			w.pipefail = on
		}
	}
}

// Join names a file as seen from a directory. What begins with a variable, or
// with the home directory, is taken to be absolute.
func Join(dir, name string) string {
	if name == "" {
		return dir
	}
	if strings.ContainsAny(name[:1], "/$~`") || dir == "" {
		return path.Clean(name)
	}
	return path.Join(dir, name)
}

// branches reads if, elif and else.
func (w *walker) branches(x *syntax.IfClause, c around) outcome {
	cond := w.stmts(x.Cond, c)
	if len(x.Cond) == 0 { // else
		return w.stmts(x.Then, c)
	}
	then := w.stmts(x.Then, c)
	end := len(w.run.Commands)
	var other outcome
	if x.Else != nil {
		other = w.branches(x.Else, c)
	}
	all := then.either(other)
	all.exits = append(all.exits, cond.exits...)
	failed := append(cond.status, cond.tested...)
	switch other.ends {
	case exits:
		all.exits = append(all.exits, failed...)
	case fails:
		all.status = append(all.status, failed...)
	default:
		hold(failed, end)
	}
	switch then.ends { // if ! check; then exit 1; fi
	case exits:
		all.exits = append(all.exits, cond.inverse...)
	case fails:
		all.status = append(all.status, cond.inverse...)
	}
	return all
}

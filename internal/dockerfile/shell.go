package dockerfile

import (
	"path"
	"slices"
	"strings"
)

// unixShells are the interpreters whose scripts are read as shell.
var unixShells = []string{"sh", "bash", "ash", "dash", "zsh", "ksh", "mksh", "busybox"}

// setShell takes in a SHELL instruction.
func (s *scope) setShell(in *Instruction) {
	s.shell = nil
	for _, w := range in.Args {
		s.shell = append(s.shell, w.Value)
	}
	s.foreign, s.told = "", false
	if len(s.shell) > 0 && !isUnixShell(s.shell[0]) {
		s.foreign = "SHELL is " + programName(s.shell[0])
	}
}

// windows notes a base image whose default shell is cmd.
func (s *scope) windows(base Reference) {
	if base.Stage != nil || s.shell != nil {
		return
	}
	name := strings.ToLower(base.Text)
	for _, mark := range []string{"windows/", "nanoserver", "servercore", "windowsservercore"} {
		if strings.Contains(name, mark) {
			s.foreign = "the base is a Windows image, whose shell is cmd"
		}
	}
}

func isUnixShell(program string) bool { return slices.Contains(unixShells, programName(program)) }

// programName returns the base name of a program, Windows paths and .exe included.
func programName(program string) string {
	return strings.TrimSuffix(path.Base(strings.ReplaceAll(program, `\`, "/")), ".exe")
}

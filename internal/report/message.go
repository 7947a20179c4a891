package report

import "strings"

// Message makes a message of several lines, which may quote the project, fit
// for a terminal and for a workflow's log: each line visible characters only,
// none of them a command.
func Message(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = withoutCommands(plain(l))
	}
	return strings.Join(lines, "\n")
}

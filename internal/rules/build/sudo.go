package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// sudoFix is the remedy for a call of sudo at a word. Where root calls it, to stay
// root, it does nothing but need the program, and can be taken out; elsewhere the
// step would lose the rights that it needs.
func sudoFix(run *dockerfile.Run, c *dockerfile.Command, at source.Span) *rule.Fix {
	fix := &rule.Fix{Title: "do it as root before the last USER, without sudo"}
	if run.Exec || !run.Parsed || !runsAsRoot(run.Instruction) || at.Text() != "sudo" || c.Program.At.Start.Offset <= at.End.Offset {
		return fix
	}
	// From sudo to the program, options that keep the user and the environment.
	end := at.End.Offset
	for _, word := range strings.Fields(at.File.Text[at.End.Offset:c.Program.At.Start.Offset]) {
		switch word {
		case "-E", "-n", "-H", "-EH", "-HE", "-nE", "--preserve-env", "--non-interactive", "--set-home":
		default:
			return fix
		}
	}
	if strings.Contains(at.File.Text[end:c.Program.At.Start.Offset], "\n") {
		return fix
	}
	fix.Title = "take sudo out: the step runs as root already"
	fix.Edits = []source.Edit{{Span: at.File.Span(at.Start.Offset, c.Program.At.Start.Offset)}}
	return fix
}

// runsAsRoot reports whether an instruction of a stage is known to run as root:
// by the last USER before it, else by the base image.
func runsAsRoot(in *dockerfile.Instruction) bool {
	if in.Stage == nil || in.OnBuild {
		return false
	}
	base := rootStage(in.Stage)
	root := base.Base.Scratch() || base.Image != nil && base.Image.Root() == dockerfile.Yes
	for _, s := range chain(in.Stage) {
		for _, other := range slices.Concat(s.Triggers, slices.DeleteFunc(slices.Clone(s.Instructions), func(i *dockerfile.Instruction) bool { return i.OnBuild })) {
			if other == in {
				return root
			}
			if other.Keyword == "USER" && len(other.Args) > 0 {
				name, _, _ := strings.Cut(other.Args[0].Value, ":")
				root = isRoot(strings.TrimSpace(name))
			}
		}
	}
	return false
}

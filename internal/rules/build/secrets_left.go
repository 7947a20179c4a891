package build

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// leftSecret is a file with a credential that an instruction puts into the image.
type leftSecret struct {
	effect   effect
	path     string
	what     string
	severity rule.Severity
}

// secretsIn returns the files with credentials that an effect brings.
func secretsIn(e effect) []leftSecret {
	if e.removed || len(e.paths) == 0 {
		return nil
	}
	switch e.by {
	case "COPY", "ADD":
		return copiedSecrets(e)
	case "WORKDIR", "VOLUME", "mkdir", "touch", "ln", "git clone", "git init", "sed", "perl", "tar", "unzip", "bsdtar":
		return nil
	}
	if e.what != "" {
		return []leftSecret{{e, e.paths[0], e.what, rule.Medium}}
	}
	for _, p := range e.paths {
		if what, sure := secretContent(p); what != "" && !publicPlace.MatchString(p) {
			return []leftSecret{{e, p, what, graded(sure)}}
		}
	}
	return nil
}

func graded(sure bool) rule.Severity {
	if sure {
		return rule.Medium
	}
	return rule.Low
}

// copiedSecrets returns what COPY and ADD bring: a file that its name or content
// gives away, or such files in a folder of the build context.
func copiedSecrets(e effect) []leftSecret {
	if publicPlace.MatchString(e.paths[0]) {
		return nil
	}
	if e.copied != nil && (e.copied.Folder || e.copied.Exists) {
		var out []leftSecret
		for _, f := range e.copied.Delicate {
			what, severity := heldBy(f)
			if what == "" {
				continue
			}
			rel := f.Path
			if !e.copied.Whole {
				rel = strings.TrimPrefix(strings.TrimPrefix(f.Path, e.copied.Path), "/")
			}
			out = append(out, leftSecret{e, path.Join(e.paths[0], rel), what, severity})
		}
		return out
	}
	what, sure := secretContent(e.word.Value)
	if what == "" {
		return nil
	}
	return []leftSecret{{e, e.paths[0], what, graded(sure)}}
}

// gitOf returns where an effect puts the history of a repository, "" where it
// does not.
func gitOf(e effect) string {
	switch {
	case len(e.paths) == 0 || e.removed:
	case e.by == "git clone":
		return path.Join(e.paths[0], ".git")
	case e.copied != nil && e.copied.Git && e.copied.Whole:
		return path.Join(e.paths[0], ".git")
	case e.copied != nil && e.copied.Path == ".git" && path.Base(e.paths[0]) == ".git":
		return e.paths[0]
	}
	return ""
}

// gone returns the first effect behind index i that removes a path.
func gone(effects []effect, i int, name string) *effect {
	for k := i + 1; k < len(effects); k++ {
		e := &effects[k]
		if e.removed && slices.ContainsFunc(e.paths, func(p string) bool { return covers(p, name) }) {
			return e
		}
	}
	return nil
}

// removes reports whether a RUN of a chain of stages removes anything, which is
// cheap to tell.
func removes(s *dockerfile.Stage) bool {
	for ; s != nil; s = s.Parent {
		for _, in := range s.Instructions {
			if in.Run != nil && in.Keyword == "RUN" && slices.ContainsFunc(in.Run.Commands, func(c *dockerfile.Command) bool {
				return c.Name == "rm" || c.Name == "unlink" || c.Name == "shred" || len(c.Args) > 0 && (c.Args[0].Value == "clean" || c.Args[0].Value == "cache" || c.Args[0].Value == "cc")
			}) {
				return true
			}
		}
	}
	return false
}

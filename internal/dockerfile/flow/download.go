package flow

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// Download is one URL that is fetched, and what becomes of it.
type Download struct {
	Stage *dockerfile.Stage
	// Instruction is the RUN or ADD that fetches it, Command the command of the
	// RUN, nil for ADD.
	Instruction *dockerfile.Instruction
	Command     *dockerfile.Command
	URL         dockerfile.Word
	// File is the name that it is first stored under, "" where it is handed on.
	File string
	// Sends is true for a request that is not made to get a file: a POST.
	Sends bool
	// Runner is the program that runs it as it comes in, "" if none.
	Runner string
	// Use is the gravest thing done with it unchecked.
	Use Use
	// SameOrigin is true where all that it is checked with comes from the server
	// that it comes from itself.
	SameOrigin bool
	// Ignored is a check of it that nothing depends on, nil if none.
	Ignored *dockerfile.Command

	checked check
	sure    bool // something checks it and the build fails where that fails
}

// Use is what is done with a download, from the most harmless.
type Use int

// The uses.
const (
	Read       Use = iota // looked at, removed, thrown away
	Kept                  // a file of the image
	Unpacked              // an archive
	Executable            // given the right to be run
	Installed             // a package, whose scripts are run
	Run
)

// String says what is done, as in "x is …".
func (u Use) String() string {
	return [...]string{"read", "kept", "unpacked", "made executable", "installed", "run"}[u]
}

// Scheme is the part of the URL before ":", "" where a variable hides it.
func (d *Download) Scheme() string {
	scheme, _, ok := strings.Cut(d.URL.Value, "://")
	if !ok || strings.Contains(scheme, "$") {
		return ""
	}
	return strings.ToLower(scheme)
}

// Checked reports whether something checks it and the build fails where that
// fails.
func (d *Download) Checked() bool { return d.sure }

// check is a check in whose success the commands up to another one rest.
type check struct {
	run         *dockerfile.Run
	after, upTo int
}

// covers reports whether a command is only reached where the check succeeded.
func (k check) covers(run *dockerfile.Run, at int) bool {
	return k.run != nil && k.run == run && k.after < at && at < k.upTo
}

// content is what a file, a pipe or a variable holds.
type content struct {
	// from are the downloads that it was made of; raw is false where a filter
	// made something else of them.
	from []*Download
	raw  bool
	// sums are the downloads whose checksum it holds.
	sums []*Download
	// text is what is written out in the Dockerfile.
	text string
	// foreign is true where it holds what is not followed: a file of the context.
	foreign bool
}

func (c content) and(d content) content {
	out := content{from: union(c.from, d.from), raw: c.raw || d.raw, sums: union(c.sums, d.sums), text: c.text, foreign: c.foreign || d.foreign}
	if d.text != "" {
		out.text = strings.TrimSpace(c.text + "\n" + d.text)
	}
	return out
}

// filtered is what a program that is not known makes of it.
func (c content) filtered() content {
	c.raw = false
	return c
}

func union(a, b []*Download) []*Download {
	if len(a) == 0 || len(b) == 0 {
		return append(a[:len(a):len(a)], b...)
	}
	out := slices.Clone(a)
	for _, d := range b {
		if !slices.Contains(a, d) {
			out = append(out, d)
		}
	}
	return out
}

func without(a, b []*Download) []*Download {
	return slices.DeleteFunc(slices.Clone(a), func(d *Download) bool { return slices.Contains(b, d) })
}

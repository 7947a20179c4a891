package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var copiedArchive = rule.Rule{
	ID:       "TW-D174",
	Name:     "copied-archive",
	Title:    "Archive is copied, then unpacked",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "The archive stays in the layer of COPY, whether it is removed later or not: the image ships the same content twice, and the tool that unpacks it as well.",
	Fix:      "`ADD archive.tar.gz /dir/` unpacks local tar archives in one layer. Others can be mounted for the one step: `RUN --mount=type=bind,source=a.gz,target=/a.gz`.",
	Refs:     refs(practice, "M4"),
	Aliases:  []string{"hadolint:DL3010"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
COPY dist/app.tar.gz "notes.txt" /tmp/
#    ^^^^^^^^^^^^^^^ app.tar.gz is copied and then unpacked by tar
COPY data.xz /tmp/d.xz
#            ^^^^^^^^^ d.xz is copied and then unpacked by unxz
RUN tar -xzf /tmp/app.tar.gz -C /opt && unxz /tmp/d.xz
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 AS build
COPY app.tar.gz /tmp/
RUN tar -tf /tmp/app.tar.gz
FROM debian:12
COPY --from=build /app.tar.gz /tmp/
RUN tar -xf /tmp/app.tar.gz
ADD app.tar.gz /opt/
`},
	Check: rule.EachStage(checkCopiedArchive),
}

func checkCopiedArchive(p *rule.Pass, s *dockerfile.Stage) {
	var archives []dockerfile.Word
	for _, in := range s.Instructions {
		switch {
		case in.Keyword == "COPY" && in.From == nil && len(in.Args) > 1:
			archives = append(archives, archivesOf(in.Args)...)
		case in.Keyword == "RUN" && in.Run != nil && len(archives) > 0:
			archives = slices.DeleteFunc(archives, func(w dockerfile.Word) bool { return reportUnpacked(p, s, w, in.Run) })
		}
	}
}

// archivesOf returns the names under which a COPY brings archives: that of the
// destination where it is one, else those of the sources.
func archivesOf(args []dockerfile.Word) []dockerfile.Word {
	last := len(args) - 1
	if archiveName(args[last].Text) {
		return args[last:]
	}
	return slices.DeleteFunc(slices.Clone(args[:last]), func(w dockerfile.Word) bool { return !archiveName(w.Text) })
}

// reportUnpacked reports an archive that a command of a RUN unpacks.
func reportUnpacked(p *rule.Pass, s *dockerfile.Stage, archive dockerfile.Word, run *dockerfile.Run) bool {
	name := lastPart(archive.Text)
	for _, c := range run.Commands {
		if !c.Inner && unpacker(c) && slices.ContainsFunc(c.Args, func(w dockerfile.Word) bool { return lastPart(w.Value) == name }) {
			p.Report(rule.Finding{
				Message: fmt.Sprintf("%s is copied and then unpacked by %s", name, c.Name), At: archive.At,
				Subject: stageSubject(s), Key: name, Aliases: unpackAliases(s, c),
				Related: []source.Related{{At: c.At, Message: "unpacked here"}},
				Fix:     &rule.Fix{Title: "unpack it with ADD if it is a tar archive, or mount it for that RUN"},
			})
			return true
		}
	}
	return false
}

// unpackAliases: hadolint forgets what it found at each FROM, and does not know
// the options of tar without a dash.
func unpackAliases(s *dockerfile.Stage, c *dockerfile.Command) []string {
	if s.Last && written(c) == c.Name && (c.Name != "tar" || dashedExtract(c)) {
		return []string{"hadolint:DL3010"}
	}
	return []string{}
}

// unpacker reports whether a command unpacks: a decompressor, or tar told to.
func unpacker(c *dockerfile.Command) bool {
	switch c.Name {
	case "unzip", "gunzip", "bunzip2", "unlzma", "unxz", "zgz", "uncompress", "zcat", "gzcat":
		return true
	case "tar":
		return dashedExtract(c) || len(c.Args) > 0 && !strings.HasPrefix(c.Args[0].Value, "-") && strings.Contains(c.Args[0].Value, "x") && !strings.Contains(c.Args[0].Value, ".")
	}
	return false
}

// dashedExtract reports whether tar is told to unpack by an option with a dash.
func dashedExtract(c *dockerfile.Command) bool {
	return slices.ContainsFunc(c.Args, func(w dockerfile.Word) bool {
		return w.Value == "--extract" || w.Value == "--get" || strings.HasPrefix(w.Value, "-") && strings.Contains(w.Value, "x")
	})
}

// archiveName reports whether a name ends as archives do that ADD unpacks, or
// that are tar archives most of the time.
func archiveName(name string) bool {
	name = unquoted(name)
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return false
	}
	switch name[dot:] {
	case ".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".xz":
		return true
	}
	return false
}

// lastPart is the last part of a path, Windows ones included.
func lastPart(path string) string {
	path = unquoted(path)
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

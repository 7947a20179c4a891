package build

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var addForFiles = rule.Rule{
	ID:       "TW-D175",
	Name:     "add-for-files",
	Title:    "ADD is used where COPY does",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "ADD also downloads and unpacks, by what a source looks like. A file that is exchanged for an archive, or a variable that becomes a URL, puts content into the image that no reader of the Dockerfile expects; COPY never does.",
	Fix:      "Write `COPY`. Keep ADD for what only it can: `ADD --checksum=… URL`, git sources, local tar archives.",
	Refs:     refs(cis, "4.9", practice, "M10"),
	Aliases:  []string{hadolintAdd, trivyAdd, checkovAdd, kicsAdd, dockleAdd},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ADD src/ /app
#   ^^^^ src/ is a local file or folder, COPY is enough
ADD --chown=1:1 --link run.sh conf/*.json /etc/app/
#                      ^^^^^^ run.sh is a local file or folder, COPY is enough
ADD rootfs /
#   ^^^^^^ rootfs is a local file or folder, COPY is enough
ADD ["a b.txt", "/x"]
#     ^^^^^^^ a b.txt is a local file or folder, COPY is enough
onbuild add lib/ /app
#           ^^^^ lib/ is a local file or folder, COPY is enough
ADD x.tar.gz notes.txt /x/
#            ^^^^^^^^^ notes.txt is a local file or folder, COPY is enough
`},
	Good: []string{`
-- Dockerfile --
ARG U=https://example.com/x
FROM debian:12
ARG U
COPY . /app
ADD app.tar.xz /app
ADD --checksum=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef https://example.com/x /x
ADD git@github.com:acme/x.git#v1 /x
ADD $U /x
ADD $SOURCE /x
`},
	Check: rule.EachInstruction(checkAddForFiles, "ADD"),
}

func checkAddForFiles(p *rule.Pass, in *dockerfile.Instruction) {
	plain, ok := firstPlain(in)
	if !ok {
		return
	}
	fix := &rule.Fix{Title: "write COPY"}
	if replaceable(in) {
		kw := "COPY"
		if in.KeywordAt.Text() == "add" {
			kw = "copy"
		}
		fix.Edits = []source.Edit{{Span: in.KeywordAt, New: kw}}
	}
	p.Report(rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, in.Stage),
		Message:  plain.Value + " is a local file or folder, COPY is enough",
		At:       plain.At, Subject: stageSubject(in.Stage), Key: plain.Text, Aliases: append([]string{}, addAliases(in)...), Fix: fix,
	})
}

// firstPlain returns the first source of an ADD that COPY would bring in too.
func firstPlain(in *dockerfile.Instruction) (dockerfile.Word, bool) {
	if len(in.Args) < 2 {
		return dockerfile.Word{}, false
	}
	sources := in.Args[:len(in.Args)-1]
	i := slices.IndexFunc(sources, copyable)
	if i < 0 {
		return dockerfile.Word{}, false
	}
	return sources[i], true
}

// replaceable reports whether COPY is sure to do the same. What ADD unpacks it
// tells by content, so a name without an ending may be an archive.
func replaceable(in *dockerfile.Instruction) bool {
	for _, f := range in.Flags {
		switch f.Name {
		case "chown", "chmod", "link":
		default:
			return false
		}
	}
	return !slices.ContainsFunc(in.Args[:len(in.Args)-1], func(w dockerfile.Word) bool {
		base := path.Base(w.Value)
		named := w.Value == "." || strings.HasSuffix(w.Value, "/") || strings.HasPrefix(w.Value, "<<") || strings.Trim(path.Ext(base), "*?[]") != "" && !strings.ContainsAny(path.Ext(base), "*?[]")
		return !named || !copyable(w) || strings.Contains(w.Value, "$")
	})
}

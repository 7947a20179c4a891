package build

import (
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// pin is the edit that adds the digest to an image reference, nil where a person
// must say first what is meant: without a tag, or with latest, nobody knows which
// version, and behind a variable the digest would silently win over whatever the
// variable is set to.
func pin(r dockerfile.Reference) *rule.Lookup {
	if r.Tag == "" || r.Tag == "latest" || r.Digest != "" || r.Written != r.Text || r.At.Text() != r.Text {
		return nil
	}
	end := r.At.End.Offset
	return &rule.Lookup{Image: r.Text, At: r.At.File.Span(end, end), Before: "@"}
}

// checksum is the edit that gives ADD the hash of the one file it downloads, nil
// where the address is not written out in full or where the frontend that the
// file asks for may not know the flag (it came with docker/dockerfile 1.6).
func checksum(in *dockerfile.Instruction, url dockerfile.Word) *rule.Lookup {
	if len(in.Args) != 2 || in.JSON || url.Text != url.Value || url.At.Text() != url.Text || !strings.HasPrefix(url.Value, "https://") ||
		in.Stage == nil || !knowsChecksum(in.Stage.File) {
		return nil
	}
	start := url.At.Start.Offset
	return &rule.Lookup{URL: url.Value, At: url.At.File.Span(start, start), Before: "--checksum=", After: " "}
}

// knowsChecksum reports whether the frontend that reads the file has ADD
// --checksum: the builder's own, or Docker's from version 1.6 on.
// https://github.com/moby/buildkit/releases/tag/dockerfile%2F1.6.0
func knowsChecksum(f *dockerfile.File) bool {
	if f.Syntax == "" {
		return true
	}
	if !f.OfficialSyntax() {
		return false
	}
	name, _, _ := strings.Cut(f.Syntax, "@")
	_, tag, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], ":")
	major, rest, _ := strings.Cut(strings.TrimSuffix(tag, "-labs"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(minor)
	return major == "" || major == "latest" || major == "labs" || major == "1" && (rest == "" || err == nil && n >= 6)
}

// latestFrontend is the edit that names a version of Docker's own frontend where
// none is named; nil where the tag is one whose features version 1 may lack.
func latestFrontend(f *dockerfile.File) []source.Edit {
	at := f.SyntaxAt
	switch rest, _ := strings.CutPrefix(at.Text()[strings.LastIndexByte(at.Text(), '/')+1:], "dockerfile"); rest {
	case "":
		return []source.Edit{{Span: at.File.Span(at.End.Offset, at.End.Offset), New: ":1"}}
	case ":latest":
		return []source.Edit{{Span: at.File.Span(at.End.Offset-len("latest"), at.End.Offset), New: "1"}}
	}
	return nil
}

// pinFrontend is the edit that adds the digest to the frontend's reference.
func pinFrontend(f *dockerfile.File) *rule.Lookup {
	_, tag, _ := strings.Cut(f.Syntax[strings.LastIndexByte(f.Syntax, '/')+1:], ":")
	if tag == "" || tag == "latest" || f.SyntaxAt.Text() != f.Syntax {
		return nil
	}
	end := f.SyntaxAt.End.Offset
	return &rule.Lookup{Image: f.Syntax, At: f.SyntaxAt.File.Span(end, end), Before: "@"}
}

package dockerfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// region is the lines of one instruction, for ignore comments.
type region struct {
	first, last int
	in          *Instruction
}

// ignores reads the in-place waivers of the file: ours, hadolint's and
// BuildKit's. A comment above an instruction speaks of all its lines; one inside
// a RUN speaks of the next line that is no comment.
func (r *reader) ignores() {
	if !mayIgnore(r.src.Text) {
		return
	}
	var regions []region
	for in := range r.file.Instructions() {
		regions = append(regions, region{in.Span.Start.Line, in.Span.End.Line, in})
	}
	for line := 1; line <= r.src.LineCount(); line++ {
		body := strings.TrimSpace(strings.TrimPrefix(r.src.Line(line), byteOrderMark))
		if !strings.HasPrefix(body, "#") || r.insideFile(regions, line) {
			continue
		}
		if body == "#" {
			r.forget(line)
			continue
		}
		if len(r.file.Ignores) >= source.MaxIgnores {
			r.notAnalysed(line, fmt.Sprintf("more than the limit of %d ignore comments; those from here on do not count", source.MaxIgnores))
			return
		}
		ig, ok := parseIgnore(r.src.LineSpan(line), strings.TrimSpace(strings.TrimLeft(body, "#")))
		switch {
		case !ok || ig.whole:
		case ig.Foreign == "buildkit" && line == r.file.Checks.Line:
		case ig.stage:
			ig.First, ig.Last = r.stageLines(regions, line)
		default:
			ig.First, ig.Last = r.covered(regions, line)
			if at := r.file.SyntaxAt; at.Valid() && line > at.Start.Line && line < regions[0].first {
				ig.First = at.Start.Line // no comment can stand above a directive
			}
		}
		if ok {
			r.file.Ignores = append(r.file.Ignores, ig.Ignore)
		}
	}
}

// mayIgnore tells the files that have such comments from those that have not.
func mayIgnore(text string) bool {
	for i := strings.IndexByte(text, '#'); i >= 0; i = strings.IndexByte(text, '#') {
		text = text[i+1:]
		word := strings.TrimLeft(text, " \t")
		if strings.HasPrefix(word, "tidewaiter:ignore") || strings.HasPrefix(word, "hadolint") || speaksOfChecks(word) {
			return true
		}
	}
	return false
}

// speaksOfChecks reports whether a comment sets options of BuildKit's checks.
func speaksOfChecks(comment string) bool {
	const name = "check"
	return len(comment) > len(name) && strings.EqualFold(comment[:len(name)], name) &&
		strings.HasPrefix(strings.TrimLeft(comment[len(name):], " \t"), "=")
}

// comment is an ignore with the reach that its own words give it.
type comment struct {
	source.Ignore
	whole, stage bool
}

var (
	hadolintComment = lazyregexp.New(`^hadolint\s+(global\s+|stage\s+)?ignore\s*=\s*([A-Za-z0-9_, \t]+?)\s*(?:#\s*(.*))?$`)
	checkComment    = lazyregexp.New(`^(?i:check)\s*=\s*(\S+)\s*(.*)$`)
)

// parseIgnore reads the words of one comment. Hadolint's form is in its README
// under "Inline ignores", BuildKit's at https://docs.docker.com/go/dockerfile/check/.
func parseIgnore(at source.Span, body string) (comment, bool) {
	if ig, ok := source.ParseIgnore(at, body); ok {
		return comment{Ignore: ig}, true
	}
	if m := hadolintComment.FindStringSubmatch(body); m != nil {
		c := comment{whole: strings.HasPrefix(m[1], "global"), stage: strings.HasPrefix(m[1], "stage")}
		c.Ignore = source.Ignore{At: at, Foreign: "hadolint", Reason: m[3]}
		for _, rule := range strings.FieldsFunc(m[2], func(c rune) bool { return c == ',' || c == ' ' || c == '\t' }) {
			c.Rules = append(c.Rules, "hadolint:"+rule)
		}
		return c, len(c.Rules) > 0
	}
	if m := checkComment.FindStringSubmatch(body); m != nil {
		c := comment{Ignore: source.Ignore{At: at, Foreign: "buildkit", Reason: m[2]}}
		for setting := range strings.SplitSeq(m[1], ";") {
			names, ok := strings.CutPrefix(setting, "skip=")
			if !ok {
				continue
			}
			for name := range strings.SplitSeq(names, ",") {
				c.Rules = append(c.Rules, "buildkit:"+strings.TrimSpace(name))
			}
		}
		return c, len(c.Rules) > 0
	}
	return comment{}, false
}

// forget takes the reach from BuildKit's comments above an empty one: it reads
// only those between the last empty comment and the instruction.
func (r *reader) forget(line int) {
	for i := len(r.file.Ignores) - 1; i >= 0 && r.file.Ignores[i].First > line; i-- {
		if ig := &r.file.Ignores[i]; ig.Foreign == "buildkit" {
			ig.First, ig.Last = ig.At.Start.Line, ig.At.Start.Line
		}
	}
}

// insideFile reports whether a line is content of a here-document that is
// copied, where "#" starts no comment.
func (r *reader) insideFile(regions []region, line int) bool {
	i := slices.IndexFunc(regions, func(g region) bool { return g.first < line && line <= g.last })
	return i >= 0 && slices.ContainsFunc(regions[i].in.HereDocs, func(d HereDoc) bool {
		return d.At.Start.Line <= line && line <= d.At.End.Line
	})
}

// covered returns the lines that a comment on the given line speaks of.
func (r *reader) covered(regions []region, line int) (first, last int) {
	for _, g := range regions {
		if g.first > line {
			return g.first, g.last
		}
		if line > g.first && line <= g.last {
			next := line + 1
			for next < g.last && (isComment(r.src.Line(next)) || strings.TrimSpace(r.src.Line(next)) == "") {
				next++
			}
			return next, next
		}
	}
	return line, line // nothing follows
}

// stageLines returns the lines of the stage that starts next.
func (r *reader) stageLines(regions []region, line int) (first, last int) {
	first, _ = r.covered(regions, line)
	last = first
	i := slices.IndexFunc(regions, func(g region) bool { return g.first == first })
	for ; i >= 0 && i < len(regions); i++ {
		if regions[i].first != first && regions[i].in.Keyword == "FROM" {
			break
		}
		last = regions[i].last
	}
	return first, last
}

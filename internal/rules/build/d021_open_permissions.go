package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var openPermissions = rule.Rule{
	ID:       "TW-D021",
	Name:     "open-permissions",
	Title:    "Files made writable for everyone, or set to run as their owner",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A file that everyone may write is a program that anyone may replace, whatever user the container runs as. A setuid program hands its owner's rights to whoever calls it, which is how an intruder becomes root again.",
	Fix:      "Give the files to the user who needs them, `COPY --chown=65532:65532 …`, with modes such as 755 and 644. Temporary folders keep their sticky bit: `1777`.",
	Refs:     refs(cis, "4.8", nist, "4.1.2", practice, "M52"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN mkdir /app && chmod -R 777 /app
#                          ^^^ mode 777 lets everyone write
RUN chmod a+w /x && chmod u+s /usr/bin/y
#         ^^^ mode a+w lets everyone write
#                         ^^^ mode u+s makes a program run as its owner
COPY --chmod=0666 a /a
#            ^^^^ mode 0666 lets everyone write
RUN chmod 4755 /usr/bin/z
#         ^^^^ mode 4755 makes a program run as its owner
RUN install -d -m 0777 /srv && find /app -type d -exec chmod 777 {} + && chmod u+w,o+w /d
#              ^^ mode 0777 lets everyone write
#                                                            ^^^ mode 777 lets everyone write
#                                                                              ^^^^^^^ mode u+w,o+w lets everyone write
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN chmod 755 /a && chmod -R g+w /b && chmod +x /c && chmod 1777 /tmp && chmod u-s /d && chmod ug+rwx /e && chmod o-w /f && install -m 755 a /b && find / -exec chmod a-s {} + && mkdir -p -m 1777 /t && chmod u=rwx,g=rx,o= /x
COPY --chmod=644 a /a
`},
	Check: rule.EachInstruction(checkPermissions, "RUN", "COPY", "ADD"),
}

var (
	octalMode    = lazyregexp.New(`^0?([0-7])?([0-7])([0-7])([0-7])$`)
	symbolicMode = lazyregexp.New(`^([ugoa]*)[+=]([rwxXst]*)$`)
)

// modeWords returns the words of a command among which the mode of files is.
func modeWords(c *dockerfile.Command) []dockerfile.Word {
	switch c.Name {
	case "chmod":
		return c.Args
	case "install", "mkdir":
		opts, _ := options(c.Args, "-m --mode -o --owner -g --group -t --target-directory")
		if o, ok := find(opts, "-m", "--mode"); ok && o.valued {
			return []dockerfile.Word{{At: o.word.At, Text: o.value, Value: o.value}}
		}
	case "find", "xargs":
		if i := slices.IndexFunc(c.Args, func(w dockerfile.Word) bool { return baseName(w.Value) == "chmod" }); i >= 0 {
			return c.Args[i+1:]
		}
	}
	return nil
}

// openMode says what is wrong with a mode, "" for nothing.
func openMode(mode string) string {
	for part := range strings.SplitSeq(mode, ",") {
		if what := openPart(part); what != "" {
			return what
		}
	}
	return ""
}

// openPart judges an octal mode or one part of a symbolic one.
func openPart(mode string) string {
	if m := octalMode.FindStringSubmatch(mode); m != nil {
		special, other := octal(m[1]), octal(m[4])
		switch {
		case special&4 != 0 && octal(m[2])&1 != 0: // setuid; setgid is usual on folders
			return "makes a program run as its owner"
		case other&2 != 0 && special&1 == 0:
			return "lets everyone write"
		}
		return ""
	}
	m := symbolicMode.FindStringSubmatch(mode)
	switch {
	case m == nil:
	case strings.Contains(m[2], "s") && (m[1] == "" || strings.Contains(m[1], "u")):
		return "makes a program run as its owner"
	case strings.Contains(m[2], "w") && strings.ContainsAny(m[1], "oa") && !strings.Contains(m[2], "t"):
		return "lets everyone write"
	}
	return ""
}

func octal(digit string) int {
	if digit == "" {
		return 0
	}
	return int(digit[0] - '0')
}

func checkPermissions(p *rule.Pass, in *dockerfile.Instruction) {
	report := func(mode string, at source.Span) {
		what := openMode(mode)
		if what == "" {
			return
		}
		p.Report(rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, in.Stage),
			Message:  fmt.Sprintf("mode %s %s", mode, what),
			At:       at,
			Subject:  stageSubject(in.Stage),
			Key:      mode,
			Fix:      &rule.Fix{Title: "give the files to the user who needs them, with mode 755 or 644"},
		})
	}
	if f, ok := in.Flag("chmod"); ok {
		report(f.Value, f.ValueAt)
	}
	if in.Run == nil {
		return
	}
	for _, c := range in.Run.Commands {
		for _, a := range modeWords(c) { // the first word that is a mode
			first, _, _ := strings.Cut(a.Value, ",")
			if octalMode.MatchString(a.Value) || symbolicMode.MatchString(first) {
				report(a.Value, a.At)
				break
			}
		}
	}
}

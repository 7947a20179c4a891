package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unverifiedAdd = rule.Rule{
	ID:       "TW-D014",
	Name:     "unverified-add",
	Title:    "ADD of a URL without --checksum",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "ADD takes whatever the server answers on the day of the build. TLS says which server answered, not that the content is what you tested.",
	Fix:      "Give the checksum: `ADD --checksum=sha256:<hash> https://…`. For a git repository name the full commit: `ADD https://github.com/acme/tool.git#<commit>`.",
	Refs:     refs(cis, "4.9", cis, "4.11", nist, "4.1.5", practice, "M6"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ARG V=1
ADD https://example.com/tool-${V}.tgz /opt/
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/tool-1.tgz is added without a checksum
ADD --chown=1:1 http://example.com/x /x
#               ^^^^^^^^^^^^^^^^^^^^ http://example.com/x is added without a checksum, over plain http
ADD https://example.com/tool-1.tgz /opt/
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/tool-1.tgz is added without a checksum
ADD git@github.com:acme/tool.git#main /src
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ git@github.com:acme/tool.git#main is added without naming a commit
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ADD --checksum=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef https://example.com/tool.tgz /opt/
ADD https://github.com/acme/tool.git#0123456789abcdef0123456789abcdef01234567 /src
ADD rootfs.tar /
COPY https.txt /
`, `
-- Dockerfile --
FROM debian:12
ARG V=v0.19.0
ADD https://github.com/krallin/tini/releases/download/${V}/tini /tini
ADD https://github.com/krallin/tini/releases/download/${V}/tini.asc /tini.asc
RUN gpg --batch --verify /tini.asc /tini && chmod +x /tini
ADD https://github.com/acme/tool.git?tag=v1&checksum=0123456789 /src
`},
	Check: rule.EachDownload(checkUnverifiedAdd),
}

var gitSource = lazyregexp.New(`^(git@|git://|ssh://)|^https?://[^#?]*\.git(#|\?|$)`)

// gitQuery matches git sources that are checked against a commit.
var gitQuery = lazyregexp.New(`\.git\?(.*&)?(checksum|commit)=[0-9a-f]{7,}`)

func checkUnverifiedAdd(p *rule.Pass, d *flow.Download) {
	if d.Command != nil || d.Use == flow.Read {
		return
	}
	url := d.URL.Value
	if _, ok := d.Instruction.Flag("checksum"); ok || harmless(url, "") || gitQuery.MatchString(url) || commitURL.MatchString(strings.ReplaceAll(url, "#", "/")) {
		return
	}
	f := rule.Finding{
		Severity: flowSeverity(p.Rule.Severity, d.Stage),
		Message:  fmt.Sprintf("%s is added without a checksum", url),
		At:       d.URL.At,
		Subject:  stageSubject(d.Stage),
		Key:      d.URL.Text,
		Fix:      &rule.Fix{Title: "give the hash: ADD --checksum=sha256:<hash> " + url, Lookup: checksum(d.Instruction, d.URL)},
	}
	switch {
	case gitSource.MatchString(url):
		f.Message = fmt.Sprintf("%s is added without naming a commit", url)
		f.Fix = &rule.Fix{Title: "name the full commit behind #"}
	case d.Scheme() == "http":
		f.Severity = flowSeverity(rule.High, d.Stage)
		f.Message += ", over plain http"
	}
	p.Report(f)
}

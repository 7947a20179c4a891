package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unverifiedDownload = rule.Rule{
	ID:       "TW-D013",
	Name:     "unverified-download",
	Title:    "Download without a checksum or signature check",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "TLS says which server answered, not that the file is the one you tested. A taken-over release page, a moved tag or a hijacked mirror puts other content into the image, and no later step notices. Over plain http anyone on the way can do it; that is reported as high.",
	Fix:      "Check the file in the same RUN: `echo \"<sha256>  tool.tgz\" | sha256sum -c -`, `gpg --verify`, `cosign verify-blob`. Or use `ADD --checksum=sha256:<hash> URL`. URLs that name a full commit are taken as pinned.",
	Refs:     refs(cis, "4.11", nist, "4.1.5", practice, "M6", practice, "M10"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN curl -fsSL https://example.com/tool.tgz | tar -xz -C /opt
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/tool.tgz is unpacked without a check
RUN curl -fsSLo /usr/bin/tool https://example.com/tool && chmod +x /usr/bin/tool
#                             ^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/tool is made executable without a check
RUN wget http://example.com/setup-1.sh && \
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ http://example.com/setup-1.sh is run without a check, over plain http
    sh setup-1.sh
RUN wget -O a.jar https://example.com/a.jar && echo "abc  b.jar" | sha256sum -c -
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/a.jar is kept without a check
`, `
-- Dockerfile --
FROM debian:12
RUN curl -fsSLO https://example.com/a.tgz && sha256sum -c a.tgz.sha256 && gpg --verify a.tgz.asc
RUN curl -o b.deb http://example.com/b.deb && dpkg -i b.deb
#                 ^^^^^^^^^^^^^^^^^^^^^^^^ http://example.com/b.deb is unpacked without a check, over plain http
RUN curl -fsSLO https://example.com/c.deb && apt-get install -y ./c.deb
#               ^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/c.deb is unpacked without a check
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ARG V=1
RUN curl -fsSLO https://example.com/tool-${V}.tgz && echo "abc  tool-${V}.tgz" | sha256sum -c - && tar xf tool-${V}.tgz
RUN curl -fsSLo t https://example.com/t && curl -fsSLo SHA256SUMS https://example.com/SHA256SUMS && grep t SHA256SUMS | sha256sum -c
RUN wget https://example.com/x https://example.com/x.asc && gpg --verify x.asc x
RUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /etc/apt/keyrings/x.gpg
RUN V=$(curl -s https://example.com/version) && curl -X POST -o out https://example.com/hook
RUN curl -fsS https://example.com/x | jq . && curl -o /dev/null https://example.com/y
RUN curl -fsSLo f https://raw.githubusercontent.com/a/b/0123456789abcdef0123456789abcdef01234567/f
RUN wget -O f http://localhost/f
`, `
-- Dockerfile --
FROM debian:12
RUN curl -fsSLO https://example.com/tool.tgz && curl -fsSLO https://example.com/SHA256SUMS
RUN sha256sum -c SHA256SUMS && tar xf tool.tgz
`},
	Check: rule.EachStage(checkDownloads),
}

func checkDownloads(p *rule.Pass, s *dockerfile.Stage) {
	commands := stageCommands(s)
	done := activityOf(s)
	for _, c := range commands {
		d, ok := downloads(c)
		if !ok || !d.fetches || runnerOf(c) != "" {
			continue
		}
		for _, url := range d.urls {
			file, does := kept(d, url)
			if does == "" || harmless(url.Value, file) || (does == "kept" || file != "") && done.verified(file, done.runs[c]) {
				continue
			}
			if use := done.use(file); use != "" {
				does = use
			}
			reportDownload(p, s, url, does)
		}
	}
}

func reportDownload(p *rule.Pass, s *dockerfile.Stage, url dockerfile.Word, does string) {
	f := rule.Finding{
		Severity: flowSeverity(p.Rule.Severity, s),
		Message:  fmt.Sprintf("%s is %s without a check", url.Value, does),
		At:       url.At,
		Subject:  stageSubject(s),
		Key:      url.Text,
		Fix:      &rule.Fix{Title: `compare its checksum in the same RUN: echo "<sha256>  <file>" | sha256sum -c -`},
	}
	if strings.HasPrefix(url.Value, "http://") || strings.HasPrefix(url.Value, "ftp://") {
		f.Severity = flowSeverity(rule.High, s)
		f.Message += ", over plain " + url.Value[:strings.IndexByte(url.Value, ':')]
	}
	p.Report(f)
}

// kept returns the file that a download ends up in and what becomes of it, ""
// where it is only looked at.
func kept(d download, url dockerfile.Word) (file, does string) {
	if d.output != "" {
		file = baseName(d.output)
		if len(d.urls) > 1 && d.cmd.Name == "wget" {
			file = baseName(url.Value)
		}
		return file, "kept"
	}
	for next := d.cmd.PipeTo; next != nil; next = next.PipeTo {
		if len(next.Redirects) > 0 {
			file = baseName(next.Redirects[0].Value)
		}
		switch {
		case unpacks(next):
			return file, "unpacked"
		case next.Name == "tee" && len(next.Args) > 0:
			return baseName(next.Args[len(next.Args)-1].Value), "kept"
		}
	}
	return "", ""
}

// harmless reports whether a download needs no check: it is thrown away, comes
// from the build itself, is named by its content, or is itself a proof.
func harmless(url, file string) bool {
	path, _, _ := strings.Cut(url, "?")
	return file == "null" || local(url) || commitURL.MatchString(url) || proofFile.MatchString(path) || proofFile.MatchString(file)
}

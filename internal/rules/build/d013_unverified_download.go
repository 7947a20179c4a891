package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var unverifiedDownload = rule.Rule{
	ID:       "TW-D013",
	Name:     "unverified-download",
	Title:    "Download without a checksum or signature check",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "TLS says which server answered, not that the file is the one you tested. A taken-over release page, a moved tag or a hijacked mirror puts other content into the image, and no later step notices. Over plain http anyone on the way can do it; that is reported as high.",
	Fix:      "Check the file in the same RUN: `echo \"<sha256>  tool.tgz\" | sha256sum -c -`, `gpg --verify`, `cosign verify-blob`. Or use `ADD --checksum=sha256:<hash> URL`. URLs that name a full commit are taken as pinned. The check counts where it comes before the file is run and the build fails with it: joined with `&&`, or under `set -e`.",
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
#                 ^^^^^^^^^^^^^^^^^^^^^^^^ http://example.com/b.deb is installed without a check, over plain http
RUN curl -fsSLO https://example.com/c.deb && apt-get install -y ./c.deb
#               ^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/c.deb is installed without a check
RUN dnf install -y https://example.com/d.rpm
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/d.rpm is installed without a check
`, `
-- Dockerfile --
FROM debian:12 AS get
RUN curl -fsSLo /dl/a https://example.com/a && echo "abc  /dl/a" | sha256sum -c || true
#                     ^^^^^^^^^^^^^^^^^^^^^ https://example.com/a is run although the build goes on when its check fails
RUN curl -fsSLO https://example.com/b && sh b && echo "abc  b" | sha256sum -c
#               ^^^^^^^^^^^^^^^^^^^^^ https://example.com/b is run without a check
FROM debian:12
COPY --from=get /dl/a /usr/local/bin/a
RUN a --version
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ARG V=1
RUN curl -fsSLO https://example.com/tool-${V}.tgz && echo "abc  tool-${V}.tgz" | sha256sum -c - && tar xf tool-${V}.tgz
RUN curl -fsSLo t https://example.com/t && curl -fsSLo SHA256SUMS https://example.com/SHA256SUMS && grep t SHA256SUMS | sha256sum -c
RUN set -e; cd /tmp; curl -fsSLO https://example.com/u; echo "$SHA256  /tmp/u" | sha256sum -c; mv u /usr/local/bin/u; chmod +x /usr/local/bin/u
RUN curl -fsSLO https://example.com/w.zip && if [ "$(sha256sum w.zip | cut -d' ' -f1)" != "$SHA256" ]; then exit 1; fi && unzip w.zip
RUN curl -fsSLO https://example.com/data.json && jq . data.json && rm data.json
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
	Check: rule.EachDownload(checkDownload),
}

func checkDownload(p *rule.Pass, d *flow.Download) {
	if d.Command == nil || d.Runner != "" || d.Use == flow.Read || harmless(d.URL.Value, d.File) && d.Use < flow.Installed {
		return
	}
	f := rule.Finding{
		Severity: flowSeverity(p.Rule.Severity, d.Stage),
		Message:  fmt.Sprintf("%s is %s without a check", d.URL.Value, d.Use),
		At:       d.URL.At,
		Subject:  stageSubject(d.Stage),
		Key:      d.URL.Text,
		Fix:      &rule.Fix{Title: `compare its checksum in the same RUN: echo "<sha256>  <file>" | sha256sum -c -`},
	}
	if d.Ignored != nil {
		f.Message = fmt.Sprintf("%s is %s although the build goes on when its check fails", d.URL.Value, d.Use)
		f.Related = []source.Related{{At: d.Ignored.At.FirstLine(), Message: "nothing depends on this check"}}
		f.Fix.Title = "let the build fail with the check: join it to what follows with &&, or begin with set -e"
	}
	if scheme := d.Scheme(); scheme == "http" || scheme == "ftp" {
		f.Severity = flowSeverity(rule.High, d.Stage)
		f.Message += ", over plain " + scheme
	}
	p.Report(f)
}

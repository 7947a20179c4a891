package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var remoteScript = rule.Rule{
	ID:       "TW-D012",
	Name:     "remote-script",
	Title:    "Script from the network is run without being checked",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`curl … | sh` runs whatever the server says today, with the rights of the build. Nobody has reviewed it, nobody can say later what it was, and a connection that breaks half-way runs half a script. Over plain http anyone on the way writes it; that is reported as high. A script that a full commit names is low.",
	Fix:      "Download a named version to a file, compare its checksum, then run it; better, install the signed package or copy the binary out of a digest-pinned image.",
	Refs:     refs(cis, "4.11", nist, "4.1.5", practice, "M10"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN curl -fsSL https://example.com/install.sh | sudo -E bash -
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ bash runs what https://example.com/install.sh answers, without a check
RUN bash <(wget -qO- http://example.com/i) && \
#                    ^^^^^^^^^^^^^^^^^^^^ bash runs what http://example.com/i answers, without a check and over plain http
    sh -c "$(curl -fsSL https://example.com/j)" && \
#                       ^^^^^^^^^^^^^^^^^^^^^ sh runs what https://example.com/j answers, without a check
    eval "$(curl https://example.com/k)"
#                ^^^^^^^^^^^^^^^^^^^^^ eval runs what https://example.com/k answers, without a check
RUN curl -sSL https://example.com/l.py | python3 - --yes
#             ^^^^^^^^^^^^^^^^^^^^^^^^ python3 runs what https://example.com/l.py answers, without a check
RUN SCRIPT=$(curl -fsSL https://example.com/m) && bash -c "$SCRIPT" && . <(curl https://example.com/n) && curl -X POST https://example.com/o | jq -r .run | sh
#                       ^^^^^^^^^^^^^^^^^^^^^ bash runs what https://example.com/m answers, without a check
#                                                                               ^^^^^^^^^^^^^^^^^^^^^ . runs what https://example.com/n answers, without a check
#                                                                                                                      ^^^^^^^^^^^^^^^^^^^^^ sh runs what https://example.com/o answers, without a check
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN curl -fsSL https://example.com/v | python3 -c 'import json' && curl -s https://example.com/x | bash run.sh
RUN V=$(curl -s https://example.com/version) && bash install.sh "$(curl https://example.com/y)"
RUN curl -fsSLo i.sh https://example.com/i.sh && echo "abc  i.sh" | sha256sum -c && sh i.sh
RUN curl https://example.com/a.tgz | tar xz
RUN curl -s http://localhost:8080/x | sh
`},
	Check: rule.EachDownload(checkRemoteScript),
}

func checkRemoteScript(p *rule.Pass, d *flow.Download) {
	if d.Runner == "" || local(d.URL.Value) {
		return
	}
	f := rule.Finding{
		Severity: flowSeverity(p.Rule.Severity, d.Stage),
		Message:  fmt.Sprintf("%s runs what %s answers, without a check", d.Runner, d.URL.Value),
		At:       d.URL.At,
		Subject:  stageSubject(d.Stage),
		Key:      d.URL.Value,
		Fix:      &rule.Fix{Title: "download a named version to a file, compare its checksum, then run it"},
	}
	switch scheme := d.Scheme(); {
	case scheme == "http" || scheme == "ftp":
		f.Severity = flowSeverity(rule.High, d.Stage)
		f.Message += " and over plain " + scheme
	case commitURL.MatchString(d.URL.Value):
		f.Severity = min(f.Severity, rule.Low)
	}
	p.Report(f)
}

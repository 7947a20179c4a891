package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var tlsVerificationOff = rule.Rule{
	ID:       "TW-D011",
	Name:     "tls-verification-off",
	Title:    "Verification of TLS certificates is switched off",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without verification anyone on the way, in the network of the build or beyond, answers in the server's name and decides what ends up in the image. Set as ENV, it also holds for every connection of the running service.",
	Fix:      "Take the switch out. Where a server has a certificate of your own authority, add that authority: `COPY ca.crt /usr/local/share/ca-certificates/` and `update-ca-certificates`.",
	Refs:     refs(cis, "4.11", nist, "4.1.5", practice, "M24"),
	Aliases: []string{"checkov:CKV2_DOCKER_2", "checkov:CKV2_DOCKER_3", "checkov:CKV2_DOCKER_4", "checkov:CKV2_DOCKER_5", "checkov:CKV2_DOCKER_6",
		"checkov:CKV2_DOCKER_12", "checkov:CKV2_DOCKER_13", "checkov:CKV2_DOCKER_14", "checkov:CKV2_DOCKER_15", "checkov:CKV2_DOCKER_16"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ENV NODE_TLS_REJECT_UNAUTHORIZED=0
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ NODE_TLS_REJECT_UNAUTHORIZED=0 switches the verification of certificates off
RUN apt-get update && \
    curl -fsSLk -o /x https://example.com/x && \
#        ^^^^^^ curl -k switches the verification of certificates off
    wget --no-check-certificate https://example.com/y
#        ^^^^^^^^^^^^^^^^^^^^^^ wget --no-check-certificate switches the verification of certificates off
RUN pip3 install --trusted-host pypi.example.com x==1.0 && npm config set strict-ssl false
#                ^^^^^^^^^^^^^^ pip --trusted-host switches the verification of certificates off
#                                                                         ^^^^^^^^^^ npm strict-ssl false switches the verification of certificates off
RUN git -c http.sslVerify=false clone https://example.com/r
#          ^^^^^^^^^^^^^^^^^^^^ git http.sslverify false switches the verification of certificates off
RUN GIT_SSL_NO_VERIFY=1 git clone https://example.com/r
#   ^^^^^^^^^^^^^^^^^ GIT_SSL_NO_VERIFY=1 switches the verification of certificates off
RUN dnf install -y --setopt=sslverify=false x
#                  ^^^^^^^^^^^^^^^^^^^^^^^^ dnf --setopt=sslverify=false switches the verification of certificates off
RUN yum-config-manager --save --setopt=updates.sslverify=no && export GIT_SSL_NO_VERIFY=0 && npm install --strict-ssl=false
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ yum-config-manager --setopt=updates.sslverify=no switches the verification of certificates off
#                                                                     ^^^^^^^^^^^^^^^^^ GIT_SSL_NO_VERIFY=0 switches the verification of certificates off
#                                                                                                        ^^^^^^^^^^^^^^^^^^ npm --strict-ssl false switches the verification of certificates off
RUN echo insecure >> ~/.curlrc
#        ^^^^^^^^ a line written to ~/.curlrc switches the verification of certificates off
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ENV NODE_TLS_REJECT_UNAUTHORIZED=1
RUN curl -fsSL -o k https://example.com/x && curl -k https://localhost:8443/ready
RUN pip install --trusted-host localhost x==1.0
RUN grep -k x && echo "curl -k is bad"
HEALTHCHECK CMD curl -k https://localhost
`},
	Check: rule.EachInstruction(checkTLS),
}

func checkTLS(p *rule.Pass, in *dockerfile.Instruction) {
	var places []place
	switch {
	case in.Run != nil:
		for _, c := range in.Run.Commands {
			places = append(places, tlsOff(c)...)
		}
	case in.Keyword == "ENV" || in.Keyword == "ARG":
		for _, pair := range in.Pairs {
			if tlsVariable(pair.Key.Value, pair.Value.Value) {
				at := pair.Key.At.File.Span(pair.Key.At.Start.Offset, max(pair.Key.At.End.Offset, pair.Value.At.End.Offset))
				number, same := tlsVariableNumber(pair)
				places = append(places, found(at, pair.Key.Value+"="+pair.Value.Value, number, same))
			}
		}
	}
	for _, f := range places {
		report := rule.Finding{
			Severity: flowSeverity(p.Rule.Severity, in.Stage),
			Message:  f.what + " switches the verification of certificates off",
			At:       f.at,
			Subject:  stageSubject(in.Stage),
			Key:      f.what,
			Aliases:  alias(f.checkov),
			Fix:      &rule.Fix{Title: "take it out; add the authority's certificate where the server has one of its own"},
		}
		if strings.HasPrefix(f.at.Text(), "-") && strings.HasSuffix(f.what, " "+f.at.Text()) && !strings.Contains(f.what, "host") {
			report.Fix.Title = fmt.Sprintf("take %s out", f.at.Text())
			report.Fix.Edits = []source.Edit{{Span: withSpace(f.at)}}
		}
		p.Report(report)
	}
}

// withSpace adds the white space before a word, so that none stays behind when
// it is taken out.
func withSpace(s source.Span) source.Span {
	start := s.Start.Offset
	for start > 0 && strings.IndexByte(" \t", s.File.Text[start-1]) >= 0 {
		start--
	}
	return s.File.Span(start, s.End.Offset)
}

// alias makes a list of one name, or of none.
func alias(name string) []string {
	if name == "" {
		return []string{}
	}
	return []string{name}
}

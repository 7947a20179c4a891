package project

import (
	"fmt"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/secret"
)

var secretInFile = rule.Rule{
	ID:       "TW-P200",
	Name:     "secret-in-file",
	Title:    "Credential in a file of the repository",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "A credential in a repository is known to everyone who can read it, to every machine that builds it, and for as long as its history lasts. " +
		"What its own form gives away is high; what only a name beside it tells is medium. In tests and examples only forms count, and are low; what a format's checksum disproves is left out there.",
	Fix: "Replace the credential, for it has leaked, and have the program read it when it runs: from the environment, a mounted file or a secret store. A value that is no credential is accepted by a comment on the line above: `tidewaiter:ignore secret-in-file reason=\"…\"`.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M50"}, {Standard: "practice", Control: "M20"}, {Standard: "practice", Control: "M96"},
		{Standard: "NIST SP 800-190", Control: "4.1.4"},
	},
	Bad: []string{`
-- deploy/app.properties --
name=shop
github.token=ghp_` + `4fXk2mQ8vRz7LwT1bNcY9sHdJ6pGaE3uVoKi
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a credential (github-pat): ghp_…Ki
`, `
-- config/db.yaml --
url: "postgres://shop:f8S7dfGh2kJh34@db.internal/shop"
#                     ^^^^^^^^^^^^^^ what looks like a credential (url-password): f…4
-- src/testdata/app.txt --
key AKIA` + `Q3EGUYV5LKJ2ZX7M
#   ^^^^^^^^^^^^^^^^^^^^ a credential (aws-access-token): AKIA…7M
`},
	Good: []string{`
-- config/app.yaml --
password: ${DB_PASSWORD}
token_file: /run/secrets/token
key: AKIAIOSFODNN7EXAMPLE
url: postgres://user:password@localhost/shop
-- README.md --
Set the password: API_TOKEN=f8S7dfGh2kJh34dd
-- package-lock.json --
{"integrity": "sha512-4fXk2mQ8vRz7LwT1bNcY9sHdJ6pGaE3uVoKi4fXk2mQ8vRz7LwT1bNcY9sHdJ6pGaE3uVoKi=="}
`},
	Sensitive: true,
	Check:     rule.AfterRules(checkSecretInFile),
}

func checkSecretInFile(p *rule.Pass) {
	for _, s := range p.Project.Secrets {
		if toldAlready(p, s) {
			continue
		}
		f := rule.Finding{
			At: s.At.FirstLine(), Key: s.Detector + " " + s.At.Path(), Subject: s.At.Path(),
			Message: fmt.Sprintf("a credential (%s): %s", s.Detector, s.Masked),
			Fix:     &rule.Fix{Title: "replace the credential, and read it when the program runs"},
		}
		if s.Certainty > secret.Form {
			f.Severity, f.Message = rule.Medium, fmt.Sprintf("what looks like a credential (%s): %s", s.Detector, s.Masked)
		}
		if s.Shown {
			f.Severity = rule.Low
		}
		p.Report(f)
	}
}

// toldAlready reports whether a rule that reads the file as what it is, a Dockerfile
// or a manifest, speaks of the same line.
func toldAlready(p *rule.Pass, s facts.FileSecret) bool {
	return slices.ContainsFunc(p.Findings, func(f rule.Finding) bool {
		return f.Rule.Sensitive && f.At.Path() == s.At.Path() && f.At.Start.Line <= s.At.Start.Line && s.At.Start.Line <= f.At.End.Line
	})
}

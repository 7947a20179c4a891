package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/product"
)

var update = flag.Bool("update", false, "write the golden files anew")

const digest = "sha256:6f1e0dc6c5f8ac3a3e4b3b3b3f0e8f5b0e1d2c3b4a5968778695a4b3c2d1e0f9"

// sample is a blocked run with one of everything.
func sample() *gate.Result {
	userRoot := gate.Finding{
		Rule: "TW-D002", Name: "root-user", Title: "Final stage runs as root", Severity: "high",
		Message: "the final stage runs as root", Path: "app/Dockerfile", Line: 7, Column: 6, EndLine: 7, EndColumn: 10,
		Subject: "final", Fingerprint: "1f0e3dad99908345", LineHash: "a1b2c3d4e5f60718:1", Status: "open", Blocking: true,
		Aliases: []string{"hadolint:DL3002"},
		Related: []gate.Related{{Path: "app/Dockerfile", Line: 5, Column: 1, Message: "the final stage begins here"}},
		Fix: &gate.Fix{Title: "name a numeric user: USER 10001", Edits: []gate.Edit{
			{Path: "app/Dockerfile", StartLine: 7, StartColumn: 6, EndLine: 7, EndColumn: 10, Text: "10001"}}},
	}
	tabs := gate.Finding{
		Rule: "TW-K004", Name: "privileged", Title: "Container is privileged", Severity: "medium",
		Message: "container app may escalate its privileges", Path: "deploy/base/app.yaml", Line: 12, Column: 3, EndLine: 13, EndColumn: 5,
		Fingerprint: "2f0e3dad99908345", LineHash: "b1b2c3d4e5f60718:1", Status: "open", Aliases: []string{},
		Object: &gate.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "shop", Name: "app", Container: "app",
			Field: "spec.template.spec.containers[0].securityContext", Overlays: []string{"deploy/dev", "deploy/prod"}},
	}
	waived := gate.Finding{
		Rule: "TW-D003", Name: "unpinned-base", Title: "Base image is not pinned", Severity: "medium",
		Message: "debian:12 is not pinned by digest", Path: "app/Dockerfile", Line: 5, Column: 6, EndLine: 5, EndColumn: 15,
		Fingerprint: "3f0e3dad99908345", LineHash: "c1b2c3d4e5f60718:1", Status: "waived", WaiverReason: "mirrored, see #12",
	}
	placeless := gate.Finding{
		Rule: "TW-I007", Name: "image-age", Title: "Image is old", Severity: "low", Message: "the image is 200 days old",
		Fingerprint: "4f0e3dad99908345", Status: "open", Image: &gate.ImageRef{Ref: "ghcr.io/acme/app", Digest: digest, Platform: "linux/amd64"},
	}
	return &gate.Result{
		Version: gate.ResultVersion, Tool: gate.Tool{Name: "tidewaiter", Version: "0.1.0"}, Result: "fail", FailOn: "high",
		Findings:    []gate.Finding{waived, flaw("CVE-2026-1111", "openssl", "3.0.17", "critical", 9.8), flaw("CVE-2026-2222", "zlib1g", "", "low", 8.1), userRoot, tabs, placeless},
		NotAnalysed: []gate.NotAnalysed{{Path: "chart/values.yaml", Line: 3, Reason: "a Helm template; render it first and check the output"}},
		Images: []gate.Image{{Ref: "oci:out", Digest: digest, Pushed: "ghcr.io/acme/app:1.2", Signed: true, Signature: digest,
			Platforms: []gate.Platform{{Platform: "linux/amd64", Packages: 131}}}},
		Inputs: []gate.Input{
			{Path: "app/Dockerfile", Line: 2, Kind: "image", Role: "copied", Reference: "golang:1.26@" + digest, Pin: "digest"},
			{Path: "app/Dockerfile", Line: 5, Kind: "image", Role: "final", Reference: "debian:12", Pin: "tag", Base: &gate.Base{Source: "the built-in table", Root: "yes"}},
			{Path: "app/Dockerfile", Line: 6, Kind: "url", Role: "final", Reference: "https://get.example/x|y", Pin: "none"},
			{Path: "web/Dockerfile", Line: 1, Kind: "image", Role: "final", Reference: "ghcr.io/acme/base:1", Pin: "tag",
				Base: &gate.Base{Root: "unknown", Unknown: "registries are not asked when offline"}},
		},
		Data:    gate.Data{Advisories: gate.Advisories{Source: "osv", Updated: "2026-11-20T00:00:00Z"}, Policy: gate.Policy{Digest: digest}},
		Checked: gate.Checked{Dockerfiles: 1, Renders: 2, Objects: 9, Images: 1, Rules: 58},
		Timings: map[string]float64{"load": 80.4, "judge": 3, "total": 90},
		Sources: map[string]map[int]string{
			"app/Dockerfile":       {5: "FROM debian:12", 7: "USER root"},
			"deploy/base/app.yaml": {12: "\tx: 漢字 # ü"},
		},
		Rules: []gate.Rule{
			{ID: "TW-D002", Name: "root-user", Title: "Final stage runs as root", Severity: "high", Why: "A process that breaks out of the container is root on the node.",
				Fix: "End the stage with `USER 10001`.", Refs: []gate.RuleRef{{Standard: "CIS Docker", Control: "4.1"}}, HelpURI: product.RuleURL("TW-D002")},
			{ID: "TW-D009", Name: "curl-pipe", Title: "Remote script piped into a shell", Severity: "high", Why: "Nobody has read it."},
		},
	}
}

func flaw(id, pkg, fixed, severity string, cvss float64) gate.Finding {
	f := gate.Finding{
		Rule: "TW-I001", Name: "fixable-vulnerability", Title: "Known vulnerability", Severity: severity,
		Message: pkg + " 1.0 has " + id, Path: "app/Dockerfile", Line: 5, Column: 6, EndLine: 5, EndColumn: 15,
		Subject: "pkg:deb/debian/" + pkg + "@1.0", Key: id, Fingerprint: "5f0e3dad" + id, LineHash: "c1b2c3d4e5f60718:1", Status: "open", Blocking: fixed != "",
		Package:       &gate.Package{PURL: "pkg:deb/debian/" + pkg + "@1.0", Fixed: fixed},
		Vulnerability: &gate.Vulnerability{ID: id, Aliases: []string{"GHSA-xxxx-" + id}, Summary: "Overflow in " + pkg, Severity: severity, CVSS: cvss},
		Image:         &gate.ImageRef{Ref: "oci:out", Digest: digest, Platform: "linux/amd64", Instruction: &gate.Place{Path: "app/Dockerfile", Line: 5}},
	}
	if fixed != "" {
		f.Fix = &gate.Fix{Title: "take a newer debian:12, which has " + pkg + " " + fixed}
	}
	return f
}

// hostile is a run in which every text is s.
func hostile(s string) *gate.Result {
	f := gate.Finding{
		Rule: "TW-D002", Name: s, Title: s, Severity: "high", Message: s, Path: s, Line: 1, Column: 2, EndLine: 1, EndColumn: 4,
		Subject: s, Key: s, Fingerprint: s, LineHash: s, Status: "open", Blocking: true, Aliases: []string{s},
		Related: []gate.Related{{Path: s, Line: 1, Column: 1, Message: s}},
		Fix:     &gate.Fix{Title: s, Edits: []gate.Edit{{Path: s, StartLine: 1, StartColumn: 1, EndLine: 1, EndColumn: 2, Text: s}}},
		Object:  &gate.Object{Kind: s, Name: s, Overlays: []string{s, s}}, Image: &gate.ImageRef{Ref: s, Digest: s},
		Package: &gate.Package{PURL: s, Fixed: s}, Vulnerability: &gate.Vulnerability{ID: s, Aliases: []string{s}, Summary: s, Severity: s},
	}
	waived, placeless := f, f
	waived.Status, waived.WaiverReason, waived.Vulnerability = "waived", s, nil
	placeless.Path, placeless.Vulnerability, placeless.Severity = "", nil, "medium"
	return &gate.Result{
		Version: gate.ResultVersion, Tool: gate.Tool{Name: s, Version: s}, Result: "error", Error: s, FailOn: s,
		Findings:    []gate.Finding{f, waived, placeless},
		NotAnalysed: []gate.NotAnalysed{{Path: s, Line: 1, Reason: s}, {Reason: s}},
		Images:      []gate.Image{{Ref: s, Digest: s, Pushed: s, Signed: true, Signature: s, Platforms: []gate.Platform{{Platform: s}}}},
		Data:        gate.Data{Advisories: gate.Advisories{Source: s, Updated: s}},
		Timings:     map[string]float64{s: 1},
		Sources:     map[string]map[int]string{s: {1: s}},
	}
}

// large is a run of n findings on thousands of lines.
func large(n int) *gate.Result {
	r := sample()
	r.Findings = nil
	severity := severities()
	for i := range n {
		f := flaw(fmt.Sprintf("CVE-2026-%d", i), "package-of-some-length", "1.2.3", severity[i%5], 5)
		f.Path, f.Line = fmt.Sprintf("services/%d/Dockerfile", i%400), i%90+1
		if i%3 == 0 {
			f.Vulnerability, f.Rule, f.Name = nil, "TW-D002", "root-user"
		}
		f.Message = strings.Repeat("a message of some length | ", 5)
		r.Findings = append(r.Findings, f)
		if r.Sources[f.Path] == nil {
			r.Sources[f.Path] = map[int]string{}
		}
		r.Sources[f.Path][f.Line] = "RUN apt-get update && apt-get install --yes something"
	}
	return r
}

func render(t *testing.T, format string, r *gate.Result, o Options) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(format, &b, r, o))
	return b.String()
}

// golden compares with a file below testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run go test ./internal/report -update")
	require.Equal(t, string(want), got, "run go test ./internal/report -update and read the difference")
}

package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/product"
)

// writeSARIF writes SARIF 2.1.0 as GitHub code scanning takes it. Findings
// without a file are left out, since it rejects them; what is left out, and
// what was not analysed, is said in notifications.
func writeSARIF(w io.Writer, r *gate.Result, o Options) error {
	findings, notes := sarifFindings(r, o)
	rules := newSARIFRules(r)
	for _, f := range findings {
		rules.add(f)
	}
	rules.sort()
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: product.Name, SemanticVersion: "0.0.0-dev", InformationURI: product.URL, Rules: rules.list}},
		Automation:  sarifAutomation{sarifCategory(r)},
		Invocations: []sarifInvocation{{Successful: r.Result != "error", Notifications: append(notes, notAnalysedNotes(r, o)...)}},
		ColumnKind:  "unicodeCodePoints",
		Results:     make([]sarifResult, 0, len(findings)),
	}
	if v := strings.TrimPrefix(r.Tool.Version, "v"); semantic(v) {
		run.Tool.Driver.SemanticVersion = v
	}
	for _, f := range findings {
		run.Results = append(run.Results, newSARIFResult(f, rules, r, o))
	}
	return encode(w, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

// sarifFindings picks what is written, the worst first where there are too
// many, and says what is not.
func sarifFindings(r *gate.Result, o Options) ([]gate.Finding, []sarifNotification) {
	var kept []gate.Finding
	placeless := 0
	for _, f := range r.Findings {
		switch {
		case o.OpenOnly && f.Status != "open":
		case f.Path == "":
			placeless++
		default:
			kept = append(kept, f)
		}
	}
	var notes []sarifNotification
	if placeless > 0 {
		notes = append(notes, sarifNotification{Level: "warning", Message: sarifMessage{
			count(placeless, "finding") + " without a place in the repository left out: see the text or JSON report."}})
	}
	kept = ranked(kept)
	if n := len(kept) - maxSARIFResults; n > 0 {
		kept = kept[:maxSARIFResults]
		notes = append(notes, sarifNotification{Level: "warning", Message: sarifMessage{
			fmt.Sprintf("%s of the lowest rank left out: the limit is %d results.", count(n, "finding"), maxSARIFResults)}})
	}
	return kept, notes
}

func notAnalysedNotes(r *gate.Result, o Options) []sarifNotification {
	var notes []sarifNotification
	if r.Error != "" {
		notes = append(notes, sarifNotification{Level: "error", Message: sarifMessage{sarifText(r.Error, maxSARIFMessage)}})
	}
	for i, n := range r.NotAnalysed {
		if i == maxSARIFNotes {
			notes = append(notes, sarifNotification{Level: "warning", Message: sarifMessage{
				fmt.Sprintf("%d more inputs were not analysed: see the text or JSON report.", len(r.NotAnalysed)-i)}})
			break
		}
		note := sarifNotification{Level: "warning", Message: sarifMessage{"Not analysed: " + sarifText(n.Reason, maxSARIFMessage)}}
		if n.Path != "" {
			note.Locations = []sarifLocation{{Physical: sarifPlace(o, n.Path, n.Line, 0, 0)}}
		}
		notes = append(notes, note)
	}
	return notes
}

// sarifCategory is what GitHub tells analyses of one commit apart by: the
// images judged are in it, since a later upload of a category replaces an
// earlier one. The text after the last slash is not part of it.
func sarifCategory(r *gate.Result) string {
	var names []string
	for _, i := range r.Images {
		names = append(names, strings.ReplaceAll(uriPath(repository(i.Ref)), "/", "-"))
	}
	slices.Sort(names)
	category := strings.Join(slices.Compact(names), "+")
	if category == "" {
		category = "repository"
	}
	return product.Name + "/" + capped(category, maxSARIFName) + "/"
}

// repository is an image reference without its scheme, digest and tag.
func repository(ref string) string {
	for _, scheme := range []string{"oci:", "oci-archive:", "docker-archive:"} {
		if file, ok := strings.CutPrefix(ref, scheme); ok {
			return file
		}
	}
	ref, _, _ = strings.Cut(strings.TrimPrefix(ref, "docker:"), "@")
	if colon := strings.LastIndexByte(ref, ':'); colon > strings.LastIndexByte(ref, '/') {
		ref = ref[:colon]
	}
	return ref
}

// semantic reports whether v has the form of a semantic version.
func semantic(v string) bool {
	core, _, _ := strings.Cut(v, "-")
	core, _, _ = strings.Cut(core, "+")
	parts := strings.Split(core, ".")
	for _, p := range parts {
		if p == "" || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return len(parts) == 3 && plain(v) == v && !strings.Contains(v, " ")
}

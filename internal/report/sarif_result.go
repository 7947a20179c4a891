package report

import (
	"fmt"
	"unicode/utf8"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

func newSARIFResult(f gate.Finding, rules *sarifRules, r *gate.Result, o Options) sarifResult {
	id := sarifRuleID(f)
	place := sarifPlace(o, f.Path, f.Line, f.Column, sarifEnd(f, r))
	res := sarifResult{
		RuleID: id, RuleIndex: rules.index[id], Level: sarifLevel(f.Severity),
		Message:      sarifMessage{sarifText(f.Message, maxSARIFMessage)},
		Locations:    []sarifLocation{{Physical: place}},
		Related:      sarifRelated(f, o),
		Fingerprints: map[string]string{"tidewaiter/v1": sarifText(f.Fingerprint, maxSARIFName)},
		Suppressions: sarifSuppressions(f),
		Fixes:        sarifFixes(f, o),
	}
	if res.Message.Text == "" {
		res.Message.Text = rules.list[res.RuleIndex].Short.Text
	}
	if f.LineHash != "" {
		res.Fingerprints["primaryLocationLineHash"] = sarifText(f.LineHash, maxSARIFName)
	}
	return res
}

// sarifEnd is the exclusive end column of a finding on its first line, 0 for
// the end of that line: code hosts show a result beside a change only where all
// lines of its region were changed, so regions have one line.
func sarifEnd(f gate.Finding, r *gate.Result) int {
	if f.EndLine <= f.Line {
		return f.EndColumn
	}
	if text, ok := r.Sources[f.Path][f.Line]; ok {
		return utf8.RuneCountInString(text) + 1
	}
	return 0
}

// sarifPlace is a place on one line; a line of 0 means the file, which GitHub
// shows on line 1.
func sarifPlace(o Options, path string, lineNumber, column, end int) sarifPhysical {
	region := &sarifRegion{StartLine: max(lineNumber, 1), EndLine: max(lineNumber, 1)}
	if lineNumber > 0 && column > 0 {
		region.StartColumn = column
		if end >= column {
			region.EndColumn = end
		}
	}
	return sarifPhysical{Artifact: sarifFile(o, path), Region: region}
}

func sarifFile(o Options, path string) sarifArtifact {
	return sarifArtifact{URI: uriPath(o.prefixed(path)), URIBaseID: "%SRCROOT%"}
}

func sarifRelated(f gate.Finding, o Options) []sarifLocation {
	var out []sarifLocation
	for _, rel := range f.Related {
		if rel.Path == "" || len(out) == maxSARIFRelated {
			continue
		}
		loc := sarifLocation{ID: len(out) + 1, Physical: sarifPlace(o, rel.Path, rel.Line, rel.Column, 0)}
		if rel.Message != "" {
			loc.Message = &sarifMessage{sarifText(rel.Message, maxSARIFMessage)}
		}
		out = append(out, loc)
	}
	return out
}

func sarifSuppressions(f gate.Finding) []sarifSuppression {
	if f.Status == "open" {
		return nil
	}
	kind := "external"
	if f.Status == "ignored" {
		kind = "inSource"
	}
	return []sarifSuppression{{Kind: kind, Status: "accepted", Justification: sarifText(f.WaiverReason, maxSARIFText)}}
}

// sarifFixes is the finding's edits as one fix, the changes of one file together.
func sarifFixes(f gate.Finding, o Options) []sarifFix {
	if f.Fix == nil || len(f.Fix.Edits) == 0 {
		return nil
	}
	fix := sarifFix{Description: sarifMessage{sarifText(f.Fix.Title, maxSARIFMessage)}}
	if fix.Description.Text == "" {
		fix.Description.Text = fmt.Sprintf("Repair %s", sarifText(f.Rule, maxSARIFName))
	}
	at := map[string]int{}
	for _, e := range f.Fix.Edits {
		if e.Path == "" || e.StartLine < 1 {
			return nil
		}
		i, ok := at[e.Path]
		if !ok {
			i = len(fix.Changes)
			at[e.Path] = i
			fix.Changes = append(fix.Changes, sarifChange{Artifact: sarifFile(o, e.Path)})
		}
		replacement := sarifReplacement{Deleted: sarifRegion{e.StartLine, e.StartColumn, e.EndLine, e.EndColumn}}
		if e.Text != "" {
			replacement.Inserted = &sarifMessage{fileText(e.Text)}
		}
		fix.Changes[i].Replacements = append(fix.Changes[i].Replacements, replacement)
	}
	return []sarifFix{fix}
}

// sarifLevel is SARIF's level of a severity.
func sarifLevel(severity string) string {
	switch severity {
	case "critical", "high":
		return "error"
	case "medium":
		return "warning"
	}
	return "note"
}

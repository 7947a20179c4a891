package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// sarifRules collects the rules of a run: those that ran and one for each known
// vulnerability, because GitHub takes a severity from rules only.
type sarifRules struct {
	known map[string]gate.Rule
	list  []sarifRule
	index map[string]int
}

func newSARIFRules(r *gate.Result) *sarifRules {
	s := &sarifRules{known: map[string]gate.Rule{}, list: []sarifRule{}, index: map[string]int{}}
	for _, k := range r.Rules {
		s.known[k.ID] = k
		s.put(describe(k, k.Severity))
	}
	return s
}

// add makes sure that the rule of f is there, as severe as its worst finding.
func (s *sarifRules) add(f gate.Finding) {
	id := sarifRuleID(f)
	if i, ok := s.index[id]; ok {
		old := &s.list[i]
		if score := securitySeverity(f); parseScore(score) > parseScore(old.Properties.SecuritySeverity) {
			old.Properties.SecuritySeverity, old.Default.Level = score, sarifLevel(f.Severity)
		}
		return
	}
	k, ok := s.known[f.Rule]
	if !ok {
		k = gate.Rule{ID: f.Rule, Name: f.Name, Title: f.Title, Severity: f.Severity, Aliases: f.Aliases}
	}
	if f.Vulnerability == nil {
		s.put(describe(k, f.Severity))
		return
	}
	s.put(describeFlaw(k, f))
}

func (s *sarifRules) put(r sarifRule) {
	s.index[r.ID] = len(s.list)
	s.list = append(s.list, r)
}

func (s *sarifRules) sort() {
	slices.SortFunc(s.list, func(a, b sarifRule) int { return cmp.Compare(a.ID, b.ID) })
	for i, r := range s.list {
		s.index[r.ID] = i
	}
}

// sarifRuleID is the rule's ID, for a vulnerability with its own below it.
func sarifRuleID(f gate.Finding) string {
	if f.Vulnerability == nil || f.Vulnerability.ID == "" {
		return sarifText(f.Rule, maxSARIFName)
	}
	return sarifText(f.Rule+"/"+f.Vulnerability.ID, maxSARIFName)
}

func describe(k gate.Rule, severity string) sarifRule {
	title := cmp.Or(k.Title, k.Name, k.ID)
	r := sarifRule{
		ID:      sarifText(k.ID, maxSARIFName),
		Name:    sarifText(k.Name, maxSARIFName),
		Short:   sarifMessage{sentence(sarifText(title, maxSARIFText-1))},
		Full:    sarifMessage{sentence(sarifText(cmp.Or(k.Why, title), maxSARIFText-1))},
		HelpURI: k.HelpURI,
		Default: sarifConfig{sarifLevel(severity)},
		Properties: sarifProperties{
			Tags: sarifTags(k), Precision: "high", SecuritySeverity: score(severity),
		},
	}
	r.Help = help(k, title)
	return r
}

// describeFlaw describes a vulnerability rule for one vulnerability.
func describeFlaw(k gate.Rule, f gate.Finding) sarifRule {
	v := f.Vulnerability
	k.Title = v.ID
	if v.Summary != "" {
		k.Title += ": " + v.Summary
	}
	r := describe(k, f.Severity)
	r.ID, r.Properties.SecuritySeverity = sarifRuleID(f), securitySeverity(f)
	if len(v.Aliases) > 0 {
		names := sarifText(strings.Join(v.Aliases, ", "), maxSARIFText)
		r.Help.Text += "\nAlso known as " + names + "."
		r.Help.Markdown += "\n\nAlso known as " + markdown(names, maxSARIFText) + "."
	}
	return r
}

// help is the text beside an alert: why, what to write, whose rule it serves.
// Why and Fix are ours and Markdown already.
func help(k gate.Rule, title string) sarifHelp {
	var text, md strings.Builder
	fmt.Fprintf(&text, "%s (%s)", sarifText(title, maxSARIFText), sarifText(k.ID, maxSARIFName))
	fmt.Fprintf(&md, "**%s** (%s)", markdown(title, maxSARIFText), markdown(k.ID, maxSARIFName))
	for _, part := range []struct{ head, body string }{{"Why", k.Why}, {"Fix", k.Fix}} {
		if body := capped(fileText(part.body), maxSARIFHelp); body != "" {
			fmt.Fprintf(&text, "\n%s: %s", part.head, body)
			fmt.Fprintf(&md, "\n\n**%s.** %s", part.head, body)
		}
	}
	var refs []string
	for _, ref := range k.Refs {
		refs = append(refs, plain(ref.Standard+" "+ref.Control))
	}
	if len(refs) > 0 {
		fmt.Fprintf(&text, "\nServes: %s.", strings.Join(refs, ", "))
		fmt.Fprintf(&md, "\n\nServes: %s.", markdown(strings.Join(refs, ", "), maxSARIFText))
	}
	return sarifHelp{text.String(), md.String()}
}

// sarifTags are "security", the world the rule judges and its references.
func sarifTags(k gate.Rule) []string {
	tags := []string{"security", area(k.ID)}
	for _, ref := range k.Refs {
		tags = append(tags, sarifText(ref.Standard+"/"+ref.Control, maxSARIFName))
	}
	seen := map[string]bool{}
	tags = slices.DeleteFunc(tags, func(t string) bool { dup := seen[t]; seen[t] = true; return dup })
	return tags[:min(len(tags), maxSARIFTags)]
}

// score is GitHub's security-severity of one of our severities: inside the band
// that it shows under the same name.
func score(severity string) string {
	switch severity {
	case "critical":
		return "9.5"
	case "high":
		return "8.0"
	case "medium":
		return "5.5"
	case "low":
		return "2.5"
	}
	return "0.5"
}

// securitySeverity is the CVSS score of the finding's vulnerability where it
// lies in the band of its severity, which a distribution may rate otherwise.
func securitySeverity(f gate.Finding) string {
	if f.Vulnerability == nil {
		return score(f.Severity)
	}
	cvss := f.Vulnerability.CVSS
	if cvss < 0.1 || cvss > 10 || band(cvss) != f.Severity {
		return score(f.Severity)
	}
	return strconv.FormatFloat(cvss, 'f', 1, 64)
}

// band is GitHub's name for a security-severity, "" for 9.0, which its
// documentation gives none.
func band(score float64) string {
	switch {
	case score > 9:
		return "critical"
	case score == 9:
		return ""
	case score >= 7:
		return "high"
	case score >= 4:
		return "medium"
	}
	return "low"
}

func parseScore(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

// sentence ends s with a full stop.
func sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// area names the world of a rule by its ID.
func area(id string) string {
	kind, ok := strings.CutPrefix(id, "TW-")
	if !ok || kind == "" {
		return "other"
	}
	switch kind[0] {
	case 'D':
		return "dockerfile"
	case 'K':
		return "kubernetes"
	case 'I':
		return "image"
	case 'X':
		return "across"
	case 'W':
		return "workflow"
	case 'P':
		return "project"
	}
	return "other"
}

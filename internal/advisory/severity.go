package advisory

import (
	"encoding/json"
	"strings"
)

// words maps what databases call their ratings onto the four levels. Debian's
// "unimportant" and Ubuntu's "negligible" are their lowest; "not yet assigned",
// "untriaged" and "end-of-life" rate nothing and are absent here.
var words = map[string]string{
	"critical": "critical",
	"high":     "high", "important": "high",
	"medium": "medium", "moderate": "medium",
	"low": "low", "negligible": "low", "unimportant": "low",
}

// levelOf reads a database's word; Debian marks a guess with trailing asterisks.
func levelOf(word string) string {
	return words[strings.ToLower(strings.TrimRight(strings.TrimSpace(word), "*"))]
}

// wordIn returns the first rating found under the names that databases use.
func wordIn(m map[string]json.RawMessage) string {
	for _, key := range []string{"severity", "urgency", "priority", "ubuntu_priority"} {
		var s string
		if raw, ok := m[key]; ok && json.Unmarshal(raw, &s) == nil {
			if level := levelOf(s); level != "" {
				return level
			}
		}
	}
	return ""
}

// ownRating returns the rating in the publisher's own words, the package's
// before the record's: Ubuntu writes it among the severities
// ({"type":"Ubuntu","score":"high"}), Debian as ecosystem_specific.urgency,
// others as database_specific.severity.
func (r *record) ownRating(a *affected) string {
	for _, list := range [][]rating{a.Severity, r.Severity} {
		for _, s := range list {
			if strings.HasPrefix(s.Type, "CVSS_") {
				continue
			}
			if level := levelOf(s.Score); level != "" {
				return level
			}
		}
	}
	for _, m := range []map[string]json.RawMessage{a.EcosystemSpecific, a.DatabaseSpecific, r.DatabaseSpecific} {
		if level := wordIn(m); level != "" {
			return level
		}
	}
	return ""
}

// publisher names whose words ownRating are.
func (r *record) publisher(base string) string {
	if isDistribution(base) {
		return base
	}
	prefix, _, _ := strings.Cut(r.ID, "-")
	if prefix == "GHSA" {
		return "GitHub"
	}
	return prefix
}

// rate fills in the severity of a vulnerability from its records: the
// distribution's own rating, else the CVSS, else the publisher's word. Scores
// of the same CVE in other records are for later.
func (v *Vulnerability) rate(base string, hits []hit) {
	var best score
	word, by := "", ""
	for _, h := range hits {
		for _, ratings := range [][]rating{h.affected.Severity, h.record.Severity} {
			if s := bestScore(ratings); !s.none() {
				if s.newer(best) {
					best = s
				}
				break
			}
		}
		if w := h.record.ownRating(h.affected); w != "" && word == "" {
			word, by = w, h.record.publisher(base)
		}
	}
	v.CVSS = best.value
	switch {
	case word != "" && isDistribution(base), best.none() && word != "":
		v.Severity, v.SeveritySource = word, by
	case !best.none():
		v.Severity, v.SeveritySource = best.word(), "CVSS:"+best.version
	}
}

// rateBy fills in what rate could not tell from the scores of other records
// about the same CVE.
func (v *Vulnerability) rateBy(scores func(id string) score) {
	if v.CVSS != 0 {
		return
	}
	for _, id := range append([]string{v.ID}, v.Aliases...) {
		s := scores(id)
		if s.none() {
			continue
		}
		v.CVSS = s.value
		if v.Severity == "" {
			v.Severity, v.SeveritySource = s.word(), "CVSS of "+id
		}
		return
	}
}

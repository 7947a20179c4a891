package advisory

import (
	"strings"

	cvss20 "github.com/pandatix/go-cvss/20"
	cvss30 "github.com/pandatix/go-cvss/30"
	cvss31 "github.com/pandatix/go-cvss/31"
	cvss40 "github.com/pandatix/go-cvss/40"
)

// score is a computed CVSS base score and the version of its formula.
type score struct {
	version string // "4.0", "3.1", "3.0", "2.0"
	value   float64
}

// none reports whether there is no score.
func (s score) none() bool { return s.version == "" }

// newer reports whether s is the one to believe: the newer formula, or the
// higher score of the same.
func (s score) newer(t score) bool {
	if s.version != t.version {
		return s.version > t.version
	}
	return s.value > t.value
}

// word returns the qualitative rating of a score, as FIRST defines it
// (https://www.first.org/cvss/v3-1/specification-document, section 5) and NVD
// for version 2, which knows no "critical". A score of 0 counts as low.
func (s score) word() string {
	switch {
	case s.none():
		return ""
	case s.value >= 9 && s.version != "2.0":
		return "critical"
	case s.value >= 7:
		return "high"
	case s.value >= 4:
		return "medium"
	}
	return "low"
}

// parseScore computes the score of a CVSS vector.
func parseScore(vector string) (score, bool) {
	switch {
	case strings.HasPrefix(vector, "CVSS:4.0/"):
		if v, err := cvss40.ParseVector(vector); err == nil {
			return score{"4.0", v.Score()}, true
		}
	case strings.HasPrefix(vector, "CVSS:3.1/"):
		if v, err := cvss31.ParseVector(vector); err == nil {
			return score{"3.1", v.BaseScore()}, true
		}
	case strings.HasPrefix(vector, "CVSS:3.0/"):
		if v, err := cvss30.ParseVector(vector); err == nil {
			return score{"3.0", v.BaseScore()}, true
		}
	case strings.HasPrefix(vector, "AV:"):
		if v, err := cvss20.ParseVector(vector); err == nil {
			return score{"2.0", v.BaseScore()}, true
		}
	}
	return score{}, false
}

// bestScore returns the score to believe among ratings that are CVSS vectors.
func bestScore(ratings []rating) score {
	var best score
	for _, r := range ratings {
		if !strings.HasPrefix(r.Type, "CVSS_") {
			continue
		}
		if s, ok := parseScore(r.Score); ok && s.newer(best) {
			best = s
		}
	}
	return best
}

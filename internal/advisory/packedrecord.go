package advisory

import (
	"encoding/binary"
	"math"
	"strings"
)

// ratingTypes are the kinds of ratings that a shard keeps; the first is a word
// ("high") in place of whatever a database wrote.
var ratingTypes = []string{"WORD", "CVSS_V2", "CVSS_V3", "CVSS_V4"}

// eventKinds number the fields of an event; 0 is {"introduced":"0"}.
const (
	fromStart = iota
	introduced
	fixed
	lastAffected
	limited
)

// appendHead encodes what a finding needs of a record besides its packages.
func appendHead(b []byte, r *record) []byte {
	b = appendString(b, r.ID)
	b = appendString(b, r.Published)
	b = appendStrings(b, r.Aliases)
	b = appendStrings(b, r.Upstream)
	b = appendString(b, r.Summary)
	return appendRatings(b, r.Severity)
}

func readHead(in *bits, r *record) {
	r.ID, r.Published = in.string(), in.string()
	r.Aliases, r.Upstream = in.strings(), in.strings()
	r.Summary = in.string()
	r.Severity = readRatings(in)
}

func appendRatings(b []byte, list []rating) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		code := byte(0)
		for i, t := range ratingTypes {
			if t == s.Type {
				code = byte(i)
			}
		}
		b = appendString(append(b, code), s.Score)
	}
	return b
}

func readRatings(in *bits) []rating {
	var out []rating
	for range in.count() {
		code := in.uint()
		if code >= uint64(len(ratingTypes)) {
			in.fail()
			return nil
		}
		out = append(out, rating{Type: ratingTypes[code], Score: in.string()})
	}
	return out
}

// appendAffected encodes which versions an entry is about.
func appendAffected(b []byte, a *affected) []byte {
	b = appendRatings(b, a.Severity)
	b = binary.AppendUvarint(b, uint64(len(a.Ranges)))
	for _, g := range a.Ranges {
		b = binary.AppendUvarint(b, uint64(len(g.Events)))
		for _, e := range g.Events {
			b = appendEvent(b, e)
		}
	}
	return appendStrings(b, a.Versions)
}

func appendEvent(b []byte, e event) []byte {
	switch {
	case e.Introduced == "0":
		return append(b, fromStart)
	case e.Introduced != "":
		return appendString(append(b, introduced), e.Introduced)
	case e.Fixed != "":
		return appendString(append(b, fixed), e.Fixed)
	case e.LastAffected != "":
		return appendString(append(b, lastAffected), e.LastAffected)
	}
	return appendString(append(b, limited), e.Limit)
}

func readAffected(in *bits, a *affected) {
	a.Severity = readRatings(in)
	n := in.count()
	if n > 0 {
		a.Ranges = make([]versionRange, 0, min(n, 64))
	}
	for range n {
		events := in.count()
		g := versionRange{Events: make([]event, 0, min(events, 64))}
		for range events {
			g.Events = append(g.Events, readEvent(in))
		}
		a.Ranges = append(a.Ranges, g)
	}
	a.Versions = in.strings()
}

func readEvent(in *bits) event {
	switch in.uint() {
	case fromStart:
		return event{Introduced: "0"}
	case introduced:
		return event{Introduced: in.string()}
	case fixed:
		return event{Fixed: in.string()}
	case lastAffected:
		return event{LastAffected: in.string()}
	case limited:
		return event{Limit: in.string()}
	}
	in.fail()
	return event{}
}

// borrowed is the score of a CVE in a record of another source.
type borrowed struct {
	cve   string
	score score
}

var scoreVersions = []string{"2.0", "3.0", "3.1", "4.0"}

// appendBorrowed encodes scores; CVSS has one decimal.
func appendBorrowed(b []byte, list []borrowed) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s.cve)
		for i, v := range scoreVersions {
			if v == s.score.version {
				b = append(b, byte(i))
			}
		}
		b = append(b, byte(math.Round(s.score.value*10)))
	}
	return b
}

func readBorrowed(in *bits) []borrowed {
	var out []borrowed
	for range in.count() {
		cve := in.string()
		if len(in.text) < 2 || int(in.text[0]) >= len(scoreVersions) {
			in.fail()
			return nil
		}
		out = append(out, borrowed{cve, score{scoreVersions[in.text[0]], float64(in.text[1]) / 10}})
		in.text = in.text[2:]
	}
	return out
}

// condense replaces a record's ratings, and those of its entries, by what rate
// reads of them: the publisher's word and the one vector to believe.
func (r *record) condense() {
	for i := range r.Affected {
		a := &r.Affected[i]
		word := r.ownRating(a)
		own := believed(a.Severity)
		if shared := r.ownRating(&affected{}); word != "" && word != shared {
			own = append([]rating{{"WORD", word}}, own...)
		}
		a.Severity, a.EcosystemSpecific, a.DatabaseSpecific = own, nil, nil
	}
	shared := believed(r.Severity)
	if word := r.ownRating(&affected{}); word != "" {
		shared = append([]rating{{"WORD", word}}, shared...)
	}
	r.Severity, r.DatabaseSpecific, r.Details, r.References = shared, nil, "", nil
	if strings.HasPrefix(r.ID, "MAL-") && len(r.Affected) > 0 && r.Summary == malwareSummary(&r.Affected[0]) {
		r.Summary = ""
	}
}

// malwareSummary is what nearly every record of malware says; it is made up
// again where it is left out.
func malwareSummary(a *affected) string {
	return "Malicious code in " + a.Package.Name + " (" + a.Package.Ecosystem + ")"
}

// believed returns the CVSS vector that bestScore chooses, as a list.
func believed(ratings []rating) []rating {
	best := bestScore(ratings)
	for _, r := range ratings {
		if s, ok := parseScore(r.Score); ok && strings.HasPrefix(r.Type, "CVSS_") && s == best {
			kind := "CVSS_V" + s.version[:1]
			return []rating{{kind, r.Score}}
		}
	}
	return nil
}

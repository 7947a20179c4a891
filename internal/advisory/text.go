package advisory

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// mentions reports whether a record may speak of one of the named packages: a
// quick look at the values of its "name" keys that spares decoding the rest.
func mentions(base string, data []byte, names map[string]bool) bool {
	found := false
	values(data, "name", func(value []byte) bool {
		found = bytes.IndexByte(value, '\\') >= 0 || names[normalName(base, string(value))]
		return !found
	})
	return found
}

// releasesIn returns the releases of a distribution that a record names.
func releasesIn(base string, data []byte) []string {
	if !isDistribution(base) {
		return nil
	}
	var out []string
	values(data, "ecosystem", func(value []byte) bool {
		if name := strings.TrimSuffix(string(value), ":LTS"); baseOf(name) == base && !slices.Contains(out, name) {
			out = append(out, name)
		}
		return true
	})
	return out
}

// values hands over the texts that stand after a key anywhere in JSON text, as
// they are written, until use has seen enough.
func values(data []byte, key string, use func(value []byte) bool) {
	quoted := []byte(`"` + key + `"`)
	for {
		i := bytes.Index(data, quoted)
		if i < 0 {
			return
		}
		data = bytes.TrimLeft(data[i+len(quoted):], " \t\r\n")
		if len(data) == 0 || data[0] != ':' {
			continue
		}
		data = bytes.TrimLeft(data[1:], " \t\r\n")
		if len(data) == 0 || data[0] != '"' {
			continue
		}
		end := bytes.IndexByte(data[1:], '"')
		if end < 0 || !use(data[1:1+end]) {
			return
		}
		data = data[1+end:]
	}
}

// maxSummary bounds a summary taken from a longer text, in code points.
const maxSummary = 160

// firstSentence returns the beginning of a text for use as its summary.
func firstSentence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if i := strings.Index(text, ". "); i > 0 && utf8.RuneCountInString(text[:i]) <= maxSummary {
		return text[:i]
	}
	if runes := []rune(text); len(runes) > maxSummary {
		return strings.TrimSpace(string(runes[:maxSummary-1])) + "…"
	}
	return strings.TrimSuffix(text, ".")
}

// maxReferences is how many pages a vulnerability names.
const maxReferences = 3

// pages returns the web pages worth reading first: advisories, then reports,
// then fixes, then the rest, in the records' order.
func pages(hits []hit) []string {
	rank := map[string]int{"ADVISORY": 0, "REPORT": 1, "FIX": 2, "ARTICLE": 3, "WEB": 4}
	var all []reference
	for _, h := range hits {
		for _, ref := range h.record.References {
			web := strings.HasPrefix(ref.URL, "https://") || strings.HasPrefix(ref.URL, "http://")
			if web && !slices.ContainsFunc(all, func(x reference) bool { return x.URL == ref.URL }) {
				all = append(all, ref)
			}
		}
	}
	at := func(r reference) int {
		if n, ok := rank[r.Type]; ok {
			return n
		}
		return len(rank)
	}
	slices.SortStableFunc(all, func(a, b reference) int { return at(a) - at(b) })
	var out []string
	for _, ref := range all[:min(len(all), maxReferences)] {
		out = append(out, ref.URL)
	}
	return out
}

package advisory

import (
	"context"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// cveNote is what is known of one CVE whatever it is in.
type cveNote struct {
	number int // after the year
	kev    bool
	// epss is the probability of exploitation in the next 30 days in units of
	// 1/100000, which is how FIRST publishes it (https://www.first.org/epss/).
	epss int
}

const epssUnit = 100_000

// splitCVE returns the year and number of a CVE's ID.
func splitCVE(id string) (year string, number int, ok bool) {
	rest, ok := strings.CutPrefix(id, "CVE-")
	if !ok {
		return "", 0, false
	}
	year, digits, ok := strings.Cut(rest, "-")
	if !ok || len(year) != 4 || len(digits) > 9 {
		return "", 0, false
	}
	number, err := strconv.Atoi(digits)
	return year, number, err == nil && number >= 0
}

// appendNotes encodes the notes of one year, sorted by number.
func appendNotes(b []byte, notes []cveNote) []byte {
	b = binary.AppendUvarint(b, uint64(len(notes)))
	last := 0
	for _, n := range notes {
		b = binary.AppendUvarint(b, uint64(n.number-last))
		value := uint64(n.epss) << 1
		if n.kev {
			value |= 1
		}
		b, last = binary.AppendUvarint(b, value), n.number
	}
	return b
}

func readNotes(text string) ([]cveNote, error) {
	in := bits{text: text}
	n := in.count()
	out := make([]cveNote, 0, n)
	number := 0
	for range n {
		number += int(min(in.uint(), 1<<31))
		value := in.uint()
		if value>>1 > epssUnit {
			in.fail()
		}
		out = append(out, cveNote{number: number, kev: value&1 == 1, epss: int(value >> 1)})
	}
	return out, in.err()
}

// cveTable is an opened shard of CVEs.
type cveTable struct {
	packed *packed
	years  map[string][]cveNote
}

// find returns what is known of a CVE.
func (t *cveTable) find(id string) (cveNote, bool, error) {
	year, number, ok := splitCVE(id)
	if !ok {
		return cveNote{}, false, nil
	}
	notes, read := t.years[year]
	if !read {
		text, err := t.packed.lookup(year)
		if err != nil {
			return cveNote{}, false, err
		}
		if text != "" {
			if notes, err = readNotes(text); err != nil {
				return cveNote{}, false, err
			}
		}
		t.years[year] = notes
	}
	i, found := slices.BinarySearchFunc(notes, number, func(n cveNote, number int) int { return n.number - number })
	if !found {
		return cveNote{}, false, nil
	}
	return notes[i], true, nil
}

// join fills in what is known of the CVEs of matches; the table is fetched only
// where there are any.
func (db *DB) join(ctx context.Context, matches []Match) error {
	p, ok := db.from.(*packedProvider)
	if !ok || len(matches) == 0 {
		return nil
	}
	x, err := p.index(ctx)
	if err != nil {
		return err
	}
	e, ok := x.find("", KindCVE)
	if !ok {
		return nil
	}
	if p.cve == nil {
		s, err := p.open(ctx, db, e)
		if err != nil {
			return err
		}
		p.cve = &cveTable{packed: s.packed, years: map[string][]cveNote{}}
	}
	for i := range matches {
		v := &matches[i].Vulnerability
		for _, id := range append([]string{v.ID}, v.Aliases...) {
			note, found, err := p.cve.find(id)
			if err != nil {
				return err
			}
			if found {
				v.KEV = v.KEV || note.kev
				v.EPSS = max(v.EPSS, float64(note.epss)/epssUnit)
			}
		}
	}
	return nil
}

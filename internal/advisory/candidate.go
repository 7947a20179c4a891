package advisory

import "fmt"

// candidate is a record that speaks of a package by name.
type candidate struct {
	record *record
	// entries are all that the record says of the package in its ecosystem.
	entries []*affected
	// number is that of the record in a compiled shard, whose other fields are
	// read only where a version is affected.
	number int
}

// candidates returns the records of the shard about a package.
func (s *shard) candidates(name, ecosystem string) ([]candidate, error) {
	if s.packed != nil {
		return s.packed.candidates(name)
	}
	var out []candidate
	for _, r := range s.records[name] {
		out = append(out, candidate{record: r, entries: r.entries(s.base, name, ecosystem)})
	}
	return out, nil
}

// fill completes the record of a candidate.
func (s *shard) fill(c candidate) error {
	if s.packed == nil || c.record.ID != "" {
		return nil
	}
	text, err := s.packed.record(c.number)
	if err != nil {
		return err
	}
	in := bits{text: text}
	readHead(&in, c.record)
	for _, b := range readBorrowed(&in) {
		if b.score.newer(s.scores[b.cve]) {
			s.scores[b.cve] = b.score
		}
	}
	if in.bad || c.record.ID == "" {
		return fmt.Errorf("%s: record %d: %w", s.packed.Header, c.number, errDamaged)
	}
	if c.record.malicious() && c.record.Summary == "" {
		c.record.Summary = malwareSummary(c.entries[0])
	}
	c.record.References = []reference{{Type: "ADVISORY", URL: recordPage + c.record.ID}}
	return nil
}

// recordPage is where OSV shows a record.
const recordPage = "https://osv.dev/vulnerability/"

// candidates decodes the entries of a package.
func (p *packed) candidates(name string) ([]candidate, error) {
	body, err := p.lookup(name)
	if err != nil || body == "" {
		return nil, err
	}
	in := bits{text: body}
	n := in.count()
	out := make([]candidate, 0, min(n, 4096))
	number := 0
	for range n {
		number += int(min(in.uint(), MaxRecords))
		entries := in.count()
		if entries == 0 {
			in.fail()
			break
		}
		r := &record{Affected: make([]affected, min(entries, MaxAffected))}
		c := candidate{record: r, number: number, entries: make([]*affected, len(r.Affected))}
		for i := range r.Affected {
			a := &r.Affected[i]
			a.Package.Ecosystem, a.Package.Name = p.Ecosystem, name
			readAffected(&in, a)
			c.entries[i] = a
		}
		out = append(out, c)
	}
	if in.bad {
		return nil, fmt.Errorf("%s: the entries of %.80q: %w", p.Header, name, errDamaged)
	}
	return out, nil
}

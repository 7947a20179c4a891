package advisory

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// record is the part of an OSV record that matching needs.
// See https://ossf.github.io/osv-schema/.
type record struct {
	ID               string                     `json:"id"`
	Modified         string                     `json:"modified"`
	Published        string                     `json:"published"`
	Withdrawn        string                     `json:"withdrawn"`
	Aliases          []string                   `json:"aliases"`
	Upstream         []string                   `json:"upstream"`
	Summary          string                     `json:"summary"`
	Details          string                     `json:"details"`
	Severity         []rating                   `json:"severity"`
	Affected         []affected                 `json:"affected"`
	References       []reference                `json:"references"`
	DatabaseSpecific map[string]json.RawMessage `json:"database_specific"`
}

// affected is one package of a record, and which versions of it are affected.
type affected struct {
	Package struct {
		Ecosystem string `json:"ecosystem"`
		Name      string `json:"name"`
	} `json:"package"`
	Severity          []rating                   `json:"severity"`
	Ranges            []versionRange             `json:"ranges"`
	Versions          []string                   `json:"versions"`
	EcosystemSpecific map[string]json.RawMessage `json:"ecosystem_specific"`
	DatabaseSpecific  map[string]json.RawMessage `json:"database_specific"`
}

// rating is a CVSS vector, or a distribution's word in the same place.
type rating struct {
	Type  string `json:"type"`
	Score string `json:"score"`
}

type reference struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type versionRange struct {
	Type   string  `json:"type"`
	Events []event `json:"events"`
}

// event has exactly one field set.
type event struct {
	Introduced   string `json:"introduced"`
	Fixed        string `json:"fixed"`
	LastAffected string `json:"last_affected"`
	Limit        string `json:"limit"`
}

// errNotOSV says that a file is JSON of another kind.
var errNotOSV = errors.New(`not an OSV record: it has no "id"`)

// parseRecord reads one OSV record within the limits.
func parseRecord(data []byte) (*record, error) {
	if len(data) > MaxRecordBytes {
		return nil, fmt.Errorf("larger than the limit of %d MiB", MaxRecordBytes>>20)
	}
	if tooDeep(data, MaxJSONDepth) {
		return nil, fmt.Errorf("nested deeper than the limit of %d", MaxJSONDepth)
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("not an OSV record: %w", err)
	}
	if r.ID == "" {
		return nil, errNotOSV
	}
	return &r, r.check()
}

// check holds the record against the limits on counts.
func (r *record) check() error {
	if n := len(r.Affected); n > MaxAffected {
		return fmt.Errorf("%s has %d affected packages, more than the limit of %d", r.ID, n, MaxAffected)
	}
	for i := range r.Affected {
		a := &r.Affected[i]
		if n := len(a.Versions); n > MaxVersions {
			return fmt.Errorf("%s enumerates %d versions, more than the limit of %d", r.ID, n, MaxVersions)
		}
		events := 0
		for _, g := range a.Ranges {
			events += len(g.Events)
		}
		if events > MaxEvents {
			return fmt.Errorf("%s has %d range events, more than the limit of %d", r.ID, events, MaxEvents)
		}
	}
	return nil
}

// tooDeep reports whether JSON text nests deeper than limit; it counts brackets
// outside strings and does not judge whether the text is JSON.
func tooDeep(data []byte, limit int) bool {
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > limit {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// malicious reports whether the record speaks of malware, not of a flaw.
func (r *record) malicious() bool { return strings.HasPrefix(r.ID, "MAL-") }

// modified returns when the record last changed, the zero time where it says
// nothing plausible: some data sets write the year 1.
func (r *record) modified(now time.Time) time.Time {
	t, err := time.Parse(time.RFC3339Nano, r.Modified)
	if err != nil {
		return time.Time{}
	}
	return plausible(t, now)
}

// plausible returns the time, or the zero time where it is too early or a day
// after now.
func plausible(t, now time.Time) time.Time {
	if t.Year() < 2000 || !now.IsZero() && t.After(now.Add(24*time.Hour)) {
		return time.Time{}
	}
	return t.UTC()
}

// published returns when the record was first published, the zero time for unknown.
func (r *record) published() time.Time {
	t, err := time.Parse(time.RFC3339Nano, r.Published)
	if err != nil || t.Year() < 2000 {
		return time.Time{}
	}
	return t.UTC()
}

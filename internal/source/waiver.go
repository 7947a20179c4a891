package source

import "time"

// Waiver is one entry of the waivers list in tidewaiter.yaml. It matches a
// finding where all its given fields match; reason and expiry are mandatory.
type Waiver struct {
	// At is the entry's place in the configuration.
	At Span
	// Rule is a name, ID or alias; Path a glob ("third_party/**"); Subject an
	// object, PURL or vulnerability ID; Key a finding's key. "" matches all.
	Rule, Path, Subject, Key string
	Reason, Owner            string
	// Expires is the last day on which the waiver counts.
	Expires time.Time
}

// Expired reports whether the waiver's last day is over.
func (w Waiver) Expired(now time.Time) bool { return expired(w.Expires, now) }

// Expired reports whether the ignore's last day is over; one without a date
// does not expire.
func (ig Ignore) Expired(now time.Time) bool { return expired(ig.Until, now) }

func expired(last, now time.Time) bool {
	return !last.IsZero() && !now.Before(last.AddDate(0, 0, 1))
}

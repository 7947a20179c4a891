package rule

import "fmt"

// Severity is the one scale for everything. The zero value means "as the rule
// says".
type Severity int

// The severities, in rising order.
const (
	Unset Severity = iota
	Info
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"", "info", "low", "medium", "high", "critical"}

// String returns the lower-case name.
func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads a lower-case name.
func ParseSeverity(name string) (Severity, error) {
	for i, n := range severityNames {
		if i > 0 && n == name {
			return Severity(i), nil
		}
	}
	return Unset, fmt.Errorf("unknown severity %q: one of critical, high, medium, low, info", name)
}

// MarshalText implements encoding.TextMarshaler.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Severity) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSeverity(string(b))
	return err
}

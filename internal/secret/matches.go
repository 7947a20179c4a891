package secret

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/zricethezav/gitleaks/v8/config"
)

// matches collects what is found in one text.
type matches struct {
	name string
	text []byte
	out  []Found
	seen map[string]bool // values and detectors already reported
	// allow says what is no secret anywhere; generic is false for files of which it
	// says so as a whole: of them only forms count.
	allow   []*config.Allowlist
	generic bool
}

func (m *matches) match(d *detector, windows []window) {
	if len(windows) == 0 || d.certainty > Form && !m.generic || pathAllowed(d.allow, m.name) || d.file != nil && !d.file.MatchString(m.name) {
		return
	}
	for _, w := range windows {
		for _, at := range d.pattern.FindAllSubmatchIndex(m.text[w.start:w.end], MaxFound) {
			if len(m.out) >= MaxFound {
				return
			}
			for i := range at {
				if at[i] >= 0 {
					at[i] += w.start
				}
			}
			m.add(d, at)
		}
	}
}

// add keeps a match unless it is too regular to be random, is a known example or
// does not stand the detector's own check.
func (m *matches) add(d *detector, at []int) {
	start, end := d.value(at)
	for start < end && m.text[start] == '\n' {
		start++
	}
	for end > start && m.text[end-1] == '\n' {
		end--
	}
	value := string(m.text[start:end])
	if d.entropy != 0 && Entropy(value) <= d.entropy || Placeholder(value) && !strings.HasPrefix(value, "-----BEGIN") || d.check != nil && !d.check(value) {
		return
	}
	line, match := m.line(at[0], at[1]), strings.Trim(string(m.text[at[0]:at[1]]), "\n")
	for _, lists := range [...][]*config.Allowlist{m.allow, d.allow} {
		if allowed(lists, m.name, line, match, value) {
			return
		}
	}
	sum := sha256.Sum256([]byte(value))
	digest := hex.EncodeToString(sum[:8])
	// A value is told once, by the surest detector.
	if m.seen[digest] || m.overlaps(start, end) {
		return
	}
	m.seen[digest] = true
	m.out = append(m.out, Found{
		Detector: d.id, Description: d.what, Start: start, End: end, Line: 1 + bytes.Count(m.text[:start], []byte("\n")),
		Certainty: d.certainty, Doubtful: doubtful(value), Masked: Mask(value), Digest: digest,
	})
}

// overlaps reports whether a part of a value was told already.
func (m *matches) overlaps(start, end int) bool {
	for _, f := range m.out {
		if start < f.End && f.Start < end {
			return true
		}
	}
	return false
}

// line returns the lines that a match lies on, as far as they are near.
func (m *matches) line(start, end int) string {
	low, high := max(0, start-MaxLineBytes), min(len(m.text), end+MaxLineBytes)
	if i := bytes.LastIndexByte(m.text[low:start], '\n'); i >= 0 {
		low += i + 1
	}
	if i := bytes.IndexByte(m.text[end:high], '\n'); i >= 0 {
		high = end + i
	}
	return string(m.text[low:high])
}

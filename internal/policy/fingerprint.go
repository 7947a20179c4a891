package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// fingerprints returns for each finding the first 16 hex digits of sha256 over
// rule ID, path, key and the ordinal among equals: stable while lines move,
// overlays come and go and digests change.
func fingerprints(findings []rule.Finding) []string {
	seen := make(map[string]int, len(findings))
	out := make([]string, len(findings))
	var text []byte
	for i := range findings {
		f := &findings[i]
		id := f.Rule.ID + "\x00" + f.At.Path() + "\x00" + f.Key
		text = strconv.AppendInt(append(append(text[:0], id...), 0), int64(seen[id]), 10)
		sum := sha256.Sum256(text)
		out[i] = hex.EncodeToString(sum[:8])
		seen[id]++
	}
	return out
}

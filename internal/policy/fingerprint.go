package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// fingerprints returns for each finding the first 16 hex digits of sha256 over
// rule ID, path, key and the ordinal among equals: stable while lines move,
// overlays come and go and digests change.
func fingerprints(findings []rule.Finding) []string {
	seen := map[string]int{}
	out := make([]string, len(findings))
	for i, f := range findings {
		id := f.Rule.ID + "\x00" + f.At.Path() + "\x00" + f.Key
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", id, seen[id]))
		out[i] = hex.EncodeToString(sum[:8])
		seen[id]++
	}
	return out
}

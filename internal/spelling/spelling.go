// Package spelling finds the known word that a misspelt one means.
package spelling

import "strings"

const (
	// maxListed is how many known words are worth reading in a message.
	maxListed = 20
	// maxWord bounds the bytes of the words that are compared.
	maxWord = 64
)

// Suggest returns `; did you mean "x"?` for the known word that is nearest to
// the given one. Where none is near it returns the known words if they are few,
// else "".
func Suggest(given string, known []string) string {
	best, bestDistance := "", len(given)/2+1
	for _, k := range known {
		if dist := Distance(strings.ToLower(given), k); dist < bestDistance {
			best, bestDistance = k, dist
		}
	}
	switch {
	case best != "":
		return `; did you mean "` + best + `"?`
	case len(known) > 0 && len(known) <= maxListed:
		return "; known are " + strings.Join(known, ", ")
	}
	return ""
}

// Distance is the number of single-byte insertions, deletions, changes and
// swaps of neighbours between two words. Of longer words than any name it says
// no more than that they differ: by the length of the longer one.
func Distance(a, b string) int {
	if a == b {
		return 0
	}
	if len(a) > maxWord || len(b) > maxWord {
		return max(len(a), len(b))
	}
	prev2, prev := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur := make([]int, len(b)+1)
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev = prev, cur
	}
	return prev[len(b)]
}

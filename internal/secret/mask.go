package secret

import "strings"

// Mask shows so little of a value that it can be recognised by who knows it.
func Mask(value string) string {
	value = strings.Join(strings.Fields(value), " ")
	if strings.HasPrefix(value, "-----BEGIN") {
		return "-----BEGIN … KEY-----"
	}
	switch r := []rune(value); {
	case len(r) < 8:
		return "…"
	case len(r) < 20:
		return string(r[:1]) + "…" + string(r[len(r)-1:])
	default:
		return string(r[:4]) + "…" + string(r[len(r)-2:])
	}
}

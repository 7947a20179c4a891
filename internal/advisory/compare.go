package advisory

import "fmt"

// Compare orders two versions of an ecosystem ("Debian:12", "npm") as the
// ecosystem's own tools do: -1, 0 or +1. An error says which of them has no place
// in its order.
func Compare(ecosystem, a, b string) (int, error) {
	at, err := place(baseOf(ecosystem), a)
	if err != nil {
		return 0, fmt.Errorf("%s version %q: %w", ecosystem, a, err)
	}
	c, err := at.compare(b)
	if err != nil {
		return 0, fmt.Errorf("%s version %q: %w", ecosystem, b, err)
	}
	return c, nil
}

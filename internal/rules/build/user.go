package build

import (
	"strconv"
	"strings"
)

// isRoot reports whether a user is root, by name or number.
func isRoot(user string) bool {
	n, err := strconv.Atoi(user)
	return strings.EqualFold(user, "root") || err == nil && n == 0
}

// isNumeric reports whether a user is given by number.
func isNumeric(user string) bool {
	_, err := strconv.ParseUint(user, 10, 32)
	return err == nil
}

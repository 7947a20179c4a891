package build

import (
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// lastUser returns the USER instruction in force at the end of a stage, that of
// a stage it is built FROM included; nil where the base image decides.
func lastUser(s *dockerfile.Stage) *dockerfile.Instruction {
	for ; s != nil; s = s.Parent {
		for i := len(s.Instructions) - 1; i >= 0; i-- {
			if in := s.Instructions[i]; in.Keyword == "USER" && !in.OnBuild && len(in.Args) > 0 {
				return in
			}
		}
	}
	return nil
}

// userName returns the user of USER's user[:group].
func userName(in *dockerfile.Instruction) string {
	name, _, _ := strings.Cut(in.Args[0].Value, ":")
	return strings.TrimSpace(name)
}

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

package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// account is a user or group that a command creates.
type account struct {
	name  string
	id    dockerfile.Word // its number, the zero Word where none is given
	group bool
	// shared is true where the command says that the number may be taken.
	shared bool
	// short is true where no record of logins is kept for it (useradd -l).
	short bool
}

// The options with a value of the shadow and BusyBox tools that make accounts.
const accountValued = "-u --uid -g --gid -G --groups -s --shell -d --home --home-dir -h -c --comment --gecos --ingroup -k --skel -K --key " +
	"-b --base-dir -e --expiredate -f --inactive -p --password -R --root -P --prefix -Z --selinux-user --firstuid --lastuid"

// created returns the account that a command makes; false for all others.
func created(c *dockerfile.Command) (account, bool) {
	var a account
	switch c.Name {
	case "useradd", "adduser":
	case "groupadd", "addgroup":
		a.group = true
	default:
		return a, false
	}
	opts, rest := options(c.Args, accountValued)
	if len(rest) > 0 {
		a.name = rest[0].Value
	}
	for _, o := range opts {
		switch o.name {
		case "-u", "--uid":
			if !a.group {
				a.id = idWord(o)
			}
		case "-g", "--gid":
			if a.group {
				a.id = idWord(o)
			}
		case "-o", "--non-unique":
			a.shared = c.Name == "useradd" || c.Name == "groupadd"
		case "-l", "--no-log-init":
			a.short = true
		}
	}
	return a, true
}

// idWord is the value of an option with the place to point at.
func idWord(o option) dockerfile.Word {
	return dockerfile.Word{At: o.word.At, Text: o.word.Text, Value: o.value}
}

// userPart returns the user of user[:group].
func userPart(owner string) string {
	name, _, _ := strings.Cut(owner, ":")
	return strings.TrimSpace(name)
}

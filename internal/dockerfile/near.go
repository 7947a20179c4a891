package dockerfile

import (
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/spelling"
)

// near returns the name in the folder of a missing source that a slip of the
// hand made it of: another case, or one letter. Digits do not count, since
// "app2" is another file than "app1".
func (t *tree) near(dir, name string) string {
	parent, base := path.Split(name)
	at := path.Join(dir, parent)
	best := ""
	files := within(t.files, at)
	for range MaxGlobTests {
		if len(files) == 0 {
			break
		}
		inside := relative(files[0], at)
		other := firstParts(inside, 1)
		if !t.spend(len(base)*len(other), files[0]) {
			return ""
		}
		files = beyond(files, len(files[0])-len(inside)+len(other))
		if strings.EqualFold(base, other) {
			return path.Join(parent, other)
		}
		if len(base) >= 6 && len(other) >= 6 && digits(base) == digits(other) && spelling.Distance(base, other) == 1 {
			best = path.Join(parent, other)
		}
	}
	return best
}

// digits returns the digits of a name, which must be the same in both.
func digits(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, name)
}

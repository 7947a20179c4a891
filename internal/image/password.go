package image

import (
	"strconv"
	"strings"

	"github.com/GehirnInc/crypt"
	"github.com/GehirnInc/crypt/md5_crypt"
	"github.com/GehirnInc/crypt/sha256_crypt"
	"github.com/GehirnInc/crypt/sha512_crypt"
)

// wellKnown are the passwords that images and their tutorials set.
func wellKnown() []string {
	return []string{"root", "toor", "password", "admin", "changeme", "123456", "1234", "test", "docker", "secret"}
}

// guesser compares password hashes with well-known passwords, a bounded number
// of times: each comparison takes milliseconds by design.
type guesser struct{ left int }

func newGuesser() *guesser { return &guesser{left: MaxHashed} }

// judge names the kind of a password field, as in Account.Password.
func (g *guesser) judge(user, hash string) string {
	switch {
	case hash == "":
		return "empty"
	case strings.HasPrefix(hash, "!"), strings.HasPrefix(hash, "*"):
		return "locked"
	}
	c := crypter(hash)
	if c == nil || g.left == 0 || rounds(hash) > MaxHashRounds {
		return "set"
	}
	g.left--
	for _, guess := range append(wellKnown(), user) {
		if c.Verify(hash, []byte(guess)) == nil {
			return "default"
		}
	}
	return "set"
}

// crypter returns the function that made a hash, nil where it is not one of the
// three that can be computed here; yescrypt and bcrypt cannot. See crypt(5).
func crypter(hash string) crypt.Crypter {
	switch {
	case strings.HasPrefix(hash, "$1$"):
		return md5_crypt.New()
	case strings.HasPrefix(hash, "$5$"):
		return sha256_crypt.New()
	case strings.HasPrefix(hash, "$6$"):
		return sha512_crypt.New()
	}
	return nil
}

// rounds returns the cost written in a hash, 0 where none is.
func rounds(hash string) int {
	_, rest, _ := strings.Cut(hash, "$rounds=")
	digits, _, _ := strings.Cut(rest, "$")
	n, err := strconv.Atoi(digits)
	if rest != "" && err != nil {
		return MaxHashRounds + 1
	}
	return n
}

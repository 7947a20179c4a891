package secret

import (
	"encoding/base64"
	"hash/crc32"
	"strings"
)

// doubtful reports whether a value has a checksum that does not fit. GitHub and
// npm end their tokens in the CRC-32 of what stands between, in base 62; see
// https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/.
func doubtful(value string) bool {
	prefix, body, ok := strings.Cut(value, "_")
	if !ok || len(body) != 36 {
		return false
	}
	switch prefix {
	case "ghp", "gho", "ghu", "ghs", "ghr", "npm":
		return body[30:] != base62(crc32.ChecksumIEEE([]byte(body[:30])), 6)
	}
	return false
}

// base62 writes a number in n digits.
func base62(v uint32, n int) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	out := make([]byte, n)
	for i := n - 1; i >= 0; i-- {
		out[i] = digits[v%62]
		v /= 62
	}
	return string(out)
}

// wholeKey reports whether a private key has the characters of one: not the dots
// of a manual.
func wholeKey(value string) bool {
	body := strings.NewReplacer(`\n`, "", `\r`, "", "\n", "", "\r", "", " ", "", `"`, "", "'", "", "+", "", "\t", "").Replace(value)
	first := strings.Index(body, "-----BEGIN")
	if first < 0 {
		return false
	}
	_, body, _ = strings.Cut(body[first+len("-----BEGIN"):], "-----")
	body, _, ok := strings.Cut(body, "-----END")
	if !ok {
		return false // from the mention of one key to that of the next
	}
	if i := strings.LastIndex(body, ":"); i >= 0 && i < len(body)/2 { // headers
		body = body[i+1:]
	}
	return len(body) >= 64 && !strings.Contains(body, "...") && Entropy(body) > 3.5 && !cut(body)
}

// cut reports whether the DER in a key says that it is longer than it is: manuals
// show the first line of one.
func cut(body string) bool {
	if !strings.HasPrefix(body, "MI") {
		return false
	}
	head, err := base64.StdEncoding.DecodeString(body[:8])
	if err != nil || head[0] != 0x30 {
		return false
	}
	length := 0
	switch head[1] {
	case 0x81:
		length = int(head[2])
	case 0x82:
		length = int(head[2])<<8 | int(head[3])
	}
	return len(body)*3/4 < length*9/10
}

// userPassword reports whether base64 holds a user and a password.
func userPassword(value string) bool {
	plain, err := decode(value)
	if err != nil {
		return false
	}
	user, password, ok := strings.Cut(plain, ":")
	return ok && user != "" && len(password) >= 4 && printable(plain) && !Placeholder(password) && password != user
}

// password reports whether base64 holds a printable value that is none of a manual's.
func password(value string) bool {
	plain, err := decode(value)
	return err == nil && printable(plain) && !Placeholder(plain)
}

// encodedKey reports whether base64 holds a private key.
func encodedKey(value string) bool {
	plain, err := decode(value)
	return err == nil && strings.Contains(plain, "PRIVATE KEY-----")
}

// decode reads base64 with or without padding; what was cut in the middle of a
// quantum is read as far as it goes.
func decode(value string) (string, error) {
	value = strings.TrimRight(value, "=")
	if len(value)%4 == 1 {
		value = value[:len(value)-1]
	}
	plain, err := base64.RawStdEncoding.DecodeString(value)
	return string(plain), err
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// strong reports whether a value was most likely drawn at random, or at least by
// someone who was told to mix characters.
func strong(value string) bool {
	kinds := 0
	for _, set := range []string{"abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "!#%^&*+?~-_=,;@$|"} {
		if strings.ContainsAny(value, set) {
			kinds++
		}
	}
	digit := strings.ContainsAny(value, "0123456789")
	return len(value) >= 8 && digit && kinds >= 2 && Entropy(value) >= 2.5
}

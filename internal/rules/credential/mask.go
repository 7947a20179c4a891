package credential

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

var (
	urlPassword = lazyregexp.New(`\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"']*:([^\s/@"']+)@`)
	// named is a value that its name calls secret, as source files write it.
	named = lazyregexp.New(`(?i)(?:pass|pwd|passwd|password|passphrase|secret|token|credentials?|api_?key|(?:access|private|secret|signing|encryption)_?key)["']?(?:\s*[:=]\s*|\s+)["']?([^\s"',}\]]{4,})`)
	// login is what command lines call a user with a password.
	login = lazyregexp.New(`(?:\s-u|\s--user|echo)[ =]*["']?[A-Za-z0-9_.-]+:([^\s"'|]{4,})`)
	// shortPassword is the option of database clients, which takes no blank.
	shortPassword = lazyregexp.New(`\s-p([^\s"'=-]{6,})`)
	// encoded is a long run as keys and certificates are written.
	encoded = lazyregexp.New(`[A-Za-z0-9+/]{40,}={0,2}`)

	secretName = lazyregexp.New(`(?im)name["']?\s*:\s*["']?[A-Za-z0-9_.-]*(?:pass|passwd|password|pwd|secret|token|key|credentials?)["']?\s*[,}]?\s*$`)
	plainValue = lazyregexp.New(`^[\s-]*["']?value["']?\s*:\s*["']?([^\s"']{4,})`)
)

// shortest is how long a credential is at least whose form gives it away.
const shortest = 16

// Mask returns a text with every credential that its form gives away, and every
// password in a URL, replaced by as many asterisks.
func Mask(text string) string {
	if !hasRun(text, shortest) && !strings.Contains(text, "://") {
		return text
	}
	for _, f := range forms {
		if f.near(text) {
			text = hide(text, f.pattern, func(string) bool { return true })
		}
	}
	if !strings.Contains(text, "://") {
		return text
	}
	return hide(text, urlPassword, func(v string) bool { return !strings.HasPrefix(v, "$") })
}

// MaskLine is Mask for a line of a source file, of which nothing else is known:
// it also replaces what a name or an option calls secret. Above are the
// lines before, where YAML writes the name of a value. Columns stay as they are.
func MaskLine(line, above string) string {
	line = Mask(line)
	// What each expression cannot match without is looked for first: it is much
	// cheaper, and most lines have none of it.
	if lower := strings.ToLower(line); containsAny(lower, "pass", "pwd", "secret", "token", "credential", "key") {
		line = hide(line, named, literal)
	}
	if strings.Contains(line, ":") && containsAny(line, "-u", "echo") {
		line = hide(line, login, literal)
	}
	if strings.Contains(line, "-p") {
		line = hide(line, shortPassword, literal)
	}
	if hasRun(line, 40) {
		line = hide(line, encoded, mixed)
	}
	if strings.Contains(line, ":") && strings.Contains(strings.ToLower(above), "name") && secretName.MatchString(above) {
		line = hide(line, plainValue, literal)
	}
	return line
}

func containsAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// literal reports whether a value is written out: no variable, template, switch
// or reference.
func literal(v string) bool {
	switch strings.ToLower(v) {
	case "true", "false", "null", "none", "enabled", "disabled":
		return false
	}
	return !strings.ContainsAny(v[:1], "$<{|>&*(/") && !strings.HasPrefix(v, "--")
}

// mixed keeps digests and plain words out of what looks encoded.
func mixed(v string) bool {
	return strings.ContainsAny(v, "0123456789") && strings.ToLower(v) != v && strings.ToUpper(v) != v
}

// hasRun reports whether a text holds so many printable characters in a row.
func hasRun(text string, n int) bool {
	run := 0
	for i := range len(text) {
		if c := text[i]; c > ' ' && c < 0x7f && c != '"' {
			if run++; run >= n {
				return true
			}
			continue
		}
		run = 0
	}
	return false
}

// hide replaces what a pattern finds, its first group where it has one, as far
// as it is secret.
func hide(text string, pattern *lazyregexp.Regexp, secret func(string) bool) string {
	for _, at := range slices.Backward(pattern.FindAllStringSubmatchIndex(text, -1)) {
		from, to := at[0], at[1]
		if len(at) > 2 {
			from, to = at[2], at[3]
		}
		if v := text[from:to]; v != "" && secret(v) {
			text = text[:from] + strings.Repeat("*", utf8.RuneCountInString(v)) + text[to:]
		}
	}
	return text
}

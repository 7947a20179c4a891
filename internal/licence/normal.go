package licence

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// Stated reads what a package says of its licence, in SPDX's words or in those that
// were usual before. ok is false where it does not say, or says what nobody can
// know for sure ("BSD", "see LICENSE").
func Stated(text string) (e *Expression, ok bool) {
	if text == "" {
		return nil, false
	}
	if e, err := Parse(text); err == nil {
		return e, true
	}
	if name := spdxName(text); name != strings.TrimSpace(text) { // "Apache License, Version 2.0" is one
		text = name
	}
	e, err := Parse(spdxWords(text))
	return e, err == nil
}

var separators = lazyregexp.New(`(?i)\s+(and|or)\s+|[()]|,\s+|\s*/\s*|\s*[|&]\s*`)

// spdxWords puts SPDX's names in the place of the older ones of Debian, Fedora, npm
// and Python, one licence after the other.
func spdxWords(text string) string {
	var out strings.Builder
	rest := text
	for rest != "" {
		at := separators.FindStringIndex(rest)
		if at == nil {
			at = []int{len(rest), len(rest)}
		}
		out.WriteString(spdxName(rest[:at[0]]))
		switch sep := strings.TrimSpace(rest[at[0]:at[1]]); strings.ToLower(sep) {
		case "and", ",", "&":
			out.WriteString(" AND ")
		case "or", "|", "/":
			out.WriteString(" OR ")
		default:
			out.WriteString(" " + sep + " ")
		}
		rest = rest[at[1]:]
	}
	return out.String()
}

// older are names that mean one licence and no other. What may be several, such as
// "BSD", is not among them.
var older = []struct {
	form *lazyregexp.Regexp
	spdx string
}{
	{lazyregexp.New(`(?i)^(the )?(MIT|expat)( licen[cs]e)?( \(MIT\))?$`), "MIT"},
	{lazyregexp.New(`(?i)^apache([ -]software)?( licen[cs]e)?,?[ -]*(v|version )?2(\.0)?$`), "Apache-2.0"},
	{lazyregexp.New(`(?i)^(new|modified|3-clause) BSD( licen[cs]e)?$|^BSD[ -]3([ -]clause)?( licen[cs]e)?$`), "BSD-3-Clause"},
	{lazyregexp.New(`(?i)^(simplified|2-clause) BSD( licen[cs]e)?$|^BSD[ -]2([ -]clause)?( licen[cs]e)?$`), "BSD-2-Clause"},
	{lazyregexp.New(`(?i)^ISC( licen[cs]e)?( \(ISCL\))?$`), "ISC"},
	{lazyregexp.New(`(?i)^(MPL|mozilla public licen[cs]e)[ -]*(v|version )?2(\.0)?( \(MPL 2\.0\))?$`), "MPL-2.0"},
	{lazyregexp.New(`(?i)^(PSF|python software foundation licen[cs]e|PSFL)$`), "PSF-2.0"},
	{lazyregexp.New(`(?i)^zlib$`), "Zlib"},
	{lazyregexp.New(`(?i)^(the )?unlicense( \(unlicense\))?$`), "Unlicense"},
	{lazyregexp.New(`(?i)^(CC0|CC0[ -]1(\.0)?)$`), "CC0-1.0"},
	{lazyregexp.New(`(?i)^artistic[ -]2(\.0)?$`), "Artistic-2.0"},
}

// gnu are the names of the GNU licences: GPL-2+, LGPLv2.1+, GPLv3, GPL-3.0+.
var gnu = lazyregexp.New(`(?i)^(A|L)?GPL[ -]?v?([123])(\.[01])?(\+)?$`)

func spdxName(name string) string {
	name = strings.TrimSpace(name)
	if m := gnu.FindStringSubmatch(name); m != nil {
		minor, suffix := m[3], "-only"
		if minor == "" {
			minor = ".0"
		}
		if m[4] == "+" {
			suffix = "-or-later"
		}
		return strings.ToUpper(m[1]) + "GPL-" + m[2] + minor + suffix
	}
	for _, o := range older {
		if o.form.MatchString(name) {
			return o.spdx
		}
	}
	return name
}

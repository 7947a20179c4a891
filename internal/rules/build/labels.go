package build

import (
	"net/url"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// labelForm is what the value of a label can be asked to be.
type labelForm struct {
	// what completes "is no …"; alias is the check of hadolint's for it.
	what, alias string
	holds       func(string) bool
}

// labelForms are the forms by the names that hadolint gives them in its README
// under "Linting Labels".
func labelForms(name string) (labelForm, bool) {
	switch strings.ToLower(name) {
	case "", "text", "string", "rawtext":
		return labelForm{holds: func(string) bool { return true }}, true
	case "url":
		return labelForm{"URL", "hadolint:DL3052", isURL}, true
	case "rfc3339", "timestamp":
		return labelForm{"time as RFC 3339 has it", "hadolint:DL3053", isTime}, true
	case "spdx":
		return labelForm{"SPDX licence expression", "hadolint:DL3054", isLicence}, true
	case "hash":
		return labelForm{"Git hash", "hadolint:DL3055", gitHash.MatchString}, true
	case "semver":
		return labelForm{"semantic version", "hadolint:DL3056", semanticVersion.MatchString}, true
	case "email":
		return labelForm{"e-mail address", "hadolint:DL3058", isAddress}, true
	}
	return labelForm{}, false
}

// gitHash is a hash in full, SHA-256 ones included, or in the short form.
var gitHash = lazyregexp.New(`^([0-9a-fA-F]{7}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$`)

// semanticVersion is the grammar of https://semver.org.
var semanticVersion = lazyregexp.New(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)

// address is the addr-spec of RFC 5322 without comments and obsolete forms.
var address = lazyregexp.New("^([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*|\"[ -!#-\\[\\]-~]*\")@([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*|\\[[!-Z^-~]*\\])$")

func isAddress(s string) bool { return address.MatchString(s) }

// isURL reports whether a text is an absolute URI by RFC 3986.
func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && !strings.ContainsAny(s, " \t\"<>\\^`{|}")
}

func isTime(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

// isLicence reports whether a text is a licence expression: identifiers of the
// SPDX list joined by AND, OR and WITH (https://spdx.dev/learn/handling-license-info/).
func isLicence(s string) bool {
	words := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(s))
	depth, wantsName := 0, true
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch {
		case wantsName && word == "(":
			depth++
		case wantsName:
			if !licenceName(word) {
				return false
			}
			wantsName = false
		case word == ")" && depth > 0:
			depth--
		case word == "AND" || word == "OR":
			wantsName = true
		case word == "WITH" && i+1 < len(words) && listed(spdxExceptions, words[i+1]):
			i++
		default:
			return false
		}
	}
	return !wantsName && depth == 0
}

func licenceName(word string) bool {
	return listed(spdxLicences, strings.TrimSuffix(word, "+")) || strings.HasPrefix(word, "LicenseRef-") || strings.HasPrefix(word, "DocumentRef-")
}

// labelled returns the keys of the labels that a stage sets, those of the stages
// it is built FROM included; all is false where a key is not known.
func labelled(s *dockerfile.Stage) (keys map[string]bool, all bool) {
	keys, all = map[string]bool{}, true
	for ; s != nil; s = s.Parent {
		for _, in := range s.Instructions {
			if in.Keyword != "LABEL" {
				continue
			}
			for _, pair := range in.Pairs {
				keys[pair.Key.Value] = true
				all = all && !strings.Contains(pair.Key.Value, "$")
			}
		}
	}
	return keys, all
}

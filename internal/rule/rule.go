package rule

import (
	"fmt"
	"strconv"
	"strings"
)

// Rule is everything about one rule: it is a value, written in one file.
type Rule struct {
	// ID is "TW-D002"; Name is kebab-case and reads as "allow <name>"; Title is
	// one short sentence without a full stop.
	ID, Name, Title string
	// Severity is what a finding has unless the check or the policy says otherwise.
	Severity Severity
	// Profile is the smallest profile that holds the rule.
	Profile Profile
	// Since is the version that brought it, "0.1".
	Since string
	// Why says what goes wrong without it, Fix what to write instead; Markdown,
	// complete sentences.
	Why, Fix string
	// Refs are the standards and practices that it serves.
	Refs []Ref
	// Aliases name checks of other tools with the same meaning: "hadolint:DL3002".
	Aliases []string
	// Fixable is true where findings come with edits, or with one that only a
	// digest is missing for.
	Fixable bool
	// Settings can be changed in tidewaiter.yaml.
	Settings []Setting
	// Bad and Good are txtar projects. In Bad, a line of carets under a place,
	// followed by the message, marks each finding of this rule; Good must be silent.
	Bad, Good []string
	// Sensitive is true where the lines of its findings hold a credential: no
	// report shows them.
	Sensitive bool
	// Check finds.
	Check Check
}

// Profile is a named set of rules; each holds the ones before it, save that
// style is apart.
type Profile string

// The profiles. All holds every rule.
const (
	Default Profile = "default"
	Strict  Profile = "strict"
	Tidy    Profile = "tidy"
	All     Profile = "all"
)

// Ref is one control of a standard: {"CIS Docker", "4.1"},
// {"Pod Security Standards", "baseline/privileged"}, {"practice", "M8"} (see Practices).
type Ref struct {
	Standard string `json:"standard"`
	Control  string `json:"control"`
}

// Setting is a value of a rule that the policy can change. Default is an int, a
// bool, a string or a []string, and decides the type.
type Setting struct {
	Name    string
	Default any
	Doc     string
	// Valid refuses values of the right type that mean nothing, since the rule would
	// be silent; nil where all mean something.
	Valid func(value any) error
}

// Written is the default as tidewaiter.yaml would say it.
func (s Setting) Written() string {
	list, ok := s.Default.([]string)
	if !ok {
		return fmt.Sprint(s.Default)
	}
	quoted := make([]string, len(list))
	for i, word := range list {
		quoted[i] = strconv.Quote(word)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// Need is an input without which a rule has nothing to say.
type Need string

// The inputs.
const (
	NeedDockerfile Need = "dockerfile"
	NeedManifest   Need = "manifest"
	NeedImage      Need = "image"
	NeedAdvisories Need = "advisories"
	NeedNetwork    Need = "network"
)

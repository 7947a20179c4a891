package artifact

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// blockingFlaw reports whether a flaw is of the kind that a gate exists for: it
// has a fix, and it is critical, high, or rated by nobody. The severity it has
// as a finding comes with it.
func blockingFlaw(v *facts.Vulnerability) (rule.Severity, bool) {
	if v.Malicious || v.Fixed == "" || v.HeadersOnly() {
		return rule.Unset, false
	}
	switch v.Severity {
	case "critical":
		return rule.Critical, true
	case "high", "":
		return rule.High, true
	}
	return rule.Unset, false
}

// flaw makes the finding of a vulnerability, at the line that brought the package.
func flaw(v *facts.Vulnerability) rule.Finding {
	f := ofFile(v.Build, v.Package.Layer, v.Package.Path)
	f.Message = fmt.Sprintf("%s has %s (%s)%s", installed(v), v.ID, rating(v), fixedIn(v))
	f.Subject, _, _ = strings.Cut(v.Package.PURL, "?") // one finding for all architectures
	f.Key = v.ID + " " + v.Looked.Name
	f.Package, f.Vulnerability, f.Fixed = &v.Package, &v.Vulnerability, v.Fixed
	if v.Fixed != "" {
		f.Fix = &rule.Fix{Title: remedy(v)}
	}
	return f
}

// installed names what is there: the source package with its binaries, or the
// package.
func installed(v *facts.Vulnerability) string {
	var names []string
	for _, p := range v.Packages {
		if p.Name != v.Looked.Name && (len(names) == 0 || names[len(names)-1] != p.Name) {
			names = append(names, p.Name)
		}
	}
	text := v.Looked.Name + " " + v.Looked.Version
	if len(names) > 0 {
		text += " (" + list(names, 3) + ")"
	}
	return text
}

func rating(v *facts.Vulnerability) string {
	text := v.Severity
	if text == "" {
		text = "severity unknown"
	}
	if v.KEV {
		text += ", known to be exploited"
	}
	return text
}

func fixedIn(v *facts.Vulnerability) string {
	if v.Fixed == "" {
		return ", which has no fix yet"
	}
	return ", fixed in " + v.Fixed
}

func remedy(v *facts.Vulnerability) string {
	switch {
	case v.Looked.Ecosystem == "Go" && v.Looked.Name == "stdlib":
		return "build with Go " + v.Fixed + " or later"
	case fromBase(v.Build, v.Package.Layer):
		base, _, _ := strings.Cut(baseImage(v.Build), "@")
		return fmt.Sprintf("build from a newer %s that has %s %s or later", base, v.Looked.Name, v.Fixed)
	}
	return fmt.Sprintf("update %s to %s or later", v.Looked.Name, v.Fixed)
}

package cluster

import (
	"fmt"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// The standards that the rules of this package refer to, beside the CIS
// benchmark: the chapters of the NSA and CISA guide, section 4.3 of NIST SP
// 800-190 for orchestrators.
const (
	nsa       = "NSA Kubernetes Hardening Guide"
	nsaNet    = "Network separation and hardening"
	nsaAccess = "Authentication and authorization"
	nsaAudit  = "Audit logging and threat detection"
	nist      = "NIST SP 800-190"
	practice  = "practice"
)

// benchmark returns the reference to a section of the CIS benchmark, version
// 1.12, and pairs of other standards with their controls.
func benchmark(section string, others ...string) []rule.Ref {
	out := []rule.Ref{{Standard: "CIS Kubernetes", Control: section}}
	for i := 0; i+1 < len(others); i += 2 {
		out = append(out, rule.Ref{Standard: others[i], Control: others[i+1]})
	}
	return out
}

// about makes a finding about a setting of a component. Its key is the program
// and the setting, which no overlay changes.
func about(c *controlplane.Component, s controlplane.Setting, format string, args ...any) rule.Finding {
	container := ""
	if c.Container != nil {
		container = c.Container.Name
	}
	f := at(s.Field, container, format, args...)
	f.At = s.At
	f.Key = c.Program + "." + s.Name
	return f
}

// at makes a finding about a field of a document.
func at(field manifest.Field, container, format string, args ...any) rule.Finding {
	subject := field.Object().String()
	if container != "" {
		subject += "[" + container + "]"
	}
	return rule.Finding{
		Message: fmt.Sprintf(format, args...),
		At:      field.Span(),
		Related: field.Related(),
		Subject: subject,
		Key:     field.Path(),
		Object:  rule.RefObject(field, container),
	}
}

// set returns a remedy that gives a scalar another value, where its text in the
// file is the value.
func set(f manifest.Field, title, value string) *rule.Fix {
	fix := &rule.Fix{Title: title}
	if at := f.Span(); at.Valid() && at.Text() == f.String() {
		fix.Edits = []source.Edit{{Span: at, New: value}}
	}
	return fix
}

// claim leaves out the checks of other tools that do not find this very thing.
func claim(p *rule.Pass, f *rule.Finding, without []string) {
	if len(without) > 0 {
		f.Aliases = slices.DeleteFunc(slices.Clone(p.Rule.Aliases), func(a string) bool { return slices.Contains(without, a) })
	}
}

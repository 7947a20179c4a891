package deploy

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// The standards that the rules of this package refer to.
const (
	podSecurityStandards = "Pod Security Standards"
	cis                  = "CIS Kubernetes"
	nsa                  = "NSA Kubernetes Hardening Guide"
	nist                 = "NIST SP 800-190"
	practice             = "practice"
)

// The chapters of the NSA and CISA hardening guide.
const (
	nsaPods    = "Kubernetes Pod security"
	nsaNetwork = "Network separation and hardening"
	nsaAccess  = "Authentication and authorization"
)

// refs pairs standards with controls.
func refs(standardsAndControls ...string) []rule.Ref {
	var out []rule.Ref
	for i := 0; i+1 < len(standardsAndControls); i += 2 {
		out = append(out, rule.Ref{Standard: standardsAndControls[i], Control: standardsAndControls[i+1]})
	}
	return out
}

// finding makes a finding about a field of an object, c nil where it is about
// no single container. Its key is the field's path without list indexes, with
// the container by its name, which no overlay changes.
func finding(f manifest.Field, c *manifest.Container, format string, args ...any) rule.Finding {
	name := ""
	subject := f.Object().String()
	if c != nil {
		name = c.Name
		subject += "[" + c.Name + "]"
	}
	return rule.Finding{
		Message: fmt.Sprintf(format, args...),
		At:      f.Span(),
		Related: f.Related(),
		Subject: subject,
		Key:     key(f, c),
		Object:  rule.RefObject(f, name),
	}
}

func key(f manifest.Field, c *manifest.Container) string {
	path := f.Path()
	if c != nil {
		if rest, ok := strings.CutPrefix(path, c.Field.Path()); ok {
			path = withoutIndexes(c.Field.Path()) + "(" + c.Name + ")" + rest
		}
	}
	return withoutIndexes(path)
}

// withoutIndexes removes "[0]" from a path.
func withoutIndexes(path string) string {
	out := ""
	for {
		before, rest, found := strings.Cut(path, "[")
		index, after, closed := strings.Cut(rest, "]")
		if !found || !closed {
			return out + path
		}
		out += before
		if index == "" || strings.Trim(index, "0123456789") != "" {
			out += "[" + index + "]"
		}
		path = after
	}
}

// who names what a pod-level or container-level setting is about.
func who(c *manifest.Container) string {
	switch {
	case c == nil:
		return "the pod"
	case c.Name == "": // some custom resources need no name
		return "the container"
	case c.Kind == "container":
		return "container " + c.Name
	default:
		return c.Kind + " container " + c.Name
	}
}

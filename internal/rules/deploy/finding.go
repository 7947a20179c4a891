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
	at := f.Place()
	return rule.Finding{
		Message: fmt.Sprintf(format, args...),
		At:      at.Span,
		Related: at.Related,
		Subject: subject,
		Key:     key(at.Path, c),
		Object:  rule.RefField(f, at.Path, name),
	}
}

// key is the path of a field of a container without list indexes, the container
// by its name; c is nil where it is about no single one.
func key(path string, c *manifest.Container) string {
	if c == nil {
		return withoutIndexes(path)
	}
	own := c.Field.Path()
	rest, below := strings.CutPrefix(path, own)
	if !below {
		return withoutIndexes(path)
	}
	return withoutIndexes(own + "(" + c.Name + ")" + rest)
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

package manifest

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

// abacGroup is the API group of the policies that the API server reads from a
// file given by --authorization-policy-file.
// https://kubernetes.io/docs/reference/access-authn-authz/abac/
const abacGroup = "abac.authorization.kubernetes.io"

// mayHoldPolicyLines tells by its name whether a file may be one of policies, one
// JSON object a line. Other such files are data, and many are large.
func mayHoldPolicyLines(file string) bool {
	name := strings.ToLower(path.Base(file))
	ext := path.Ext(name)
	return (ext == ".jsonl" || ext == ".ndjson") &&
		slices.ContainsFunc([]string{"abac", "auth", "polic"}, func(part string) bool { return strings.Contains(name, part) })
}

// isPolicyLines reports whether a file holds such policies: no line but the
// first of a JSON document starts one.
func isPolicyLines(f *source.File) bool {
	ext := path.Ext(f.Path)
	if ext != ".json" && !mayHoldPolicyLines(f.Path) || !strings.Contains(f.Text, abacGroup) {
		return false
	}
	objects := 0
	for line := range strings.Lines(f.Text) {
		if strings.HasPrefix(line, "{") && strings.Contains(line, "}") {
			objects++
		}
	}
	return ext != ".json" || objects > 1
}

// policyLines reads a file of policies; empty lines and those that start with a
// number sign are skipped, as the API server does. The error names the lines that
// are none of the versioned policies.
func policyLines(f *source.File) ([]*Object, error) {
	var out []*Object
	var errs []error
	for line := 1; line <= f.LineCount(); line++ {
		text := f.Line(line)
		if t := strings.TrimSpace(text); t == "" || t[0] == '#' {
			continue
		}
		at := f.LineSpan(line)
		if len(out) == maxPolicyLines || len(errs) == yamldoc.MaxErrors {
			return out, errors.Join(append(errs, &yamldoc.Error{At: at, Reason: fmt.Sprintf(
				"more than the limit of %d policies or %d mistakes in one file", maxPolicyLines, yamldoc.MaxErrors)})...)
		}
		o := policyLine(f, line)
		if o == nil {
			errs = append(errs, &yamldoc.Error{At: at, Reason: "no policy of " + abacGroup + ": one JSON object with apiVersion, kind and spec is expected on each line"})
			continue
		}
		out = append(out, o)
	}
	return out, errors.Join(errs...)
}

func policyLine(f *source.File, line int) *Object {
	docs, err := yamldoc.Parse(source.NewFile("", f.Line(line)))
	if err != nil || len(docs) != 1 {
		return nil
	}
	start := f.PosAt(line, 1).Offset
	return newObject(expandAliases(docs[0].Root), innerLocator{plainLocator{docs[0]}, func(s source.Span) source.Span {
		return f.Span(start+s.Start.Offset, start+s.End.Offset)
	}})
}

package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var invalidLabelValue = rule.Rule{
	ID:       "TW-K163",
	Name:     "invalid-label-value",
	Title:    "Label value that the API server refuses",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A label's value has at most 63 letters, digits, dashes, dots and underscores, and begins and ends with a letter or a digit. The API server refuses the object otherwise.",
	Fix:      "Shorten the value, or make it an annotation, which may hold anything.",
	Refs:     refs(practice, "M31"),
	Aliases:  []string{"kube-score:label-values"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    contact: team shop
#            ^^^^^^^^^ the API server refuses the value of the label contact: it may hold only letters, digits, dashes, dots and underscores, and begin and end with a letter or a digit
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web, build: main/12}
#                               ^^^^^^^ the API server refuses the value of the label build: it may hold only letters, digits, dashes, dots and underscores, and begin and end with a letter or a digit
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: long
  labels:
    commit: 0123456789012345678901234567890123456789012345678901234567890123
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the API server refuses the value of the label commit: it is longer than 63 characters
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: web, labels: {empty: "", version: 1.2_x-3, set-later: "${VERSION}"}}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		for _, o := range r.Objects {
			badLabels(p, o.Field("metadata", "labels"), p.Rule.Aliases)
		}
		for _, w := range r.Workloads() {
			if w.Object.Kind != "Pod" {
				badLabels(p, w.PodMeta.Get("labels"), nil)
			}
		}
	}),
}

func badLabels(p *rule.Pass, labels manifest.Field, names []string) {
	for k, v := range labels.Entries() {
		text := v.String()
		spelled := labelValue(text)
		if spelled && len(text) <= 63 || strings.Contains(text, "$") || strings.Contains(text, "{{") {
			continue
		}
		f := finding(v, nil, "the API server refuses the value of the label %s: it may hold only letters, digits, dashes, dots and underscores, and begin and end with a letter or a digit", k)
		if spelled {
			f.Message = "the API server refuses the value of the label " + k + ": it is longer than 63 characters"
		}
		f.Aliases = aliases().when(!spelled, names...)
		f.Fix = &rule.Fix{Title: "change the value, or make it an annotation"}
		p.Report(f)
	}
}

// labelValue reports whether a text is spelled as a label's value must be.
func labelValue(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case (c == '-' || c == '_' || c == '.') && i > 0 && i < len(s)-1:
		default:
			return false
		}
	}
	return true
}

package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unsortedKeys = rule.Rule{
	ID:       "TW-K164",
	Name:     "unsorted-keys",
	Title:    "Keys of a manifest that are not in the order of the alphabet",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Sorted keys make two manifests comparable line by line, and merge conflicts rarer. Only the first key out of order is told for each object, and only of plain manifests, since a rendered one has no order of its own.",
	Fix:      "Sort the keys.",
	Refs:     refs(practice, "M85"),
	Aliases:  []string{"kube-linter:sorted-keys"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - image: example.com/web:1
    name: web
    env: []
#   ^^^ the keys of Pod web are not sorted, first at this one, which stands behind name
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {labels: {app: web}, name: web}
spec: {containers: [{image: "example.com/web:1", name: web}]}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if o.Render.Whole() {
			return
		}
		if at, before, ok := unsorted(o.Root()); ok {
			f := finding(at, nil, "the keys of %s are not sorted, first at this one, which stands behind %s", named(o), before)
			f.Key = "order" // whichever key comes first
			f.Fix = &rule.Fix{Title: "sort the keys"}
			p.Report(f)
		}
	}),
}

// unsorted returns the first key of a field or below it that is less than the
// one before it.
func unsorted(f manifest.Field) (at manifest.Field, before string, ok bool) {
	last := ""
	for k, v := range f.Entries() {
		if k < last {
			return v, last, true
		}
		last = k
	}
	for _, v := range f.Entries() {
		if v.IsMap() || v.IsList() {
			if at, before, ok = unsorted(v); ok {
				return at, before, true
			}
		}
	}
	for _, v := range f.Items() {
		if at, before, ok = unsorted(v); ok {
			return at, before, true
		}
	}
	return at, "", false
}

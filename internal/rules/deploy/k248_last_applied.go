package deploy

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var lastApplied = rule.Rule{
	ID:       "TW-K248",
	Name:     "last-applied-annotation",
	Title:    "Manifest carries a copy of an earlier state",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`kubectl.kubernetes.io/last-applied-configuration` is kubectl's own note, written by `kubectl apply`. In a file it is a copy out of a cluster: it holds whatever the object held then, passwords included, where nobody looks, and it misleads the next apply about what to remove.",
	Fix:      "Remove the annotation. Revoke what it gives away.",
	Refs:     refs(nist, "4.1.4", practice, "M50"),
	Bad: []string{`
-- db.yaml --
apiVersion: v1
kind: Secret
metadata:
  name: db
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
#                                                     ^ the annotation last-applied-configuration gives away password: a secret (by its name)
      {"apiVersion":"v1","data":{"password":"aHVudGVyMg=="},"kind":"Secret","metadata":{"name":"db"}}
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"kind":"Pod","spec":{"containers":[{"env":[{"name":"MODE","value":"fast"}],"name":"web"}]}}'
#                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod web carries kubectl's note of what was applied once
  labels: {app: web}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: old
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"kind":"Pod","spec":{"containers":[{"env":[{"name":"DB_PASSWORD","value":"hunter2"}]}]}}'
#                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the annotation last-applied-configuration gives away DB_PASSWORD: a secret (by its name)
spec: {containers: [{name: old, image: "example.com/old:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {example.com/last-applied: "1"}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Sensitive: true,
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		note := o.Field("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration")
		if note.String() == "" {
			return
		}
		f := finding(note, nil, "%s carries kubectl's note of what was applied once", named(o))
		var then any
		if len(note.String()) <= maxNote && json.Unmarshal([]byte(note.String()), &then) == nil {
			if name, s, found := givenAway(then, o.Kind == "Secret", maxMentionDepth); found {
				f.Message = "the annotation last-applied-configuration gives away " + name + ": " + s.what
				f.Severity = s.severity
			}
		}
		f.Fix = &rule.Fix{Title: "remove the annotation"}
		p.Report(f)
	}),
}

// maxNote bounds the annotation that is read; the API server allows 256 KiB.
// maxMentionDepth bounds how deep it is followed.
const (
	maxNote         = 256 << 10
	maxMentionDepth = 12
)

// givenAway looks for the worst secret in an object as JSON: a key or variable with
// a secret's name and a value to match. Below the data of a Secret values are
// base64.
func givenAway(v any, encoded bool, depth int) (name string, worst secret, found bool) {
	better := func(n string, s secret) {
		if !found || s.severity > worst.severity {
			name, worst, found = n, s, true
		}
	}
	if depth == 0 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if n, s, ok := givenAway(item, encoded, depth-1); ok {
				better(n, s)
			}
		}
	case map[string]any:
		if key, ok := v["name"].(string); ok {
			if value, ok := v["value"].(string); ok {
				if s, ok := namedSecret(key, value); ok {
					better(key, s)
				}
			}
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			text, ok := v[key].(string)
			if !ok {
				if n, s, ok := givenAway(v[key], encoded, depth-1); ok {
					better(n, s)
				}
				continue
			}
			if plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text)); encoded && err == nil {
				text = string(plain)
			}
			if s, ok := namedSecret(key, text); ok && key != "secretName" {
				better(key, s)
			}
		}
	}
	return
}

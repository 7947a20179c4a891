package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var duplicateListKey = rule.Rule{
	ID:       "TW-K213",
	Name:     "duplicate-list-key",
	Title:    "Two items of a list that Kubernetes cannot tell apart",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Kubernetes merges such lists by a key. Containers, volumes, mounts and the ports of a Service with one key twice are refused; of other lists server-side apply refuses them, and any other apply keeps one of the two by chance. Variables that are set twice have a rule of their own, `duplicate-env`.",
	Fix:      "Give each item a key of its own, or keep the one that is meant.",
	Refs:     refs(practice, "M35"),
	Settings: []rule.Setting{rule.TargetVersions()},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    ports: [{containerPort: 80}, {containerPort: 80, protocol: TCP}]
#                                 ^^^^^^^^^^^^^ spec.containers[0].ports of Pod web has two items with containerPort 80 and protocol TCP
  - name: web
#   ^^^^^^^^^ spec.containers of Pod web has two items with name web
    image: example.com/side:1
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    env: [{name: A, value: "1"}, {name: A, value: "2"}]
    args: [a, a]
    ports: [{containerPort: 53}, {containerPort: 53, protocol: UDP}]
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		for _, fault := range p.Faults(o) {
			if fault.Sort != schema.RepeatedItem {
				continue
			}
			list := fault.Parent
			name := withoutIndexes(list.Path())
			name = name[strings.LastIndexByte(name, '.')+1:]
			if name == "env" {
				continue // duplicate-env
			}
			f := finding(fault.Field, nil, "%s has two items with %s", where(list), fault.Name)
			if refusesRepeats(o, name) {
				f.Severity = rule.High
			}
			f.Key += "(" + fault.Name + ")"
			if at := fault.First.Span(); at.Valid() {
				f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: at, Message: "the first of the two"})
			}
			f.Fix = &rule.Fix{Title: "give each its own " + strings.Join(fault.Known, " and ")}
			p.Report(f)
		}
	}),
}

// refusesRepeats reports whether the API server itself refuses two items with
// one key of a list; it takes the ports of containers, for instance.
func refusesRepeats(o *manifest.Object, list string) bool {
	switch list {
	case "containers", "initContainers", "ephemeralContainers", "volumes", "volumeMounts", "volumeDevices", "webhooks", "topologySpreadConstraints":
		return true
	case "ports":
		return o.Kind == "Service"
	}
	return false
}

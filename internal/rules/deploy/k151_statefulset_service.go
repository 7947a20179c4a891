package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var statefulSetService = rule.Rule{
	ID:       "TW-K151",
	Name:     "statefulset-without-service",
	Title:    "StatefulSet without the headless Service that names its pods",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The pods of a StatefulSet get names of their own in DNS only through a headless Service that selects them. Members of a cluster that look for each other by those names do not find each other.",
	Fix:      "Add a Service with `clusterIP: None` and the pods' labels as selector, and name it in `serviceName`.",
	Refs:     refs(practice, "M33"),
	Aliases:  []string{"kube-score:statefulset-has-servicename"},
	Bad: []string{`
-- db.yaml --
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: database
#              ^^^^^^^^ StatefulSet db names Service database, which does not exist here
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.com/db:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: queue}
spec:
  serviceName: queue
#              ^^^^^ StatefulSet queue names Service queue, which is not headless: its pods have no names in DNS
  selector: {matchLabels: {app: queue}}
  template:
    metadata: {labels: {app: queue}}
    spec: {containers: [{name: queue, image: "example.com/queue:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: queue}
spec: {selector: {app: queue}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
^^^^ StatefulSet store names no Service: its pods have no names in DNS
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec: {containers: [{name: store, image: "example.com/store:1"}]}
`},
	Good: []string{`
-- db.yaml --
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.com/db:1"}]}
-- services/db.yaml --
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
`},
	Check: eachWorkloadBeside(func(p *rule.Pass, w *manifest.Workload, services []*manifest.Object) {
		if w.Object.Kind != "StatefulSet" || w.Object.Render.Partial {
			return
		}
		name := w.Object.Field("spec", "serviceName")
		f := finding(name, nil, "%s names Service %s, which does not exist here", named(w.Object), name.String())
		for _, s := range services {
			if s.Name != name.String() || !sameNamespace(s.Namespace, w.Object.Namespace) {
				continue
			}
			selector := s.Field("spec", "selector").StringMap()
			switch {
			case len(selector) > 0 && !covers(w.Labels, selector):
				f.Message = named(w.Object) + " names Service " + s.Name + ", which does not select its pods"
			case s.Field("spec", "clusterIP").String() != "None":
				f.Message = named(w.Object) + " names Service " + s.Name + ", which is not headless: its pods have no names in DNS"
				f.Severity = rule.Low
			default:
				return
			}
			break
		}
		if name.String() == "" {
			f.Message, f.Severity = named(w.Object)+" names no Service: its pods have no names in DNS", rule.Low
		}
		f.Fix = &rule.Fix{Title: "name a Service with clusterIP: None that selects the pods"}
		p.Report(f)
	}, "Service"),
}

package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noStorageRequest = rule.Rule{
	ID:       "TW-K159",
	Name:     "no-storage-request",
	Title:    "Volume claim that does not say how much storage it needs",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The API server refuses a claim without a storage request. In a StatefulSet that shows only when the first pod should start: it waits for ever.",
	Fix:      "Set `spec.resources.requests.storage`.",
	Refs:     refs(practice, "M42"),
	Aliases:  []string{"kubesec:VolumeClaimRequestsStorage"},
	Bad: []string{`
-- db.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
^^^^ the claim data does not say how much storage it needs, which the API server demands
  accessModes: [ReadWriteOnce]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.com/db:1"}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources:
#     ^^^^^^^^^ the claim data does not say how much storage it needs, which the API server demands
        limits: {storage: 1Gi}
`},
	Good: []string{`
-- db.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.com/db:1"}]}
  volumeClaimTemplates:
  - {metadata: {name: data}, spec: {resources: {requests: {storage: 1Gi}}}}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		claims := []manifest.Field{o.Root()}
		if o.Kind == "StatefulSet" {
			claims = o.Field("spec", "volumeClaimTemplates").Items()
		}
		for _, claim := range claims {
			if storage := claim.Get("spec", "resources", "requests", "storage"); !storage.Exists() && claim.Get("spec", "accessModes").Exists() {
				f := finding(storage, nil, "the claim %s does not say how much storage it needs, which the API server demands", claim.Get("metadata", "name").String())
				f.Key += "(" + claim.Get("metadata", "name").String() + ")"
				f.Fix = &rule.Fix{Title: "set resources.requests.storage"}
				p.Report(f)
			}
		}
	}, "PersistentVolumeClaim", "StatefulSet"),
}

package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var replicasOfMovingTag = rule.Rule{
	ID:       "TW-K183",
	Name:     "replicas-of-moving-tag",
	Title:    "Replicas can run different programs under one tag",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Each node asks for the tag when it starts its replica. After the tag has moved, a restart or a new node brings another program than its siblings run, without any change to the manifest: the errors come and go with the replica that answers.",
	Fix:      "Name the image by digest; then all replicas are alike, and an update is a rollout.",
	Refs:     refs(nist, "4.2.2", practice, "M71"),
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.com/web:latest
#              ^^^^^^^^^^^^^^^^^^^^^^ 3 replicas take example.com/web:latest, each what the tag means when it starts
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "example.com/agent:main"}]}
#                                            ^^^^^^^^^^^^^^^^^^^^^^^^ the replicas on all nodes take example.com/agent:main, each what the tag means when it starts
`},
	Good: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "example.com/web:1.4.2"}
      - {name: pinned, image: "example.com/web:main@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: single}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:latest"}]}
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		if c.Image.Canonical == "" || c.Image.Digest != "" || !movingTag(c.Image.Tag) {
			return
		}
		count := replicas(p, c.Workload)
		if count == "" {
			return
		}
		f := finding(c.Image.Field, c, "%s take %s, each what the tag means when it starts", count, c.Image.Text)
		f.Fix = &rule.Fix{Title: "name the image by digest"}
		p.Report(f)
	}),
}

// replicas words how many pods a workload runs, "" for one.
func replicas(p *rule.Pass, w *manifest.Workload) string {
	if w.Object.Kind == "DaemonSet" {
		return "the replicas on all nodes"
	}
	if n, _ := w.Object.Field("spec", "replicas").Int(); n > 1 {
		return w.Object.Field("spec", "replicas").String() + " replicas"
	}
	if scales(kindsBeside(p, w.Object.Render, autoscaler, scaledObject), w) != nil {
		return "the replicas"
	}
	return ""
}

// movingTag reports whether a tag is made to be moved: a channel or a branch.
func movingTag(tag string) bool {
	return tag == "" || slices.Contains(movingTags[:], strings.ToLower(tag))
}

var movingTags = [...]string{"latest", "stable", "edge", "nightly", "main", "master", "develop", "dev", "trunk", "head",
	"staging", "production", "prod", "test", "canary", "beta", "alpha", "next", "current", "lts", "snapshot", "mainline"}

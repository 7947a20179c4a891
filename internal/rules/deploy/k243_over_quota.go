package deploy

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var overQuota = rule.Rule{
	ID:       "TW-K243",
	Name:     "over-quota",
	Title:    "More than the ResourceQuota of the namespace allows",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What is over the quota is refused when it is created: a Deployment stands at fewer replicas than it should, an update cannot finish, and the reason is in an event of the ReplicaSet. A quota of requests or limits also refuses every pod that does not state them.",
	Fix:      "Raise the quota, ask for less, or run fewer replicas; state the requests and limits that the quota bounds, or give them by a LimitRange.",
	Refs:     refs(nsa, nsaNetwork, practice, "M40", practice, "M41"),
	Bad: []string{`
-- kustomization.yaml --
namespace: shop
resources: [shop.yaml]
-- shop.yaml --
apiVersion: v1
kind: ResourceQuota
metadata: {name: all}
spec:
  hard:
    requests.cpu: "2"
#                 ^^^ ResourceQuota all allows requests.cpu 2, and 5 pods ask for 3500m: the cluster refuses the 3rd (Deployment web, Pod tool)
    pods: "9"
#         ^^^ ResourceQuota all allows pods 9, and at the most that autoscalers and jobs run 10 pods ask for 10: the cluster refuses the 10th (Deployment web, Pod tool)
    limits.memory: 1Gi
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.com/web:1
        resources: {requests: {cpu: 750m, memory: 64Mi}, limits: {memory: 64Mi}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 4, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: tool}
spec:
  containers:
  - name: tool
    image: example.com/tool:1
    resources: {requests: {cpu: 500m}}
#   ^^^^^^^^^ ResourceQuota all makes every container state limits.memory, and container tool does not: the cluster refuses the pod
`},
	Good: []string{`
-- kustomization.yaml --
namespace: shop
resources: [shop.yaml]
-- shop.yaml --
apiVersion: v1
kind: ResourceQuota
metadata: {name: all}
spec: {hard: {requests.cpu: "2", limits.memory: 1Gi, pods: "4", count/secrets: "1", services: "1"}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: batch}
spec: {hard: {pods: "0"}, scopes: [Terminating]}
---
apiVersion: v1
kind: LimitRange
metadata: {name: defaults}
spec: {limits: [{type: Container, default: {cpu: 500m, memory: 256Mi}}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "example.com/agent:1"}]}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
`, `
-- dev/web.yaml --
# of two folders without a namespace nothing says that they go together
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
-- prod/quota.yaml --
apiVersion: v1
kind: ResourceQuota
metadata: {name: all}
spec: {hard: {pods: "0", requests.cpu: "1"}}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		g := p.Graph(r)
		if g.Renders[0] == r { // plain manifests of all folders are judged together, once
			for _, over := range g.OverQuotas() {
				p.Report(tooMuch(over))
			}
		}
		for _, w := range r.Workloads() {
			told := map[*manifest.Object]bool{}
			for _, u := range g.Unstated(w) {
				if told[u.Quota] {
					continue
				}
				told[u.Quota] = true
				f := finding(u.Field, u.Container, "%s makes every container state %s, and %s does not: the cluster refuses the pod", named(u.Quota), u.Resource, who(u.Container))
				f.Severity = firm(u.Quota)
				f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: u.Quota.Field("spec", "hard").Span(), Message: "what the quota bounds"})
				f.Fix = &rule.Fix{Title: "state " + u.Resource + ", or give it by a LimitRange"}
				p.Report(f)
			}
		}
	}),
}

// firm is high where one kustomization says both, and medium where plain manifests
// are only likely to be applied together.
func firm(o *manifest.Object) rule.Severity {
	if o.Render.Kustomize {
		return rule.High
	}
	return rule.Medium
}

func tooMuch(over manifest.OverQuota) rule.Finding {
	things := "objects"
	if over.Pods {
		things = "pods"
	}
	when := ""
	if over.Peak {
		when = "at the most that autoscalers and jobs run "
	}
	f := finding(over.Hard, nil, "%s allows %s %s, and %s%d %s ask for %s: the cluster refuses the %s (%s)", named(over.Quota), over.Resource, over.Hard.String(),
		when, over.Things, things, over.Used, ordinal(over.Fits+1), few(over.Askers))
	f.Severity = firm(over.Quota)
	if over.Peak {
		f.Severity = rule.Medium
	}
	f.Key = "spec.hard." + over.Resource
	const most = 5
	for _, o := range over.Askers[:min(len(over.Askers), most)] {
		f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: o.Field("metadata", "name").Span(), Message: named(o) + " asks for some of it"})
	}
	f.Fix = &rule.Fix{Title: "raise the quota, or ask for less"}
	return f
}

// ordinal is "1st", "2nd", "11th".
func ordinal(n int64) string {
	end := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return fmt.Sprint(n, end)
}

// few names objects, the first few by name.
func few(objects []*manifest.Object) string {
	const most = 3
	out := ""
	for i, o := range objects[:min(len(objects), most)] {
		if i > 0 {
			out += ", "
		}
		out += named(o)
	}
	if more := len(objects) - most; more > 0 {
		out += fmt.Sprintf(" and %d more", more)
	}
	return out
}

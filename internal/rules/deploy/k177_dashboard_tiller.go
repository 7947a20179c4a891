package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var dashboardTiller = rule.Rule{
	ID:       "TW-K177",
	Name:     "dashboard-tiller",
	Title:    "Tiller or the Kubernetes dashboard is deployed",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Tiller, the server of Helm 2, does what any pod asks of it without asking who it is, most often as cluster-admin; it has had no fixes since 2020. The dashboard acts with its own account for whoever is past its login, was found open to the internet again and again, and is archived.",
	Fix:      "Remove Tiller (Helm 3 needs none). Use kubectl, or a console that acts with the rights of the person who uses it.",
	Refs:     refs(nist, "4.3.1", practice, "M43", practice, "M5"),
	Aliases: []string{"trivy:KSV-0102", "checkov:CKV_K8S_33", "checkov:CKV_K8S_34", "checkov:CKV_K8S_44",
		"checkov:CKV_K8S_45"},
	Bad: []string{`
-- tiller.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: tiller-deploy, namespace: kube-system, labels: {app: helm, name: tiller}}
spec:
  selector: {matchLabels: {app: helm, name: tiller}}
  template:
    metadata: {labels: {app: helm, name: tiller}}
    spec:
      containers:
      - name: tiller
        image: gcr.io/kubernetes-helm/tiller:v2.16.1
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Tiller does what any pod of the cluster asks of it
---
apiVersion: v1
kind: Service
metadata: {name: tiller-deploy, namespace: kube-system}
#                ^^^^^^^^^^^^^ Tiller is made reachable in the cluster
spec:
  selector: {app: helm, name: tiller}
---
apiVersion: v1
kind: Pod
metadata: {name: dash}
spec:
  containers:
  - name: dash
    image: kubernetesui/dashboard:v2.7.0
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the Kubernetes dashboard is deployed
`},
	Good: []string{`
-- tiller.yaml --
apiVersion: v1
kind: Pod
metadata: {name: metrics}
spec: {containers: [{name: scraper, image: "example.com/scraper:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: metrics}
spec: {selector: {app: helm}}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		for _, w := range r.Workloads() {
			for _, c := range w.Containers {
				reportRelic(p, c)
			}
		}
		for _, s := range r.Services() {
			if s.Selector["app"] == "helm" && s.Selector["name"] == "tiller" || namesTiller(s) {
				f := finding(s.Object.Field("metadata", "name"), nil, "Tiller is made reachable in the cluster")
				f.Aliases = []string{"checkov:CKV_K8S_44"}
				f.Fix = &rule.Fix{Title: "remove Tiller; Helm 3 needs none"}
				p.Report(f)
			}
		}
	}),
}

func reportRelic(p *rule.Pass, c *manifest.Container) {
	labels, w := c.Workload.Labels, c.Workload
	switch {
	case strings.Contains(c.Image.Text, "tiller") || labels["app"] == "helm" && labels["name"] == "tiller":
		f := finding(c.Image.Field, c, "Tiller does what any pod of the cluster asks of it")
		f.Severity = rule.High
		f.Aliases = []string{"trivy:KSV-0102", "checkov:CKV_K8S_34"}
		if localOnly(c) {
			f.Message = "Tiller is deployed, which has had no fixes since 2020"
			f.Severity = rule.Medium
		} else {
			f.Aliases = append(f.Aliases, "checkov:CKV_K8S_45")
		}
		f.Fix = &rule.Fix{Title: "remove Tiller; Helm 3 needs none"}
		p.Report(f)
	case tillerByName(c) != nil:
		f := finding(c.Image.Field, c, "%s is labelled or named as Tiller is", named(w.Object))
		f.Severity = rule.Info
		f.Aliases = tillerByName(c)
		f.Fix = &rule.Fix{Title: "remove Tiller, or give the labels another value"}
		p.Report(f)
	case strings.Contains(c.Image.Text, "kubernetes-dashboard") || strings.Contains(c.Image.Text, "kubernetesui/dashboard"),
		labels["app"] == "kubernetes-dashboard", labels["k8s-app"] == "kubernetes-dashboard", w.Object.Labels()["k8s-app"] == "kubernetes-dashboard":
		f := finding(c.Image.Field, c, "the Kubernetes dashboard is deployed")
		f.Aliases = []string{"checkov:CKV_K8S_33"}
		f.Fix = &rule.Fix{Title: "remove it; use kubectl or a console that acts with the user's own rights"}
		p.Report(f)
	}
}

// localOnly reports whether Tiller listens inside its pod only.
func localOnly(c *manifest.Container) bool {
	for _, a := range append(c.Field.Get("command").Strings(), c.Field.Get("args").Strings()...) {
		if strings.Contains(a, "--listen") && (strings.Contains(a, "localhost") || strings.Contains(a, "127.0.0.1")) {
			return true
		}
	}
	return false
}

// tillerByName returns the checks that go by labels and names alone, nil where
// none of them takes the container for Tiller.
func tillerByName(c *manifest.Container) []string {
	labels, object := c.Workload.Labels, c.Workload.Object
	out := aliases().when(c.Kind != "ephemeral" && (strings.Contains(object.Name, "tiller") || labels["app"] == "helm" || labels["name"] == "tiller"), "trivy:KSV-0102")
	if labels["app"] == "helm" || labels["app"] == "" && labels["name"] == "tiller" {
		out = out.when(true, "checkov:CKV_K8S_34").when(!localOnly(c), "checkov:CKV_K8S_45")
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// namesTiller reports whether the name, a label or the selector of a service
// speaks of Tiller.
func namesTiller(s *manifest.Service) bool {
	of := func(texts map[string]string) bool {
		for _, text := range texts {
			if strings.Contains(strings.ToLower(text), "tiller") {
				return true
			}
		}
		return false
	}
	return strings.Contains(strings.ToLower(s.Object.Name), "tiller") || of(s.Object.Labels()) || of(s.Selector)
}

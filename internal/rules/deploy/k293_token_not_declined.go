package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var tokenNotDeclined = rule.Rule{
	ID:       "TW-K293",
	Name:     "token-not-declined",
	Title:    "Token is mounted unless somebody says no",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Unless the pod or its account declines, the token of the account is mounted into every container. Where that matters is mounted-token's judgement; a strict review wants each pod to say what it means.",
	Fix:      "Write `automountServiceAccountToken: false`, in the account and in pods that talk to no API server.",
	Refs:     refs(cis, "5.1.6", nsa, nsaAccess, nist, "4.3.1"),
	Aliases:  []string{"trivy:KSV-0036", "kubescape:C-0034", "kubescape:C-0190", "kubescape:C-0189", "kubescape:C-0225", "checkov:CKV_K8S_38"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  automountServiceAccountToken: true
#                               ^^^^ the pod mounts the token of its service account
  containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: worker}
#                ^^^^^^ service account worker hands its token to every pod that does not decline
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  automountServiceAccountToken: false
  containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: worker}
automountServiceAccountToken: false
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		for _, w := range r.Workloads() {
			setting := w.PodSpec.Get("automountServiceAccountToken")
			on, set := setting.Bool()
			if set && !on {
				continue
			}
			f := aggregated(w, setting, "automountServiceAccountToken", "the pod mounts the token of its service account")
			f.Aliases = tokenAliases(w, on, serviceAccount(p, r, w.Object.Namespace, w.ServiceAccount()))
			f.Fix = &rule.Fix{Title: "set automountServiceAccountToken: false"}
			p.Report(f)
		}
		for _, o := range r.Objects {
			if o.Kind != "ServiceAccount" || o.APIVersion != "v1" || declines(o) {
				continue
			}
			f := finding(o.Field("metadata", "name"), nil, "service account %s hands its token to every pod that does not decline", o.Name)
			f.Aliases = aliases("kubescape:C-0034", "kubescape:C-0190").when(o.Name == "default", "kubescape:C-0189", "kubescape:C-0225")
			f.Fix = &rule.Fix{Title: "set automountServiceAccountToken: false"}
			p.Report(f)
		}
	}),
}

// declines reports whether an account keeps its token to itself.
func declines(account *manifest.Object) bool {
	on, set := account.Field("automountServiceAccountToken").Bool()
	return set && !on
}

// tokenAliases returns the checks that find the token of a workload: they differ
// in whose word they look for.
func tokenAliases(w *manifest.Workload, asked bool, account *manifest.Object) []string {
	mounts := slices.ContainsFunc(w.Containers, func(c *manifest.Container) bool {
		return slices.ContainsFunc(c.Field.Get("volumeMounts").Items(), func(m manifest.Field) bool {
			return m.Get("mountPath").String() == "/var/run/secrets/kubernetes.io/serviceaccount"
		})
	})
	handed := account != nil && !declines(account) || account == nil && asked
	return aliases("checkov:CKV_K8S_38").when(asked && w.Object.Kind == "Pod" || !asked && mounts, "trivy:KSV-0036").
		when(handed && w.Object.Kind != "ReplicationController", "kubescape:C-0034", "kubescape:C-0190")
}

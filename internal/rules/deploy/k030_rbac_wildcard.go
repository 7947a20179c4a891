package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rbacWildcard = rule.Rule{
	ID:       "TW-K030",
	Name:     "rbac-wildcard",
	Title:    "Role grants more than it can name",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A `*` grants what exists today and whatever a later version adds: secrets, `pods/exec`, `escalate`. All verbs on all resources is cluster-admin by another name.",
	Fix:      "List the API groups, resources and verbs that the program uses.",
	Refs: refs(cis, "5.1.3", nsa, nsaAccess, nist, "4.3.1",
		practice, "M43"),
	Aliases: []string{"kube-linter:wildcard-in-rules", "trivy:KSV-0044", "trivy:KSV-0045", "trivy:KSV-0046", "kubescape:C-0187", "checkov:CKV_K8S_49"},
	Bad: []string{`
-- roles.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: everything}
rules:
- apiGroups: ["*"]
  resources: ["*"]
#             ^^^ ClusterRole everything may do everything with every resource of all API groups
  verbs: ["*"]
- apiGroups: [""]
  resources: ["*"]
#             ^^^ ClusterRole everything may get, list, watch every resource of the core API group
  verbs: [get, list, watch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: everything}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: everything}
subjects: [{kind: ServiceAccount, name: worker, namespace: ops}]
---
apiVersion: v1
kind: Pod
metadata: {name: worker, namespace: ops}
spec: {serviceAccountName: worker, containers: [{name: worker, image: example.com/worker:1}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: own, namespace: shop}
rules:
- apiGroups: [""]
  resources: [configmaps]
  verbs: ["*"]
#         ^^^ Role own may do everything with configmaps of the core API group; nothing here binds it
- apiGroups: [shop.example.com]
  resources:
  - "*"
#   ^^^ Role own may get every resource of API group shop.example.com; nothing here binds it
  verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: paths}
rules:
- nonResourceURLs: [/metrics, /healthz]
  verbs: ["*"]
#         ^^^ ClusterRole paths may do everything with the paths /metrics, /healthz; nothing here binds it
`},
	Good: []string{`
-- roles.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
- apiGroups: [""]
  resources: [pods, "pods/log"]
  verbs: [get, list, watch]
- nonResourceURLs: [/metrics]
  verbs: [get]
- nonResourceURLs: ["*"]
  verbs: [get]
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if o.Group() != "rbac.authorization.k8s.io" {
			return
		}
		for _, r := range o.Field("rules").Items() {
			resources, verbs := wildcard(r.Get("resources")), wildcard(r.Get("verbs"))
			at := resources
			if !at.Exists() {
				at = verbs
			}
			if !at.Exists() {
				continue
			}
			f := finding(at, nil, "%s %s may %s", o.Kind, o.Name, grant(r))
			f.Severity = wildcardSeverity(o, r, resources.Exists(), verbs.Exists())
			f = byUse(p, o, f)
			f.Key += "." + strings.Join(r.Get("apiGroups").Strings(), ",") + "/" + strings.Join(r.Get("resources").Strings(), ",")
			f.Aliases = asRead(p, o, sameWildcard(resources.Exists(), verbs.Exists()))
			f.Fix = &rule.Fix{Title: "list the API groups, resources and verbs that are used"}
			p.Report(f)
		}
	}, "Role", "ClusterRole"),
}

// wildcard returns the item of the list that is "*", an absent field if none is.
func wildcard(list manifest.Field) manifest.Field {
	for _, item := range list.Items() {
		if item.String() == "*" {
			return item
		}
	}
	return manifest.Field{}
}

// grant words what one rule of a role allows.
func grant(r manifest.Field) string {
	verbs, resources := strings.Join(r.Get("verbs").Strings(), ", "), strings.Join(r.Get("resources").Strings(), ", ")
	var groups string
	if wildcard(r.Get("verbs")).Exists() {
		verbs = "do everything with"
	}
	if wildcard(r.Get("resources")).Exists() {
		resources = "every resource"
	}
	switch names := r.Get("apiGroups").Strings(); {
	case r.Get("nonResourceURLs").Exists():
		return verbs + " the paths " + strings.Join(r.Get("nonResourceURLs").Strings(), ", ")
	case slices.Contains(names, "*"):
		groups = "all API groups"
	case len(names) == 1 && names[0] == "":
		groups = "the core API group"
	default:
		groups = "API group " + strings.Trim(strings.Join(names, ", "), ", ")
	}
	return verbs + " " + resources + " of " + groups
}

// sensitiveGroups hold what leads to the rest of the cluster: secrets, pods,
// roles, admission.
var sensitiveGroups = [...]string{"*", "", "rbac.authorization.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io",
	"certificates.k8s.io", "authentication.k8s.io"}

// wildcardSeverity is high where the rule reaches secrets or rights that lead to
// everything else, and low for a controller's own API group.
func wildcardSeverity(o *manifest.Object, r manifest.Field, resources, verbs bool) rule.Severity {
	sensitive := slices.ContainsFunc(r.Get("apiGroups").Strings(), func(g string) bool { return slices.Contains(sensitiveGroups[:], g) })
	switch {
	case !sensitive:
		return rule.Low
	case resources && o.Kind == "ClusterRole":
		return rule.High
	case !resources && !slices.ContainsFunc(r.Get("resources").Strings(), decisive):
		return rule.Low
	case verbs && o.Kind == "ClusterRole":
		return rule.High
	default:
		return rule.Medium
	}
}

// decisive reports whether all verbs on the resource lead to all other rights.
func decisive(resource string) bool {
	switch resource {
	case "secrets", "pods", "pods/exec", "nodes", "nodes/proxy", "serviceaccounts", "serviceaccounts/token", "clusterroles", "roles",
		"clusterrolebindings", "rolebindings", "mutatingwebhookconfigurations", "certificatesigningrequests/approval", "persistentvolumes":
		return true
	}
	return false
}

// sameWildcard returns the checks that find the wildcard too: trivy has one for
// each place.
func sameWildcard(resources, verbs bool) []string {
	same := []string{"kube-linter:wildcard-in-rules", "kubescape:C-0187", "checkov:CKV_K8S_49"}
	switch {
	case resources && verbs:
		return append(same, "trivy:KSV-0044", "trivy:KSV-0045", "trivy:KSV-0046")
	case verbs:
		return append(same, "trivy:KSV-0045")
	}
	return append(same, "trivy:KSV-0046")
}

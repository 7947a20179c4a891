package deploy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var sharedNamespace = rule.Rule{
	ID:       "TW-K294",
	Name:     "shared-namespace",
	Title:    "Objects land in a namespace that is everybody's",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "What names no namespace lands where kubectl happens to point, which is default unless somebody has set it; kube-system is for the cluster's own parts. Quotas, policies and rights of a namespace then hold for unrelated applications. A deployment that names the namespace itself is right to leave it out of the manifest.",
	Fix:      "Name a namespace of the application's own, in the objects or once in the kustomization.",
	Refs:     refs(cis, "5.7.4", cis, "5.7.1", nist, "4.3.3"),
	Aliases:  []string{"trivy:KSV-0110", "trivy:KSV-0037", "kubescape:C-0061", "kubescape:C-0212", "checkov:CKV_K8S_21"},
	Bad: []string{`
-- app.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
#                ^^^^^^^^ 2 objects name no namespace of their own, ConfigMap settings first
data: {a: b}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: default}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: helper, namespace: kube-system}
#                                   ^^^^^^^^^^^ 1 object is put into kube-system, Service helper first
spec: {ports: [{port: 80}]}
`},
	Good: []string{`
-- app.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {a: b}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		var left, system []*manifest.Object
		for _, o := range r.Objects {
			switch {
			case o.Namespace == "kube-system" && o.Field("spec").Exists() && !ownPart(o):
				system = append(system, o)
			case (o.Namespace == "" || o.Namespace == "default") && slices.Contains(namespacedKinds(), o.Kind) && !bornThere(o):
				left = append(left, o)
			}
		}
		if len(left) > 0 {
			verb, at := "names", left[0].Field("metadata", "name")
			if len(left) > 1 {
				verb = "name"
			}
			if !at.Exists() {
				at = left[0].Root()
			}
			f := finding(at, nil, "%s %s no namespace of their own, %s first", counted(len(left), "object"), verb, named(left[0]))
			f.Aliases = namespaceAliases(left)
			f.Key = "namespace"
			f.Fix = &rule.Fix{Title: "name a namespace"}
			p.Report(f)
		}
		if len(system) > 0 {
			verb := "is"
			if len(system) > 1 {
				verb = "are"
			}
			f := finding(system[0].Field("metadata", "namespace"), nil, "%s %s put into kube-system, %s first", counted(len(system), "object"), verb, named(system[0]))
			f.Aliases = []string{"trivy:KSV-0037"}
			f.Key = "kube-system"
			f.Fix = &rule.Fix{Title: "give it a namespace of its own"}
			p.Report(f)
		}
	}),
}

// namespacedKinds are the kinds that an application consists of.
func namespacedKinds() []string {
	return strings.Fields(podKinds + " ReplicationController Service Secret ServiceAccount Role RoleBinding ConfigMap Ingress " +
		"PersistentVolumeClaim Endpoints EndpointSlice PodTemplate HorizontalPodAutoscaler PodDisruptionBudget Lease CSIStorageCapacity")
}

// podKinds run pods, but for the ReplicationController.
const podKinds = "Pod Deployment DaemonSet StatefulSet ReplicaSet Job CronJob"

// bornThere reports whether a cluster makes the object itself.
func bornThere(o *manifest.Object) bool {
	return o.Name == "kubernetes" && o.Kind == "Service" || o.Name == "default" && o.Kind == "ServiceAccount"
}

// ownPart reports whether the object is a part of the control plane.
func ownPart(o *manifest.Object) bool {
	return o.Labels()["tier"] == "control-plane" && o.Field("spec", "priorityClassName").String() == "system-node-critical" &&
		slices.Contains([]string{"kube-apiserver", "etcd", "kube-controller-manager", "kube-scheduler"}, o.Labels()["component"])
}

func namespaceAliases(left []*manifest.Object) []string {
	kind := func(kinds string) bool {
		return slices.ContainsFunc(left, func(o *manifest.Object) bool { return slices.Contains(strings.Fields(kinds), o.Kind) })
	}
	return aliases("kubescape:C-0212").when(kind(podKinds), "kubescape:C-0061").when(kind(podKinds+" ReplicationController"), "trivy:KSV-0110").
		when(kind(podKinds+" ReplicationController Service Secret ServiceAccount Role RoleBinding ConfigMap Ingress"), "checkov:CKV_K8S_21")
}

// counted is "1 object", "2 objects".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

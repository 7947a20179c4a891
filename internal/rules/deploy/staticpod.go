package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// controlPlanePod reports whether an object is a pod of the control plane as
// kubeadm writes it. The kubelet runs it from a file: there is no controller, no
// service account and no token, and it has to be on the node's network, which is
// there before that of the pods:
// https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/#generate-static-pod-manifests-for-control-plane-components
func controlPlanePod(o *manifest.Object) bool {
	return o.Kind == "Pod" && o.Namespace == "kube-system" && o.Labels()["tier"] == "control-plane"
}

// controlPlaneFolders are what these pods share with their node on purpose.
var controlPlaneFolders = [...]string{"/etc/kubernetes", "/etc/ssl/certs", "/etc/ca-certificates", "/etc/pki",
	"/usr/share/ca-certificates", "/usr/local/share/ca-certificates", "/usr/libexec/kubernetes", "/var/lib/etcd", "/var/log/kubernetes"}

// easeControlPlane lowers what a pod of the control plane cannot do without to a
// finding that blocks nothing.
func easeControlPlane(o *manifest.Object, f *rule.Finding) {
	if controlPlanePod(o) {
		f.Severity = rule.Low
	}
}

// controlPlaneFolder reports whether a path is among these folders.
func controlPlaneFolder(p string) bool {
	return slices.ContainsFunc(controlPlaneFolders[:], func(dir string) bool { return below(p, dir) })
}

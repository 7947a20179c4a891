package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// hostNamespace makes the check of one of the three fields that share a
// namespace of the node with the pod.
func hostNamespace(field, consequence string) rule.Check {
	return podSecurity("hostNamespaces", func(w *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		if r.Field.Path() != w.PodSpec.Get(field).Path() {
			return rule.Finding{}, false
		}
		f := failing(r, "%s: true %s", field, consequence)
		f.Fix = remove(r.Field, "remove "+field+": true")
		if field == "hostNetwork" {
			easeControlPlane(w.Object, &f)
		}
		return f, true
	})
}

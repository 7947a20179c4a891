package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var userNamespace = rule.Rule{
	ID:       "TW-K190",
	Name:     "user-namespace",
	Title:    "Pod shares the user numbers of the node",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "With a user namespace root in the container is nobody on the node: most of the known escapes end there. It is on offer in every cluster since Kubernetes 1.33.",
	Fix:      "Set `hostUsers: false` in the pod's spec, where the nodes (Linux 6.3, containerd 2) can do it.",
	Refs:     refs(nist, "4.4.3", practice, "M9"),
	Fixable:  true,
	Aliases:  []string{"kubesec:HostUsers"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ the pod shares the user numbers of the node
  containers:
  - name: web
    image: example.com/web:1
`, `
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostUsers: true
#            ^^^^ the pod shares the user numbers of the node
  containers:
  - name: web
    image: example.com/web:1
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {hostUsers: false, containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: net}
spec: {hostNetwork: true, containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		setting := w.PodSpec.Get("hostUsers")
		if on, set := setting.Bool(); set && !on || w.Windows() || usesHost(w) {
			return
		}
		const title = "set hostUsers: false"
		f := aggregated(w, setting, "hostUsers", "the pod shares the user numbers of the node")
		if f.Fix = set(setting, title, "false"); !setting.Exists() {
			f.Fix = add(w.PodSpec, title, "false", "hostUsers")
		}
		p.Report(f)
	}),
}

// usesHost reports whether the pod uses a namespace of the node, with which a
// user namespace does not go together.
func usesHost(w *manifest.Workload) bool {
	for _, name := range []string{"hostNetwork", "hostPID", "hostIPC"} {
		if on, _ := w.PodSpec.Get(name).Bool(); on {
			return true
		}
	}
	return false
}

package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var anyAddedCapability = rule.Rule{
	ID:       "TW-K292",
	Name:     "any-added-capability",
	Title:    "Container adds capabilities",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Some programs need a capability, and many of the ordinary ones are harmless beside the default set; still each is more than a container has to have, and worth a reviewer's glance. What the baseline forbids is added-capability's matter.",
	Fix:      "Drop all capabilities and add back the one that is needed.",
	Refs:     refs(cis, "5.2.9", nsa, nsaPods, nist, "4.4.3"),
	Aliases:  []string{"trivy:KSV-0022", "trivy:KSV-0119", "trivy:KSV-0120", "kubescape:C-0046", "kubescape:C-0057", "checkov:CKV_K8S_25"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    securityContext:
      capabilities: {drop: [ALL], add: [NET_BIND_SERVICE, CHOWN]}
#                                       ^^^^^^^^^^^^^^^^ Pod web adds the capabilities NET_BIND_SERVICE and CHOWN
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.com/web:1", securityContext: {capabilities: {drop: [ALL], add: []}}}]
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		var all, main []string
		var at manifest.Field
		for _, c := range w.Containers {
			for _, item := range c.Field.Get("securityContext", "capabilities", "add").Items() {
				if !at.Exists() {
					at = item
				}
				if !slices.Contains(all, item.String()) {
					all = append(all, item.String())
				}
				if ordinary(c) {
					main = append(main, item.String())
				}
			}
		}
		if len(all) == 0 {
			return
		}
		word := "capability"
		if len(all) > 1 {
			word = "capabilities"
		}
		f := aggregated(w, at, "capabilities.add", "%s adds the %s %s", named(w.Object), word, verbList(all))
		f.Aliases = aliases("trivy:KSV-0022", "checkov:CKV_K8S_25").when(slices.Contains(all, "NET_RAW"), "trivy:KSV-0119").
			when(slices.Contains(all, "SYS_MODULE"), "trivy:KSV-0120").when(slices.ContainsFunc(main, strong), "kubescape:C-0046").
			when(slices.Contains(main, "SYS_ADMIN"), "kubescape:C-0057")
		f.Fix = &rule.Fix{Title: "add no more than is needed"}
		p.Report(f)
	}),
}

// strong reports whether a capability reaches beyond the container.
func strong(name string) bool {
	return slices.Contains(strings.Fields("SETPCAP NET_ADMIN NET_RAW SYS_MODULE SYS_RAWIO SYS_PTRACE SYS_ADMIN SYS_BOOT MAC_OVERRIDE MAC_ADMIN PERFMON BPF ALL"), name)
}

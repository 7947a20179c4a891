package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var undroppedCapabilities = rule.Rule{
	ID:       "TW-K005",
	Name:     "undropped-capabilities",
	Title:    "Container keeps Linux capabilities that it does not ask for",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A container runtime grants about a dozen capabilities by default, raw sockets and changing file owners among them. Few programs need any.",
	Fix:      "Set `capabilities.drop: [ALL]` on every container and add back the one that it needs; `NET_BIND_SERVICE` is the one that the restricted level allows.",
	Refs: refs(podSecurityStandards, "restricted/capabilities", cis, "5.2.8", cis, "5.2.10", nsa, nsaPods, nist, "4.4.3",
		practice, "M58"),
	Aliases: []string{"trivy:KSV-0003", "trivy:KSV-0106", "checkov:CKV_K8S_37", "kubeaudit:capabilities", "kube-linter:drop-net-raw-capability",
		"checkov:CKV_K8S_28", "trivy:KSV-0004", "polaris:insecureCapabilities", "kubesec:CapDropAll", "kubesec:CapDropAny"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
#   ^^^^^^^^^ container web does not drop all capabilities
    image: example.com/web:1
  - name: raw
    image: example.com/raw:1
    securityContext:
      capabilities:
        drop: [NET_RAW]
#       ^^^^ container raw does not drop all capabilities
  - name: owner
    image: example.com/owner:1
    securityContext:
      capabilities:
        drop: [ALL]
        add: [CHOWN, NET_BIND_SERVICE]
#             ^^^^^ container owner adds the capability CHOWN, which the restricted level forbids
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: example.com/web:1, securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}
`},
	Check: podSecurity("capabilities", func(w *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		switch {
		case r.Level != "restricted":
			return rule.Finding{}, false
		case r.Absent:
			f := failing(r, "%s does not drop all capabilities", who(r.Container))
			drop := r.Container.Field.Get("securityContext", "capabilities", "drop")
			const title = "set securityContext.capabilities.drop: [ALL]"
			if f.Fix = set(drop, title, "[ALL]"); len(drop.Items()) > 0 {
				f.Fix = set(drop.Items()[0], title, "ALL")
			}
			f.Aliases = keptAliases(w, r.Container)
			return f, true
		}
		f := failing(r, "%s adds the capability %s, which the restricted level forbids", who(r.Container), r.Field.String())
		f.Key += "." + r.Field.String()
		f.Fix = remove(r.Field, "remove it from capabilities.add unless the program needs it")
		f.Aliases = []string{"trivy:KSV-0106", "checkov:CKV_K8S_37", "kubeaudit:capabilities"}
		return f, true
	}),
}

// keptAliases returns the checks that find fault with what a container drops.
func keptAliases(w *manifest.Workload, c *manifest.Container) []string {
	dropped := capabilityList(c, "drop")
	raw := slices.ContainsFunc(dropped, func(name string) bool { return capability(name) == "NET_RAW" })
	return aliases("trivy:KSV-0003", "trivy:KSV-0106", "checkov:CKV_K8S_37").
		when(!slices.Contains(dropped, "ALL"), "kubeaudit:capabilities").
		when(!raw, "checkov:CKV_K8S_28").
		when(!c.Field.Get("securityContext", "capabilities", "drop").Exists(), "trivy:KSV-0004").
		when(keepsRaw(c), "kube-linter:drop-net-raw-capability").
		when(insecure(c), "polaris:insecureCapabilities").
		when(noContainer(w, func(c *manifest.Container) bool { return slices.Contains(capabilityList(c, "drop"), "ALL") }), "kubesec:CapDropAll").
		when(noContainer(w, func(c *manifest.Container) bool { return len(capabilityList(c, "drop")) > 0 }), "kubesec:CapDropAny")
}

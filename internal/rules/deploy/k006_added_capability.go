package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var addedCapability = rule.Rule{
	ID:       "TW-K006",
	Name:     "added-capability",
	Title:    "Container adds a capability beyond those a runtime grants by default",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Capabilities such as `SYS_ADMIN`, `NET_ADMIN`, `SYS_PTRACE` or `BPF` reach into the node's kernel; several of them are root by another name.",
	Fix:      "Remove it from `capabilities.add`. Where a program listens below port 1024, `NET_BIND_SERVICE` or another port is enough.",
	Refs: refs(podSecurityStandards, "baseline/capabilities", podSecurityStandards, "restricted/capabilities", cis, "5.2.9", nsa, nsaPods,
		nist, "4.4.3", practice, "M58"),
	Aliases: []string{"trivy:KSV-0022", "trivy:KSV-0005", "trivy:KSV-0106", "checkov:CKV_K8S_39", "polaris:dangerousCapabilities", "kube-linter:drop-net-raw-capability",
		"kubesec:CapSysAdmin", "kubeaudit:capabilities", "kube-linter:privilege-escalation-container"},
	Bad: []string{`
-- vpn.yaml --
apiVersion: v1
kind: Pod
metadata: {name: vpn}
spec:
  containers:
  - name: vpn
    image: example.com/vpn:1
    securityContext:
      capabilities:
        drop: [ALL]
        add:
        - NET_BIND_SERVICE
        - NET_ADMIN
#         ^^^^^^^^^ container vpn adds the capability NET_ADMIN
        - ALL
#         ^^^ container vpn adds the capability ALL
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: example.com/web:1, securityContext: {capabilities: {add: [NET_BIND_SERVICE, CHOWN]}}}
`},
	Check: podSecurity("capabilities", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		if r.Level != "baseline" {
			return rule.Finding{}, false
		}
		f := failing(r, "%s adds the capability %s", who(r.Container), r.Field.String())
		f.Key += "." + r.Field.String()
		f.Fix = remove(r.Field, "remove it from capabilities.add")
		f.Aliases = []string{"trivy:KSV-0022", "trivy:KSV-0106", "kubeaudit:capabilities"}
		switch name := r.Field.String(); strings.ToUpper(name) { // the other tools know no other spelling
		case "SYS_ADMIN":
			f.Aliases = append(f.Aliases, "trivy:KSV-0005", "checkov:CKV_K8S_39", "polaris:dangerousCapabilities")
			if name == "SYS_ADMIN" {
				f.Aliases = append(f.Aliases, "kubesec:CapSysAdmin", "kube-linter:privilege-escalation-container")
			}
		case "CAP_SYS_ADMIN":
			f.Aliases = append(f.Aliases, "trivy:KSV-0005", "checkov:CKV_K8S_39", "kubesec:CapSysAdmin")
		case "NET_ADMIN":
			f.Aliases = append(f.Aliases, "polaris:dangerousCapabilities")
		case "ALL":
			f.Aliases = append(f.Aliases, "polaris:dangerousCapabilities", "kube-linter:drop-net-raw-capability")
		case "NET_RAW":
			f.Aliases = append(f.Aliases, "kube-linter:drop-net-raw-capability")
		}
		return f, true
	}),
}

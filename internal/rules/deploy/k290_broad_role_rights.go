package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var broadRoleRights = rule.Rule{
	ID:       "TW-K290",
	Name:     "broad-role-rights",
	Title:    "Role holds rights worth a second look",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Rights on secrets, pods, roles and webhooks decide over a namespace even where each of them can be justified, limited to names or to a group of its own. Other scanners report every one of them; a reviewer wants to see them in one place, without a verdict.",
	Fix:      "Keep what the program needs; name the API group and, where it can be done, the objects.",
	Refs:     refs(cis, "5.1.4", nist, "4.3.1"),
	Aliases: []string{"trivy:KSV-0041", "trivy:KSV-0113", "trivy:KSV-0042", "trivy:KSV-0043", "trivy:KSV-0044", "trivy:KSV-0045", "trivy:KSV-0046", "trivy:KSV-0047",
		"trivy:KSV-0048", "trivy:KSV-0049", "trivy:KSV-0050", "trivy:KSV-0051", "trivy:KSV-0052", "trivy:KSV-0053", "trivy:KSV-0054", "trivy:KSV-0055", "trivy:KSV-0056",
		"trivy:KSV-0112", "trivy:KSV-0114", "trivy:KSV-0115",
		"kubescape:C-0002", "kubescape:C-0007", "kubescape:C-0015", "kubescape:C-0031", "kubescape:C-0035", "kubescape:C-0037", "kubescape:C-0063", "kubescape:C-0065",
		"kubescape:C-0185", "kubescape:C-0186", "kubescape:C-0187", "kubescape:C-0188", "kubescape:C-0191",
		"checkov:CKV_K8S_49", "checkov:CKV_K8S_155", "checkov:CKV_K8S_156", "checkov:CKV_K8S_157", "checkov:CKV_K8S_158",
		"checkov:CKV2_K8S_1", "checkov:CKV2_K8S_2", "checkov:CKV2_K8S_3", "checkov:CKV2_K8S_4", "checkov:CKV2_K8S_5"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: deployer, namespace: ops}
rules:
- {apiGroups: [""], resources: [events], verbs: [get]}
- {apiGroups: [apps], resources: [deployments], verbs: [get, delete]}
#                                 ^^^^^^^^^^^ Role deployer may get and delete deployments
- {apiGroups: [""], resources: [secrets], resourceNames: [tls], verbs: [get]}
`},
	Good: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: viewer, namespace: ops}
rules:
- {apiGroups: ["", apps], resources: [pods, deployments], verbs: [get, list, watch]}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		view := viewRole(p, o)
		if len(view.entries) == 0 {
			return
		}
		does := func(entry manifest.Field) string {
			return verbList(entry.Get("verbs").Strings()) + " " + strings.Join(entry.Get("resources").Strings(), ", ")
		}
		at := view.entries[0].Get("resources")
		if items := at.Items(); len(items) > 0 {
			at = items[0]
		}
		f := finding(at, nil, "%s may %s", named(o), does(view.entries[0]))
		f.Key = "rules"
		f.Fix = &rule.Fix{Title: "keep what is needed, by API group and name"}
		f.Aliases = view.aliases
		for _, entry := range view.entries[1:] {
			if span := entry.Get("resources").Span(); span.Valid() {
				f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: span, Message: "it may also " + does(entry)})
			}
		}
		p.Report(f)
	}, "Role", "ClusterRole"),
}

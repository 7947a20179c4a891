package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var writableRoot = rule.Rule{
	ID:       "TW-K028",
	Name:     "writable-root-filesystem",
	Title:    "Container may change its own programs",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "With a writable root file system whoever gets in can download tools beside the program, or replace the program itself.",
	Fix:      "Set `securityContext.readOnlyRootFilesystem: true`, and mount an emptyDir where the program writes (`/tmp`, caches, run folders).",
	Refs: refs(nsa, nsaPods, nist, "4.4.4",
		practice, "M54", practice, "M55"),
	Aliases: []string{"kube-linter:no-read-only-root-fs", "kube-score:container-security-context-readonlyrootfilesystem", "trivy:KSV-0014",
		"kubescape:C-0017", "checkov:CKV_K8S_22", "polaris:notReadOnlyRootFilesystem", "kubeaudit:rootfs", "kubesec:ReadOnlyRootFilesystem"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - name: prepare
#   ^^^^^^^^^^^^^ the root file system of init container prepare is writable
    image: example.com/tools:1
  containers:
  - name: web
    image: example.com/web:1
    securityContext:
      readOnlyRootFilesystem: false
#                             ^^^^^ the root file system of container web is writable
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: example.com/web:1, securityContext: {readOnlyRootFilesystem: true}}
`, `
-- windows.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  os: {name: windows}
  containers:
  - {name: web, image: example.com/web:1}
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		setting := c.Field.Get("securityContext", "readOnlyRootFilesystem")
		if on, _ := setting.Bool(); on || c.Workload.Windows() || c.Kind == "ephemeral" {
			return
		}
		f := finding(setting, c, "the root file system of %s is writable", who(c))
		f.Aliases = slices.Clone(p.Rule.Aliases)
		if !noContainer(c.Workload, func(c *manifest.Container) bool { return isTrue(security(c, "readOnlyRootFilesystem")) }) {
			f.Aliases = slices.DeleteFunc(f.Aliases, func(a string) bool { return a == "kubesec:ReadOnlyRootFilesystem" }) // which is content with one
		}
		if c.Init() {
			f.Severity, f.Rule = rule.Low, p.Rule
			f.Aliases = withoutTool(f.SameAs(), "kubescape")
		}
		f.Fix = set(setting, "set securityContext.readOnlyRootFilesystem: true, with an emptyDir where the program writes", "true")
		p.Report(f)
	}),
}

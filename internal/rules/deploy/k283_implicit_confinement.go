package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var implicitConfinement = rule.Rule{
	ID:       "TW-K283",
	Name:     "implicit-confinement",
	Title:    "What confines the container is left to defaults",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "The defaults are fair: not privileged, and the runtime's AppArmor profile where the node has one. A manifest that states them still says so on nodes and clusters that are set up otherwise, and shows that somebody has thought of it.",
	Fix:      "State `privileged: false`, `appArmorProfile`, `seccompProfile` and `capabilities.drop` in the securityContext.",
	Refs:     refs(nsa, nsaPods, nist, "4.4.3", practice, "M60", practice, "M53"),
	Aliases:  []string{"kubeaudit:privileged", "kubeaudit:apparmor", "kubesec:ApparmorAny", "polaris:linuxHardening"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
#   ^^^^^^^^^ container web leaves to defaults what confines it: privileged, AppArmor, seccomp, SELinux and capabilities
    image: example.com/web:1
`, `
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: web
    image: example.com/web:1
    securityContext: {privileged: false}
#   ^^^^^^^^^^^^^^^ container web leaves to defaults what confines it: AppArmor
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {seccompProfile: {type: RuntimeDefault}, appArmorProfile: {type: RuntimeDefault}}
  containers: [{name: web, image: "example.com/web:1", securityContext: {privileged: false}}]
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		if w.Windows() {
			return
		}
		all := containers(w, started)
		unprivileged := func(c *manifest.Container) bool { return security(c, "privileged").Exists() }
		aspects := []struct {
			words   string
			stated  func(*manifest.Container) bool
			aliases []string
		}{
			{"privileged", unprivileged, []string{"kubeaudit:privileged"}},
			{"AppArmor", appArmored, []string{"kubeaudit:apparmor", "kubesec:ApparmorAny"}},
			{"seccomp, SELinux and capabilities", hardened, []string{"polaris:linuxHardening"}},
		}
		var open []string
		names := aliases()
		var at *manifest.Container
		for _, a := range aspects {
			i := slices.IndexFunc(all, func(c *manifest.Container) bool { return !a.stated(c) })
			if i < 0 {
				continue
			}
			if at == nil {
				at = all[i]
			}
			open, names = append(open, a.words), append(names, a.aliases...)
		}
		if at == nil {
			return
		}
		f := finding(at.Field.Get("securityContext"), nil, "%s leaves to defaults what confines it: %s", who(at), strings.Join(open, ", "))
		f.Key = "containers.securityContext"
		f.Aliases = names
		f.Fix = &rule.Fix{Title: "state it in the securityContext"}
		p.Report(f)
	}),
}

// appArmored reports whether a profile is stated for the container, by a field
// or by the annotation that older clusters read.
// https://kubernetes.io/docs/tutorials/security/apparmor/
func appArmored(c *manifest.Container) bool {
	return c.Setting("appArmorProfile").Exists() ||
		c.Workload.PodMeta.Get("annotations", "container.apparmor.security.beta.kubernetes.io/"+c.Name).Exists()
}

// hardened is polaris's reading of linuxHardening: one of the three is stated,
// or an AppArmor annotation.
func hardened(c *manifest.Container) bool {
	pod := c.Workload.PodSpec.Get("securityContext")
	own := security(c, "seccompProfile", "type").String()
	above := pod.Get("seccompProfile", "type").String()
	seccomp := own != "" && own != "Unconfined" || own == "" && above != "" && above != "Unconfined"
	selinux := len(pod.Get("seLinuxOptions").StringMap()) > 0 || len(security(c, "seLinuxOptions").StringMap()) > 0
	dropped := len(capabilityList(c, "drop")) > 0 && !slices.Contains(capabilityList(c, "add"), "ALL")
	return seccomp || selinux || dropped ||
		c.Workload.PodMeta.Get("annotations", "container.apparmor.security.beta.kubernetes.io/"+c.Name).Exists()
}

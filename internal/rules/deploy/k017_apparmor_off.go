package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var apparmorOff = rule.Rule{
	ID:       "TW-K017",
	Name:     "apparmor-off",
	Title:    "AppArmor is switched off for the container",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "On nodes with AppArmor the runtime's profile keeps a container from mounting file systems and from writing to the node's kernel settings. `Unconfined` takes that away.",
	Fix:      "Remove the profile, or set `appArmorProfile: {type: RuntimeDefault}`.",
	Refs: refs(podSecurityStandards, "baseline/appArmorProfile", nsa, nsaPods, nist, "4.4.3",
		practice, "M60"),
	Aliases: []string{"kubesec:ApparmorUnconfined", "kubeaudit:apparmor"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    container.apparmor.security.beta.kubernetes.io/side: unconfined
#                                                        ^^^^^^^^^^ an annotation switches AppArmor off (unconfined)
spec:
  containers:
  - name: web
    image: example.com/web:1
    securityContext:
      appArmorProfile: {type: Unconfined}
#                             ^^^^^^^^^^ container web has AppArmor switched off (Unconfined)
  - {name: side, image: example.com/side:1}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {appArmorProfile: {type: RuntimeDefault}}
  containers:
  - {name: web, image: example.com/web:1}
`},
	Check: podSecurity("appArmorProfile", func(w *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		const title = "set securityContext.appArmorProfile: {type: RuntimeDefault}"
		if strings.HasPrefix(r.Field.Path(), w.PodMeta.Get("annotations").Path()) {
			f := failing(r, "an annotation switches AppArmor off (%s)", r.Field.String())
			f.Fix = &rule.Fix{Title: "remove the annotation, and " + title}
			return f, true
		}
		f := failing(r, "%s has AppArmor switched off (%s)", who(r.Container), r.Field.String())
		f.Fix = set(r.Field, title, "RuntimeDefault")
		return f, true
	}),
}

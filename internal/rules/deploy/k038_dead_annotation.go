package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var deadAnnotation = rule.Rule{
	ID:       "TW-K038",
	Name:     "dead-security-annotation",
	Title:    "Security setting in an annotation that nothing reads any more",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Seccomp and AppArmor profiles were once set by alpha and beta annotations. Kubernetes ignores the seccomp ones since 1.27 and has deprecated the AppArmor ones since 1.30; on anything but the pod itself neither ever had an effect. The pod runs without what the annotation promises.",
	Fix:      "Write the field: `securityContext.seccompProfile` or `securityContext.appArmorProfile`, with the type `RuntimeDefault`, `Localhost` or `Unconfined`.",
	Refs:     refs(nsa, nsaPods, practice, "M60", practice, "M61"),
	Aliases:  []string{"trivy:KSV-0002"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    seccomp.security.alpha.kubernetes.io/pod: runtime/default
#                                             ^^^^^^^^^^^^^^^ the annotation seccomp.security.alpha.kubernetes.io/pod has no effect here: it is not on the pod
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations:
        seccomp.security.alpha.kubernetes.io/pod: runtime/default
#                                                 ^^^^^^^^^^^^^^^ the annotation seccomp.security.alpha.kubernetes.io/pod has no effect since Kubernetes 1.27
        container.seccomp.security.alpha.kubernetes.io/web: localhost/web.json
#                                                           ^^^^^^^^^^^^^^^^^^ the annotation container.seccomp.security.alpha.kubernetes.io/web has no effect since Kubernetes 1.27
        container.apparmor.security.beta.kubernetes.io/web: runtime/default
#                                                           ^^^^^^^^^^^^^^^ the annotation container.apparmor.security.beta.kubernetes.io/web is deprecated since Kubernetes 1.30
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {prometheus.io/scrape: "true"}}
spec:
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		own := w.Object.Field("metadata", "annotations")
		for name, value := range w.PodMeta.Get("annotations").Entries() {
			judgeAnnotation(p, name, value, true)
		}
		if own.Path() == w.PodMeta.Get("annotations").Path() {
			return
		}
		for name, value := range own.Entries() {
			judgeAnnotation(p, name, value, false)
		}
	}),
}

func judgeAnnotation(p *rule.Pass, name string, value manifest.Field, ofPod bool) {
	seccomp := strings.HasPrefix(name, "seccomp.security.alpha.kubernetes.io/") || strings.HasPrefix(name, "container.seccomp.security.alpha.kubernetes.io/")
	apparmor := strings.HasPrefix(name, "container.apparmor.security.beta.kubernetes.io/")
	if !seccomp && !apparmor {
		return
	}
	f := finding(value, nil, "the annotation %s has no effect since Kubernetes 1.27", name)
	field := "seccompProfile"
	if apparmor {
		field = "appArmorProfile"
		f = finding(value, nil, "the annotation %s is deprecated since Kubernetes 1.30", name)
		f.Severity = rule.Low
	}
	if !ofPod {
		f = finding(value, nil, "the annotation %s has no effect here: it is not on the pod", name)
	}
	f.Key = name
	f.Aliases = aliases().when(apparmor && ofPod && value.String() != "runtime/default", "trivy:KSV-0002")
	f.Fix = &rule.Fix{Title: "write securityContext." + field + ": " + profile(value.String())}
	p.Report(f)
}

// profile is an annotation's value as the field writes it.
func profile(value string) string {
	switch name, local := strings.CutPrefix(value, "localhost/"); {
	case local:
		return "{type: Localhost, localhostProfile: " + name + "}"
	case value == "unconfined":
		return "{type: Unconfined}"
	}
	return "{type: RuntimeDefault}"
}

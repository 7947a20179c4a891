package deploy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var removedAPIVersion = rule.Rule{
	ID:       "TW-K036",
	Name:     "removed-api",
	Title:    "API version that the cluster no longer serves",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A cluster refuses objects of an API version that its release has removed. What ran before an upgrade cannot be deployed after it.",
	Fix:      "Write the version that serves the kind now. Some fields changed with it; the deprecation guide of Kubernetes lists them.",
	Refs:     refs(nist, "4.3.1", practice, "M72", practice, "M99"),
	Aliases:  []string{"kube-score:stable-version", "trivy:KSV-0107", "kubeaudit:deprecatedapis", "kube-linter:no-extensions-v1beta"},
	Settings: []rule.Setting{{
		Name:    "kubernetes-versions",
		Default: []string{"1.35", "1.36", "1.37"},
		Doc:     "The releases of Kubernetes that the manifests must run on.",
	}},
	Bad: []string{`
-- job.yaml --
apiVersion: batch/v1beta1
#           ^^^^^^^^^^^^^ Kubernetes 1.25 removed CronJob of batch/v1beta1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: job, image: "example.com/job:1"}]}
---
apiVersion: extensions/v1beta1
#           ^^^^^^^^^^^^^^^^^^ Kubernetes 1.22 removed Ingress of extensions/v1beta1
kind: Ingress
metadata: {name: web}
spec: {backend: {serviceName: web, servicePort: 80}}
---
apiVersion: policy/v1beta1
#           ^^^^^^^^^^^^^^ Kubernetes 1.25 removed PodSecurityPolicy of policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: all}
spec: {privileged: true}
`},
	Good: []string{`
-- job.yaml --
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {schedule: "0 3 * * *"}
---
apiVersion: example.com/v1beta1
kind: Ingress
metadata: {name: own}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		api, ok := removed(o)
		if !ok {
			return
		}
		release := fmt.Sprintf("1.%d", api.minor)
		at := o.Field("apiVersion")
		f := finding(at, nil, "Kubernetes %s removed %s of %s", release, o.Kind, o.APIVersion)
		if !slices.ContainsFunc(p.Strings("kubernetes-versions"), func(v string) bool { return minor(v) >= api.minor }) {
			f.Severity = rule.Medium
		}
		f.Key = o.APIVersion + "/" + o.Kind
		if o.Group() != "extensions" {
			f.Aliases = []string{"kube-score:stable-version", "trivy:KSV-0107", "kubeaudit:deprecatedapis"}
		}
		f.Fix = replacement(at, api)
		p.Report(f)
	}),
}

func removed(o *manifest.Object) (removedAPI, bool) {
	group, version, ok := strings.Cut(o.APIVersion, "/")
	if !ok {
		return removedAPI{}, false
	}
	for _, api := range removedAPIs {
		if api.group == group && api.version == version && (api.kinds == nil || slices.Contains(api.kinds, o.Kind)) {
			return api, true
		}
	}
	return removedAPI{}, false
}

// minor returns x of "1.x", 0 for anything else.
func minor(version string) int {
	_, x, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	x, _, _ = strings.Cut(x, ".")
	n, _ := strconv.Atoi(x)
	return n
}

func replacement(at manifest.Field, api removedAPI) *rule.Fix {
	switch {
	case api.instead == "":
		return &rule.Fix{Title: "remove the object: nothing serves it any more; label namespaces for Pod Security Admission instead"}
	case !api.same:
		return &rule.Fix{Title: "write " + api.instead + ", whose fields differ"}
	}
	fix := &rule.Fix{Title: "write " + api.instead}
	if s := at.Span(); s.Valid() && strings.Trim(s.Text(), `"'`) == at.String() {
		fix.Edits = []source.Edit{{Span: s, New: api.instead}}
	}
	return fix
}

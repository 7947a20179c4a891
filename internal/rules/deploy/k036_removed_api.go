package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/rule"
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
	Settings: []rule.Setting{rule.TargetVersions()},
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
		api, ok := removedVersion(o.APIVersion, o.Kind)
		if !ok {
			return
		}
		at := o.Field("apiVersion")
		f := finding(at, nil, "Kubernetes %s removed %s of %s", release(api.minor), o.Kind, o.APIVersion)
		if !slices.ContainsFunc(p.Strings("kubernetes-versions"), func(v string) bool {
			x, _ := rule.Minor(v)
			return x >= api.minor
		}) {
			f.Severity = rule.Medium
		}
		f.Key = o.APIVersion + "/" + o.Kind
		if o.Group() != "extensions" {
			f.Aliases = aliases("trivy:KSV-0107", "kubeaudit:deprecatedapis").when(o.Group() == "apps", "kube-score:stable-version")
		}
		f.Fix = replacement(at, api)
		p.Report(f)
	}),
}

// removedVersion returns when Kubernetes removed a kind of an API version: by the
// table, which knows more of it, else by the sources of Kubernetes.
func removedVersion(apiVersion, kind string) (removedAPI, bool) {
	group, version, ok := strings.Cut(apiVersion, "/")
	if !ok {
		return removedAPI{}, false
	}
	if api, ok := tabled(group, version, kind); ok {
		return api, true
	}
	api := schema.Kubernetes()
	k := api.Kind(apiVersion, kind)
	if k == nil || k.Removed == 0 || k.Removed > api.Newest {
		return removedAPI{}, false
	}
	return removedAPI{group: group, version: version, minor: k.Removed, instead: successor(k)}, true
}

// tabled returns the entry of the table.
func tabled(group, version, kind string) (removedAPI, bool) {
	for _, api := range removedAPIs {
		if api.group == group && api.version == version && (api.kinds == nil || slices.Contains(api.kinds, kind)) {
			return api, true
		}
	}
	return removedAPI{}, false
}

// successor returns the API version that serves a kind instead, "" where the
// sources name none and the newest release has none of the kind's group.
func successor(k *schema.Kind) string {
	if k.InsteadVersion != "" {
		return k.InsteadVersion
	}
	api, best := schema.Kubernetes(), (*schema.Kind)(nil)
	group, _, _ := strings.Cut(k.APIVersion, "/")
	for _, other := range api.Group(group) {
		if other.Name == k.Name && other != k && (other.Removed == 0 || other.Removed > api.Newest) && (best == nil || other.Introduced > best.Introduced) {
			best = other
		}
	}
	if best == nil {
		return ""
	}
	return best.APIVersion
}

func replacement(at manifest.Field, api removedAPI) *rule.Fix {
	switch {
	case api.instead == "":
		instead := ""
		if api.kinds != nil && api.kinds[0] == "PodSecurityPolicy" {
			instead = "; label namespaces for Pod Security Admission instead"
		}
		return &rule.Fix{Title: "remove the object: nothing serves it any more" + instead}
	case !api.same:
		return &rule.Fix{Title: "write " + api.instead + ", whose fields differ"}
	}
	return set(at, "write "+api.instead, api.instead)
}

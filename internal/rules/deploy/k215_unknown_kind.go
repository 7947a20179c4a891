package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unknownKind = rule.Rule{
	ID:       "TW-K215",
	Name:     "unknown-kind",
	Title:    "Kind that Kubernetes does not have",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The group is one of Kubernetes' own, and no release has the kind in that version: nothing in a cluster takes the object. Of the core group, whose `v1` files of other tools write too, only misspelt kinds are told.",
	Fix:      "Write the kind and the API version as the API names them.",
	Refs:     refs(practice, "M35"),
	Aliases:  []string{"kube-linter:schema-validation"},
	Settings: []rule.Setting{rule.TargetVersions()},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deploymnt
#     ^^^^^^^^^ apps/v1 has no kind "Deploymnt"; did you mean "Deployment"?
metadata: {name: web}
---
apiVersion: apps/v2
#           ^^^^^^^ Kubernetes has no Deployment of apps/v2; it is of apps/v1
kind: Deployment
metadata: {name: web}
---
apiVersion: v1
kind: ConfigMpa
#     ^^^^^^^^^ v1 has no kind "ConfigMpa"; did you mean "ConfigMap"?
metadata: {name: settings}
---
apiVersion: certificates.k8s.io/v1
#           ^^^^^^^^^^^^^^^^^^^^^^ Kubernetes 1.35 does not have ClusterTrustBundle of certificates.k8s.io/v1 yet; 1.37 brought it
kind: ClusterTrustBundle
metadata: {name: roots}
spec: {trustBundle: x}
-- tidewaiter.yaml --
version: 1
kubernetes-versions: ["1.35", "1.37"]
`},
	Good: []string{`
-- other.yaml --
apiVersion: v1
kind: Config
clusters: []
---
apiVersion: apps.example.com/v1
kind: Deploymnt
metadata: {name: own}
---
apiVersion: apps/v1
kind: DeploymentList
metadata: {}
---
apiVersion: extensions/v1beta1
kind: PodSecurityPolicy
metadata: {name: removed-api-tells-of-it}
---
apiVersion: policy/v1alpha9
kind: Added
metadata: {name: own}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: addeds.policy}
spec: {group: policy, names: {kind: Added}}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		api := schema.Kubernetes()
		if k := api.Kind(o.APIVersion, o.Kind); k != nil {
			if oldest := p.Targets().Oldest; targeted(p) && k.Introduced > oldest {
				f := finding(o.Field("apiVersion"), nil, "Kubernetes %s does not have %s of %s yet; %s brought it", release(oldest), o.Kind, o.APIVersion, release(k.Introduced))
				f.Key = o.APIVersion + "/" + o.Kind
				f.Fix = &rule.Fix{Title: "write a version that every target serves"}
				p.Report(f)
			}
			return
		}
		group := api.Group(o.Group())
		_, gone := removedVersion(o.APIVersion, o.Kind)
		if group == nil || gone || strings.HasSuffix(o.Kind, "List") || strings.HasSuffix(o.Kind, "Options") || p.Definitions().Has(o.Group(), o.Kind) {
			return
		}
		if f, ok := strangeKind(o, group); ok {
			f.Key = o.APIVersion + "/" + o.Kind
			p.Report(f)
		}
	}),
}

// strangeKind says what is wrong with the kind of an object of one of
// Kubernetes' own groups.
func strangeKind(o *manifest.Object, group []*schema.Kind) (rule.Finding, bool) {
	var kinds, versions []string
	for _, k := range group {
		if k.APIVersion == o.APIVersion {
			kinds = append(kinds, k.Name)
		}
		if k.Name == o.Kind && k.Type != nil {
			versions = append(versions, k.APIVersion)
		}
	}
	if len(versions) > 0 {
		slices.Sort(versions)
		f := finding(o.Field("apiVersion"), nil, "Kubernetes has no %s of %s; it is of %s", o.Kind, o.APIVersion, strings.Join(versions, ", "))
		f.Fix = &rule.Fix{Title: "write " + versions[0]}
		if len(versions) == 1 {
			f.Fix = rewrite(f.At, o.APIVersion, versions[0])
		}
		return f, true
	}
	m := meant(o.Kind, kinds)
	if o.Group() == "" && m == "" {
		return rule.Finding{}, false
	}
	f := finding(o.Field("kind"), nil, "%s has no kind %q%s", o.APIVersion, o.Kind, hint(o.Kind, kinds))
	f.Fix = &rule.Fix{Title: "write the kind that is meant"}
	if m != "" {
		f.Fix.Title = "write " + m // an edit would make another object of it, of which nothing is proven
	}
	return f, true
}

// targeted reports whether somebody has said which releases are aimed at: what
// is newer than the oldest that is supported today is no fault by itself.
func targeted(p *rule.Pass) bool {
	return len(p.Project.Targets) > 0 || !slices.Equal(p.Strings(rule.TargetVersions().Name), rule.TargetVersions().Default.([]string))
}

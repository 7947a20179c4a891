package admission_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest/admission"
)

// objects are of several groups, versions and namespaces. The namespace prod is
// known with its labels, lab is not.
const objects = `
-- objects.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: prod, labels: {env: prod}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod, labels: {app: web, tier: front}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: job, namespace: lab}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: bare}
---
apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: old, namespace: prod}
---
apiVersion: acme.test/v1beta1
kind: Widget
metadata: {name: w, namespace: prod}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.acme.test}
spec: {group: acme.test, scope: Namespaced, names: {kind: Widget, plural: widgets}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
`

// hits returns the names that a policy that refuses all speaks of, those with a
// question mark of which that is not known.
func hits(t *testing.T, constraints, resources string) string {
	t.Helper()
	p := admission.Predict(load(t, fmt.Sprintf(`
-- policy.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: b}
spec: {policyName: p, validationActions: [Deny], matchResources: {%s}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: p}
spec:
  matchConstraints: {%s}
  validations: [{expression: "false"}]
`, resources, constraints)+objects))
	require.Empty(t, p.Faults)
	var out []string
	for _, r := range p.Refusals {
		out = append(out, r.Object.Name)
	}
	for _, u := range p.Undecided {
		for _, o := range u.Objects {
			out = append(out, o.Name+"?")
		}
	}
	return strings.Join(out, " ")
}

func TestMatching(t *testing.T) {
	const deployments = `resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]`
	for constraints, want := range map[string]string{
		deployments:                          "web job bare old?", // the cluster reads extensions as apps
		deployments + ", matchPolicy: Exact": "web job bare",
		`resourceRules: [{apiGroups: [apps], apiVersions: [v1beta2], operations: [CREATE], resources: [deployments]}]`:                                                  "web? job? bare? old?",
		`resourceRules: [{apiGroups: [apps], apiVersions: ["*"], operations: ["*"], resources: ["*"]}], matchPolicy: Exact`:                                             "web job bare",
		`resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments]}]`:                                                       "",
		`resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments/scale]}]`:                                                 "",
		`resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments], resourceNames: [job, x]}]`:                              "job",
		deployments + `, matchPolicy: Exact, excludeResourceRules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"], resourceNames: [web]}]`: "job bare",
		// Another version of a custom resource that no webhook converts is the same.
		`resourceRules: [{apiGroups: [acme.test], apiVersions: [v1], operations: [CREATE], resources: [widgets]}]`:                     "w",
		`resourceRules: [{apiGroups: [acme.test], apiVersions: [v1], operations: [CREATE], resources: [widgets]}], matchPolicy: Exact`: "",
		// Scope.
		`resourceRules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"], scope: Cluster}]`:                              "prod widgets.acme.test reader",
		`resourceRules: [{apiGroups: ["", rbac.authorization.k8s.io], apiVersions: ["*"], operations: ["*"], resources: ["*"], scope: Namespaced}]`: "",
		// Labels of the object.
		deployments + ", matchPolicy: Exact, objectSelector: {matchLabels: {app: web}}":                                              "web",
		deployments + ", matchPolicy: Exact, objectSelector: {matchExpressions: [{key: tier, operator: In, values: [front, back]}]}": "web",
		deployments + ", matchPolicy: Exact, objectSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [front]}]}":    "job bare",
		deployments + ", matchPolicy: Exact, objectSelector: {matchExpressions: [{key: tier, operator: DoesNotExist}]}":              "job bare",
		deployments + ", matchPolicy: Exact, objectSelector: {matchExpressions: [{key: tier, operator: Exists}]}":                    "web",
		// Labels of the namespace; its name is a label of every one.
		deployments + ", matchPolicy: Exact, namespaceSelector: {matchLabels: {env: prod}}":                                                                     "web job? bare?",
		deployments + ", matchPolicy: Exact, namespaceSelector: {matchLabels: {env: test}}":                                                                     "job? bare?",
		deployments + ", matchPolicy: Exact, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: lab}}":                                              "job bare?",
		deployments + ", matchPolicy: Exact, namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [lab, test]}]}": "web bare?",
		// Objects outside of namespaces are never passed over, a Namespace is by its own labels.
		`resourceRules: [{apiGroups: ["", rbac.authorization.k8s.io], apiVersions: [v1], operations: [CREATE], resources: [namespaces, clusterroles]}], namespaceSelector: {matchLabels: {env: test}}`: "reader",
		// Policies are no subject of policies.
		`resourceRules: [{apiGroups: [admissionregistration.k8s.io], apiVersions: ["*"], operations: ["*"], resources: ["*"]}]`: "",
	} {
		t.Run(constraints, func(t *testing.T) {
			require.Equal(t, want, hits(t, constraints, ""))
			require.Equal(t, want, hits(t, "", constraints), "the same words in a binding")
		})
	}
}

const limits = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: p}
spec:
  paramKind: {apiVersion: v1, kind: ConfigMap}
  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}
  validations: [{expression: "params == null || object.spec.replicas <= int(params.data.max)", messageExpression: "'at most ' + params.data.max"}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: five, namespace: rules, labels: {for: web}}
data: {max: "5"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: seven, namespace: rules, labels: {for: web}}
data: {max: "7"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: here, namespace: shop}
data: {max: "3"}
`

func TestParams(t *testing.T) {
	for ref, want := range map[string][]string{
		`{name: five, namespace: rules, parameterNotFoundAction: Deny}`: {`Deny p: Deployment/shop/web "at most 5" at spec.replicas`},
		`{name: here, parameterNotFoundAction: Deny}`:                   {`Deny p: Deployment/shop/web "at most 3" at spec.replicas`},
		`{selector: {matchLabels: {for: web}}, namespace: rules, parameterNotFoundAction: Allow}`: {
			`Deny p: Deployment/shop/web "at most 5" at spec.replicas`, `Deny p: Deployment/shop/web "at most 7" at spec.replicas`},
		`{selector: {}, parameterNotFoundAction: Allow}`: {`Deny p: Deployment/shop/web "at most 3" at spec.replicas`},
		// The cluster may hold what the repository does not, so neither action is taken.
		`{name: none, namespace: rules, parameterNotFoundAction: Deny}`:                          {`? ValidatingAdmissionPolicyBinding/b spec.paramRef: its parameters (v1/ConfigMap none) are not in the repository [Deployment/shop/web]`},
		`{selector: {matchLabels: {for: db}}, namespace: rules, parameterNotFoundAction: Allow}`: {`? ValidatingAdmissionPolicyBinding/b spec.paramRef: its parameters (v1/ConfigMap) are not in the repository [Deployment/shop/web]`},
		`null`: {}, // evaluated with params null
	} {
		got := said(admission.Predict(load(t, "-- policy.yaml --"+limits+`---
apiVersion: admissionregistration.k8s.io/v1beta1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: b}
spec: {policyName: p, validationActions: [Audit, Deny], paramRef: `+ref+"}\n"+web)))
		require.Equal(t, want, got, ref)
	}
}

func TestActions(t *testing.T) {
	for actions, want := range map[string]string{"[Deny]": "Deny", "[Audit, Deny]": "Deny", "[Warn, Audit]": "Warn", "[Audit]": "Audit", "[]": "", "[Other]": ""} {
		p := admission.Predict(load(t, strings.Replace(policy, "[Deny]", actions, 1)+"  validations: [{expression: 'false'}]\n"+web))
		got := ""
		for _, r := range p.Refusals {
			got += r.Action
		}
		require.Equal(t, want, got, actions)
	}
}

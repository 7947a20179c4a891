package admission_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/admission"
)

func TestNothingIsDoneWithoutPolicies(t *testing.T) {
	require.Equal(t, &manifest.Prediction{}, admission.Predict(load(t, web)))
	require.Equal(t, &manifest.Prediction{}, admission.Predict(manifest.Admission{}))
}

func TestVariablesAndConditions(t *testing.T) {
	spec := `  variables:
  - {name: most, expression: "has(object.metadata.labels) ? 5 : 3"}
  - {name: twice, expression: variables.most * 2}
  matchConditions:
  - {name: named, expression: "object.metadata.name == '%s'"}
  - {name: me, expression: "%s"}
  validations:
  - {expression: object.spec.replicas * 2 <= variables.twice, messageExpression: "'at most ' + string(variables.most)"}
`
	run := func(name, who string) []string {
		return said(admission.Predict(load(t, policy+fmt.Sprintf(spec, name, who)+web)))
	}
	require.Equal(t, []string{`Deny p: Deployment/shop/web "at most 5" at spec.replicas`}, run("web", "true"))
	require.Empty(t, run("other", "true"))
	// One condition that is false is enough; else what is not known stays so.
	require.Empty(t, run("other", "request.userInfo.username != 'me'"))
	require.Equal(t, []string{"? ValidatingAdmissionPolicy/p spec.matchConditions[1].expression: request.userInfo is not known before there is a cluster [Deployment/shop/web]"},
		run("web", "request.userInfo.username != 'me'"))
}

func TestAVariableThatFailsIsOnlyMissedWhereItIsUsed(t *testing.T) {
	text := policy + `  variables:
  - {name: broken, expression: object.spec.none.at.all}
  validations:
  - {expression: "%s"}
` + web
	require.Empty(t, said(admission.Predict(load(t, fmt.Sprintf(text, "object.spec.replicas > 1 || variables.broken == 1")))))
	got := said(admission.Predict(load(t, fmt.Sprintf(text, "variables.broken == 1"))))
	require.Len(t, got, 1)
	require.Contains(t, got[0], `? ValidatingAdmissionPolicy/p spec.validations[0].expression: composited variable "broken" fails to evaluate: no such key: none`)
}

func TestNamespaceObject(t *testing.T) {
	text := policy + "  validations: [{expression: \"namespaceObject.metadata.labels['env'] != 'prod' && namespaceObject.metadata.labels['kubernetes.io/metadata.name'] == 'shop'\"}]\n" + web
	ns := "-- ns.yaml --\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: %s}}\n"
	require.Len(t, admission.Predict(load(t, text+fmt.Sprintf(ns, "prod"))).Refusals, 1)
	require.Equal(t, []string{}, said(admission.Predict(load(t, text+fmt.Sprintf(ns, "test")))))
	require.Len(t, admission.Predict(load(t, text)).Undecided, 1)
}

// A policy of another render may be meant for another cluster.
func TestPoliciesOfOtherRenders(t *testing.T) {
	app := "-- app/kustomization.yaml --\nresources: [web.yaml]\n" + strings.Replace(web, "-- web.yaml --", "-- app/web.yaml --", 1)
	in := func(dir, most string) string {
		return "-- " + dir + "/kustomization.yaml --\nresources: [policy.yaml]\n" + strings.Replace(policy, "-- policy.yaml --", "-- "+dir+"/policy.yaml --", 1) +
			"  validations: [{expression: object.spec.replicas <= " + most + "}]\n"
	}
	far := `Deny p: Deployment/shop/web "failed expression: object.spec.replicas <= 5" at spec.replicas (elsewhere)`
	require.Equal(t, []string{far}, said(admission.Predict(load(t, app+in("a", "5")))))
	// Where the clusters differ, it may be meant for the one that allows it.
	require.Empty(t, said(admission.Predict(load(t, app+in("a", "5")+in("b", "10")))))
	require.Equal(t, []string{far}, said(admission.Predict(load(t, app+in("a", "5")+in("b", "7")))))
	// What the user names holds for all, and stands above.
	_, given, _ := strings.Cut(policy, "-- policy.yaml --\n")
	require.Equal(t, []string{`Deny p: Deployment/shop/web "failed expression: object.spec.replicas <= 8" at spec.replicas`},
		said(admission.Predict(load(t, app+in("a", "5")+"-- given --\n"+given+"  validations: [{expression: object.spec.replicas <= 8}]\n"))))
}

func TestBindingsAndPoliciesThatLackEachOther(t *testing.T) {
	first, second, _ := strings.Cut(policy, "---\n")
	second += "  validations: [{expression: 'false'}]\n"
	require.Equal(t, []string{"? ValidatingAdmissionPolicyBinding/b spec.policyName: its policy p is not in the repository []"}, said(admission.Predict(load(t, first+web))))
	require.Equal(t, []string{"unbound p"}, said(admission.Predict(load(t, "-- p.yaml --\n"+second+web))))
}

func TestPlaceholdersAreNoValues(t *testing.T) {
	text := policy + "  validations: [{expression: \"object.spec.template.spec.containers[0].image.startsWith('registry.test/')\"}]\n"
	got := said(admission.Predict(load(t, text+strings.Replace(web, "example.com/web:1", "${IMAGE}", 1))))
	require.Equal(t, []string{"? ValidatingAdmissionPolicy/p spec.validations[0].expression: spec.template.spec.containers[0].image is filled in later [Deployment/shop/web]"}, got)
}

func TestForeignPolicies(t *testing.T) {
	require.Equal(t, []string{"foreign Assign/a", "foreign ClusterPolicy/k", "foreign ConstraintTemplate/t", "foreign K8sRequired/g", "foreign MutatingAdmissionPolicy/m"},
		said(admission.Predict(load(t, `
-- all.yaml --
{apiVersion: kyverno.io/v1, kind: ClusterPolicy, metadata: {name: k}}
---
{apiVersion: templates.gatekeeper.sh/v1, kind: ConstraintTemplate, metadata: {name: t}}
---
{apiVersion: constraints.gatekeeper.sh/v1beta1, kind: K8sRequired, metadata: {name: g}}
---
{apiVersion: mutations.gatekeeper.sh/v1, kind: Assign, metadata: {name: a}}
---
{apiVersion: admissionregistration.k8s.io/v1beta1, kind: MutatingAdmissionPolicy, metadata: {name: m}}
`))))
}

// costly is an expression over a list that costs too much for one call.
func TestCostIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("-- big.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: big, namespace: shop}\ndata:\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "  k%d: x\n", i)
	}
	text := strings.Replace(policy, "apiGroups: [apps]", `apiGroups: [""]`, 1)
	text = strings.Replace(text, "[deployments]", "[configmaps]", 1) + "  validations: [{expression: \"object.data.all(a, object.data.all(b, a == b || a != b))\"}]\n"
	got := admission.Predict(load(t, text+b.String()))
	require.Empty(t, got.Refusals)
	require.Len(t, got.Undecided, 1)
	require.Contains(t, got.Undecided[0].Reason, "cost")
}

func TestFaults(t *testing.T) {
	in := load(t, "-- given --\napiVersion: tidewaiter.dev/v1\nkind: Rule\nmetadata: {name: r}\nspec:\n  for: pods\n  validations: [{expression: 'object.a == 1', note: x}]\n")
	var got []string
	for _, f := range admission.Faults(in.Given) {
		got = append(got, fmt.Sprintf("%s: %s", f.At.FirstLine(), f.Reason))
	}
	require.Equal(t, []string{"given.yaml:5:8: \"pods\" is neither object nor container", "given.yaml:6:53: unknown key \"note\"; known are expression, message, messageExpression, field"}, got)
}

func TestPlacesInScalarsOfEveryStyle(t *testing.T) {
	for text, want := range map[string]string{
		"|\n      object.spec.replicas < 1 ||\n        nope": "14:9",
		">-\n      object.spec.replicas < 1 ||\n      nope":  "14:7",
		"object.spec.replicas <\n      nope":                 "13:7",
		"'nope'":                                             "12:18",
		"\"'\\u00e4' == nope\"":                              "12:17", // escaped: the whole scalar
		"\"'ä' == nope\"":                                    "12:25",
	} {
		p := admission.Predict(load(t, policy+"  validations:\n  - expression: "+text+"\n"))
		require.Len(t, p.Faults, 1, text)
		require.Equal(t, want, fmt.Sprintf("%d:%d", p.Faults[0].At.Start.Line, p.Faults[0].At.Start.Column), text)
	}
}

func TestRules(t *testing.T) {
	rule := func(spec string) string {
		return "-- rule.yaml --\napiVersion: tidewaiter.dev/v1\nkind: Rule\nmetadata: {name: r}\nspec:\n" + spec
	}
	run := func(spec string) []string { return said(admission.Predict(load(t, rule(spec)+web))) }
	require.Equal(t, []string{` r: Deployment/shop/web "m" at spec.template.spec.containers[0].resources`}, run(`  for: container
  validations: [{expression: container.resources.limits.cpu != '1', field: resources, message: m}]
`))
	require.Equal(t, []string{` r: Deployment/shop/web "m" at spec.template.spec.containers[0].resources.limits.cpu`}, run(`  for: container
  validations: [{expression: container.resources.limits.cpu != '1', message: m}]
`))
	require.Equal(t, []string{"? Rule/r spec.validations[0].expression: image is not known before there is a cluster [Deployment/shop/web]"}, run(`  for: container
  validations: [{expression: image.User != ''}]
`))
	require.Empty(t, run("  validations: [{expression: \"overlay == '.' && objects.exists(o, o.kind == 'Deployment')\"}]\n"))
	require.Equal(t, []string{"! r 5:35 undeclared reference to 'image' (in container '')"}, run("  validations: [{expression: 'has(image.User)'}]\n"))
	require.Equal(t, []string{"! r 5:3 it has no validations"}, run("  validations: []\n"))
	require.Equal(t, []string{`! r 5:13 "hihg" is no severity; did you mean "high"?`}, run("  severity: hihg\n  validations: [{expression: 'true'}]\n"))
}

// What the user names counts once, also where the repository holds it.
func TestGivenAndRendered(t *testing.T) {
	text := policy + "  validations: [{expression: object.spec.replicas <= 5}]\n"
	in := load(t, text+web)
	in.Given = in.Renders[0].Objects[:2]
	require.Equal(t, "ValidatingAdmissionPolicyBinding", in.Given[0].Kind)
	require.Len(t, admission.Predict(in).Refusals, 1)
}

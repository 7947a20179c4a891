package admission_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/admission"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// load reads a txtar project; a file named given holds what the user named.
func load(t testing.TB, text string) manifest.Admission {
	t.Helper()
	files := fstest.MapFS{}
	var in manifest.Admission
	for _, f := range txtar.Parse([]byte(text)).Files {
		if f.Name == "given" {
			objects, err := manifest.ParseFile(source.NewFile("given.yaml", string(f.Data)))
			require.NoError(t, err)
			in.Given = objects
			continue
		}
		files[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	set, err := manifest.Load(context.Background(), source.OpenFS(files), manifest.Options{})
	require.NoError(t, err)
	in.Renders = set.Renders
	return in
}

// said returns what was found, one line each: refusals, what is undecided, and
// faults.
func said(p *manifest.Prediction) []string {
	out := []string{}
	for _, r := range p.Refusals {
		line := fmt.Sprintf("%s %s: %s %q at %s", r.Action, r.Policy.Object.Name, r.Object, r.Message, r.Field.Path())
		if r.Elsewhere {
			line += " (elsewhere)"
		}
		out = append(out, line)
	}
	for _, u := range p.Undecided {
		out = append(out, fmt.Sprintf("? %s %s: %s %v", u.At.Object(), u.At.Path(), u.Reason, u.Objects))
	}
	for _, f := range p.Faults {
		out = append(out, fmt.Sprintf("! %s %d:%d %s", f.Policy.Object.Name, f.At.Start.Line, f.At.Start.Column, f.Reason))
	}
	for _, o := range p.Unbound {
		out = append(out, "unbound "+o.Name)
	}
	for _, o := range p.Foreign {
		out = append(out, "foreign "+o.String())
	}
	slices.Sort(out)
	return out
}

// policy is the start of a policy and a binding that denies.
const policy = `
-- policy.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: b}
spec: {policyName: p, validationActions: [Deny]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: p}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}
`

const web = `
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {team: a}}
spec:
  replicas: 9
  template: {spec: {containers: [{name: web, image: "example.com/web:1", resources: {limits: {memory: 1024Mi, cpu: 1}}}]}}
`

func TestValidations(t *testing.T) {
	failed := func(expression, at string) string {
		return fmt.Sprintf("Deny p: Deployment/shop/web %q at %s", "failed expression: "+expression, at)
	}
	open := func(reason string) string {
		return "? ValidatingAdmissionPolicy/p spec.validations[0].expression: " + reason + " [Deployment/shop/web]"
	}
	const few = `expression: object.spec.replicas <= 5`
	for text, want := range map[string]string{
		few:                                     failed("object.spec.replicas <= 5", "spec.replicas"),
		`expression: object.spec.replicas <= 9`: "",
		few + `, message: " at most 5 "`:        `Deny p: Deployment/shop/web "at most 5" at spec.replicas`,
		few + `, message: m, messageExpression: "'not ' + string(object.spec.replicas)"`: `Deny p: Deployment/shop/web "not 9" at spec.replicas`,
		// A message that cannot be made, is empty or has lines is not used.
		few + `, message: m, messageExpression: "string(object.none.at.all)"`: `Deny p: Deployment/shop/web "m" at spec.replicas`,
		few + `, message: m, messageExpression: "'a\\nb'"`:                    `Deny p: Deployment/shop/web "m" at spec.replicas`,
		few + `, message: m, messageExpression: "'  '"`:                       `Deny p: Deployment/shop/web "m" at spec.replicas`,
		few + `, messageExpression: "1"`:                                      "! p 11:76 it is int and must be string",
		// Optional fields.
		`expression: has(object.spec.paused)`:                               failed("has(object.spec.paused)", "spec.paused"),
		`expression: "object.spec.?paused.orValue(false) == true"`:          failed("object.spec.?paused.orValue(false) == true", "spec.paused"),
		`expression: "object.metadata.?labels[?'team'].orValue('') == 'b'"`: failed("object.metadata.?labels[?'team'].orValue('') == 'b'", "metadata.labels.team"),
		`expression: object.spec.paused == true`:                            open("no such key: paused"),
		`expression: object.spec.replicas == 'x' + 1`:                       "! p 11:58 found no matching overload for '_+_' applied to '(string, int)'",
		// Quantities are compared as such, and written in their canonical form.
		`expression: "object.spec.template.spec.containers.all(c, quantity(c.resources.limits.memory).isLessThan(quantity('1Gi')))"`: failed(
			"object.spec.template.spec.containers.all(c, quantity(c.resources.limits.memory).isLessThan(quantity('1Gi')))", "spec.template.spec.containers"),
		`expression: "object.spec.template.spec.containers.all(c, c.resources.limits.memory == '1Gi')"`: "",
		`expression: "object.spec.template.spec.containers.all(c, c.resources.limits.cpu == '1')"`:      "",
		`expression: "object.spec.template.spec.containers[0].image.startsWith('registry.test/')"`: failed(
			"object.spec.template.spec.containers[0].image.startsWith('registry.test/')", "spec.template.spec.containers[0].image"),
		// Defaults of the API server.
		`expression: object.spec.strategy.rollingUpdate.maxSurge == '25%'`:                                            "",
		`expression: "object.spec.template.spec.containers[0].imagePullPolicy == 'IfNotPresent'"`:                     "",
		`expression: object.spec.revisionHistoryLimit == 10 && object.spec.template.spec.dnsPolicy == 'ClusterFirst'`: "",
		// The request.
		`expression: "request.operation == 'CREATE' && request.kind.kind == 'Deployment' && request.resource.resource == 'deployments' && request.name == 'web' && request.namespace == 'shop'"`: "",
		`expression: oldObject == null`: "",
		// What is not known before there is a cluster, and when that does not matter.
		`expression: "request.userInfo.username == 'me'"`:                                          open("request.userInfo is not known before there is a cluster"),
		`expression: "!has(request.userInfo.username)"`:                                            open("request.userInfo is not known before there is a cluster"),
		`expression: "object.spec.replicas > 5 || request.userInfo.username == 'me'"`:              "",
		`expression: "request.userInfo.username == 'me' && object.spec.replicas < 5"`:              failed("request.userInfo.username == 'me' && object.spec.replicas < 5", "spec.replicas"),
		`expression: "authorizer.group('apps').resource('deployments').check('create').allowed()"`: open("authorizer is not known before there is a cluster"),
		`expression: "namespaceObject.metadata.labels['env'] == 'prod'"`:                           open("namespaceObject is not known before there is a cluster"),
		// What no cluster takes.
		`expression: "object.spec.replicas <"`: "! p 11:52 Syntax error: mismatched input '<EOF>' expecting",
		`expression: object.spec.paused`:       "! p 11:30 it is dyn and must be bool",
		`expression: "nothing.x == 1"`:         "! p 11:31 undeclared reference to 'nothing' (in container '')",
		`expression: "'a' + 'b'"`:              "! p 11:30 it is string and must be bool",
		`expression: "params.x == 1"`:          "! p 11:31 undeclared reference to 'params' (in container '')",
		`message: m`:                           "! p 11:18 expression is missing",
	} {
		t.Run(text, func(t *testing.T) {
			got := said(admission.Predict(load(t, policy+"  validations: [{"+text+"}]\n"+web)))
			if want == "" {
				require.Empty(t, got)
				return
			}
			require.Len(t, got, 1)
			require.Contains(t, got[0], want)
		})
	}
}

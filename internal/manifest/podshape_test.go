package manifest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// runs lists what a render runs: "Kind pod-spec-path: kind name=image …", with a
// star for steps.
func runs(r *Render) []string {
	var out []string
	for i, w := range slices.Concat(r.Workloads(), r.Steps()) {
		mark := ""
		if i >= len(r.Workloads()) {
			mark = "*"
		}
		var list []string
		for _, c := range w.Containers {
			list = append(list, c.Kind+" "+c.Name+"="+c.Image.Text)
		}
		out = append(out, fmt.Sprintf("%s%s %s: %s", mark, w.Object.Kind, w.PodSpec.Path(), strings.Join(list, ", ")))
	}
	return out
}

func TestPodSpecsByShape(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"KEDA": {
			"{apiVersion: keda.sh/v1alpha1, kind: ScaledJob, metadata: {name: x}, spec: {jobTargetRef: {template: {metadata: {labels: {app: x}}, spec: {containers: [{name: c, image: a}]}}}}}",
			"ScaledJob spec.jobTargetRef.template.spec: container c=a",
		},
		"several pods of one object": {
			"{apiVersion: machinelearning.seldon.io/v1, kind: SeldonDeployment, spec: {predictors: [{podSpec: {containers: [{name: c, image: a}]}}, {podSpec: {containers: [{name: d, image: b}]}}]}}",
			"SeldonDeployment spec.predictors[0].podSpec: container c=a\nSeldonDeployment spec.predictors[1].podSpec: container d=b",
		},
		"an operator's container is only changed": {
			"{apiVersion: monitoring.coreos.com/v1, kind: Prometheus, spec: {containers: [{name: prometheus, resources: {}}, {name: proxy, image: p}]}}",
			"Prometheus spec: container proxy=p",
		},
		"nothing but changes": {
			"{apiVersion: elasticsearch.k8s.elastic.co/v1, kind: Elasticsearch, spec: {nodeSets: [{podTemplate: {spec: {containers: [{name: elasticsearch, resources: {}}]}}}]}}",
			"",
		},
		"Argo Workflow": {
			"{apiVersion: argoproj.io/v1alpha1, kind: Workflow, metadata: {generateName: x-}, spec: {templates: [{name: m, steps: [[{name: s, template: c}]]}, " +
				"{name: c, initContainers: [{name: i, image: b}], container: {image: a}, sidecars: [{name: s, image: c}]}, {name: s, script: {image: d, source: x}}]}}",
			"*Workflow spec.templates[1]: init i=b, container =a, container s=c\n*Workflow spec.templates[2]: container =d",
		},
		"Argo CronWorkflow": {
			"{apiVersion: argoproj.io/v1alpha1, kind: CronWorkflow, spec: {workflowSpec: {templates: [{container: {image: a}}]}}}",
			"*CronWorkflow spec.workflowSpec.templates[0]: container =a",
		},
		"Tekton task": {
			"{apiVersion: tekton.dev/v1, kind: Task, spec: {steps: [{name: s, image: a}, {ref: {name: other}}], sidecars: [{name: d, image: b}]}}",
			"*Task spec: container s=a, container d=b",
		},
		"Tekton pipeline": {
			"{apiVersion: tekton.dev/v1, kind: Pipeline, spec: {tasks: [{name: t, taskSpec: {steps: [{name: s, image: a}]}}]}}",
			"*Pipeline spec.tasks[0].taskSpec: container s=a",
		},
		"Knative":           {"{apiVersion: serving.knative.dev/v1, kind: Revision, spec: {containers: [{image: a}]}}", "Revision spec: container =a"},
		"DeploymentConfig":  {"{apiVersion: apps.openshift.io/v1, kind: DeploymentConfig, spec: {template: {spec: {containers: [{name: c, image: ' '}]}}}}", "DeploymentConfig spec.template.spec: container c="},
		"no name, no image": {"{apiVersion: v1, kind: Pod, spec: {containers: [{name: c}]}}", "Pod spec: container c="},
		"ephemeral and init only": {
			"{apiVersion: v1, kind: Pod, metadata: {generateName: x-}, spec: {ephemeralContainers: [{name: e, image: a}], initContainers: [{name: i, image: b}]}}",
			"Pod spec: init i=b, ephemeral e=a",
		},
		"containers that are none": {"{apiVersion: v1, kind: Pod, spec: {containers: [null, text]}}", ""},
		// These hold pod specs that nothing runs.
		"a schema's example":  {"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {versions: [{example: {spec: {containers: [{image: a}]}}}]}}", ""},
		"a policy's pattern":  {"{apiVersion: kyverno.io/v1, kind: ClusterPolicy, spec: {rules: [{validate: {pattern: {spec: {containers: [{image: '!*:latest'}]}}}}]}}", ""},
		"a constraint":        {"{apiVersion: constraints.gatekeeper.sh/v1beta1, kind: K8sX, spec: {template: {spec: {containers: [{image: a}]}}}}", ""},
		"an admission policy": {"{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicy, spec: {x: {containers: [{image: a}]}}}", ""},
		"a chart's values":    {"{apiVersion: example.com/v1, kind: Release, spec: {values: {containers: [{image: a}]}}}", ""},
		"data":                {"{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {spec: {containers: [{image: a}]}}}", ""},
		"what is reported":    {"{apiVersion: example.com/v1, kind: App, spec: {}, status: {containers: [{image: a}]}}", ""},
		"another list":        {"{apiVersion: example.com/v1, kind: App, spec: {steps: [{image: {repository: a}}], containers: [a, b]}}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, strings.Join(runs(plainRender(t, tt.text)), "\n"))
		})
	}
}

func TestFragmentsWithoutAnImageAreNoWorkloads(t *testing.T) {
	const bare = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: {containers: [{name: c}]}}}\n"
	const base = "-- base/kustomization.yaml --\nresources: [a.yaml]\n-- base/a.yaml --\n" + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
	for file, want := range map[string]int{"deploy/app.yaml": 1, "base/unused.yaml": 0, "base/deep/unused.yaml": 0, "patches/app.yaml": 0, "app-patch.yml": 0} {
		n := 0
		for _, r := range load(t, project(base+"-- "+file+" --\n"+bare)).Renders {
			n += len(r.Workloads())
		}
		require.Equal(t, want, n, file)
	}
	full := strings.Replace(bare, "{name: c}", "{name: c, image: a}", 1)
	for _, r := range load(t, project(base+"-- base/unused.yaml --\n"+full)).Renders {
		if !r.Kustomize {
			require.Len(t, r.Workloads(), 1, "what names an image is no fragment")
		}
	}
}

func TestSettingsOfSteps(t *testing.T) {
	r := plainRender(t, `
apiVersion: argoproj.io/v1alpha1
kind: Workflow
spec:
  securityContext: {runAsUser: 1, runAsGroup: 1}
  templates: [{securityContext: {runAsUser: 2}, container: {image: a, securityContext: {privileged: true}}}]
---
{apiVersion: tekton.dev/v1, kind: Task, spec: {stepTemplate: {securityContext: {runAsUser: 3}}, steps: [{image: a}]}}
`)
	require.Empty(t, r.Workloads())
	workflow, task := r.Steps()[0].Containers[0], r.Steps()[1].Containers[0]
	require.Equal(t, "2", workflow.Setting("runAsUser").String())
	require.Equal(t, "1", workflow.Setting("runAsGroup").String())
	require.Equal(t, "true", workflow.Setting("privileged").String())
	require.Equal(t, "3", task.Setting("runAsUser").String())
	require.Equal(t, 6, workflow.Field.Span().Start.Line)
}

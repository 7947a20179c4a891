package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// plain loads the one render of plain manifests.
func plainRender(t *testing.T, text string) *Render {
	t.Helper()
	set := load(t, project("-- all.yaml --\n"+text))
	require.Empty(t, set.NotAnalysed)
	require.Len(t, set.Renders, 1)
	return set.Renders[0]
}

func TestWorkloadsOfEveryKindWithAPodTemplate(t *testing.T) {
	const containers = "{containers: [{name: c, image: a}]}"
	r := plainRender(t, `
{apiVersion: v1, kind: Pod, metadata: {name: pod, labels: {app: x}}, spec: `+containers+`}
---
{apiVersion: v1, kind: PodTemplate, metadata: {name: podtemplate}, template: {metadata: {labels: {app: x}}, spec: `+containers+`}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: deployment}, spec: {template: {metadata: {labels: {app: x}}, spec: `+containers+`}}}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: cronjob}, spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: x}}, spec: `+containers+`}}}}}
---
{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: rollout}, spec: {template: {metadata: {labels: {app: x}}, spec: `+containers+`}}}
---
{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: knative}, spec: {template: {metadata: {labels: {app: x}}, spec: `+containers+`}}}
---
apiVersion: v1
kind: List
items:
- {apiVersion: batch/v1, kind: Job, metadata: {name: listed}, spec: {template: {metadata: {labels: {app: x}}, spec: `+containers+`}}}
---
# none of these runs a pod
{apiVersion: v1, kind: Service, metadata: {name: service}, spec: {selector: {app: x}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: patch}, spec: {replicas: 3}}
---
{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: by-reference}, spec: {workloadRef: {name: deployment}}}
`)
	var names []string
	for _, w := range r.Workloads() {
		names = append(names, w.Object.Name)
		require.Equal(t, map[string]string{"app": "x"}, w.Labels, w.Object.Name)
		require.Len(t, w.Containers, 1)
		require.Same(t, w, w.Containers[0].Workload)
	}
	require.Equal(t, []string{"pod", "podtemplate", "deployment", "cronjob", "rollout", "knative", "listed"}, names)
	require.Same(t, r.Workloads()[0], r.Workloads()[0], "computed once")
}

func TestContainersOfAllLists(t *testing.T) {
	w := workload(t, `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  serviceAccount: old
  os: {name: windows}
  securityContext: {runAsUser: 1}
  ephemeralContainers: [{name: e, image: e}]
  containers: [{name: c, image: c, securityContext: {runAsUser: 2}}]
  initContainers: [{name: i, image: i}, {name: s, image: s, restartPolicy: Always}]
`)
	var got []string
	for _, c := range w.Containers {
		got = append(got, c.Kind+" "+c.Name)
	}
	require.Equal(t, []string{"init i", "init s", "container c", "ephemeral e"}, got)
	require.True(t, w.Containers[0].Init())
	require.False(t, w.Containers[1].Init(), "a sidecar runs with the others")
	require.False(t, w.Containers[2].Init())
	require.Equal(t, "1", w.Containers[0].Setting("runAsUser").String())
	require.Equal(t, "2", w.Containers[2].Setting("runAsUser").String())
	require.False(t, w.Containers[2].Setting("runAsGroup").Exists())
	require.Equal(t, "old", w.ServiceAccount())
	require.True(t, w.Windows())
	require.Equal(t, "default", workload(t, podCase{}.String()).ServiceAccount())
}

func TestImageReferences(t *testing.T) {
	for text, want := range map[string]ImageReference{
		"nginx":                          {Name: "nginx", Canonical: "docker.io/library/nginx"},
		"nginx:1.27":                     {Name: "nginx", Tag: "1.27", Canonical: "docker.io/library/nginx"},
		"docker.io/nginx":                {Name: "docker.io/nginx", Canonical: "docker.io/library/nginx"},
		"index.docker.io/acme/web:1":     {Name: "index.docker.io/acme/web", Tag: "1", Canonical: "docker.io/acme/web"},
		"acme/web":                       {Name: "acme/web", Canonical: "docker.io/acme/web"},
		"localhost/web":                  {Name: "localhost/web", Canonical: "localhost/web"},
		"localhost:5000/web":             {Name: "localhost:5000/web", Canonical: "localhost:5000/web"},
		"ghcr.io/acme/web:1@sha256:ab":   {Name: "ghcr.io/acme/web", Tag: "1", Digest: "sha256:ab", Canonical: "ghcr.io/acme/web"},
		"ghcr.io/acme/web@sha256:ab":     {Name: "ghcr.io/acme/web", Digest: "sha256:ab", Canonical: "ghcr.io/acme/web"},
		"${REGISTRY}/web:1":              {Name: "${REGISTRY}/web", Tag: "1"},
		"ghcr.io/acme/web:{{ version }}": {Name: "ghcr.io/acme/web", Tag: "{{ version }}"},
		"":                               {},
	} {
		w := Object{root: mustNode(t, "image: "+`"`+text+`"`)}
		got := parseImage(w.Field("image"))
		want.Text, want.Field = text, got.Field
		require.Equal(t, want, got, text)
	}
}

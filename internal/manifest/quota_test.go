package manifest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// crew is a Deployment of namespace shop.
func crew(name string, replicas int, resources string) string {
	return fmt.Sprintf("---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s, namespace: shop}, spec: {replicas: %d, template: {spec: {containers: [{name: c, image: a, resources: %s}]}}}}\n", name, replicas, resources)
}

func quota(hard string, more ...string) string {
	out := "---\n{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: shop}, spec: {hard: " + hard
	for _, m := range more {
		out += ", " + m
	}
	return out + "}}\n"
}

func overQuotas(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	for _, o := range NewGraph(plainRender(t, text)).OverQuotas() {
		peak := ""
		if o.Peak {
			peak = " at peak"
		}
		out = append(out, fmt.Sprintf("%s %s of %s, %d of %d fit%s", o.Resource, o.Used, o.Hard.String(), o.Fits, o.Things, peak))
	}
	return out
}

func TestOverQuotas(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"fits":               {crew("a", 4, "{requests: {cpu: 500m}}") + quota(`{requests.cpu: "2"}`), nil},
		"replicas":           {crew("a", 5, "{requests: {cpu: 500m}}") + quota(`{cpu: "2"}`), []string{"cpu 2500m of 2, 4 of 5 fit"}},
		"limits as requests": {crew("a", 3, "{limits: {memory: 1Gi}}") + quota(`{requests.memory: 2Gi}`), []string{"requests.memory 3Gi of 2Gi, 2 of 3 fit"}},
		"several":            {crew("a", 1, "{limits: {memory: 1Gi}}") + crew("b", 2, "{limits: {memory: 600Mi}}") + quota(`{limits.memory: 2Gi}`), []string{"limits.memory 2224Mi of 2Gi, 2 of 3 fit"}},
		"nothing asked":      {crew("a", 3, "{}") + quota(`{requests.cpu: "0"}`), nil},
		"devices":            {crew("a", 3, "{limits: {nvidia.com/gpu: 2}}") + quota(`{requests.nvidia.com/gpu: "4"}`), []string{"requests.nvidia.com/gpu 6 of 4, 2 of 3 fit"}},
		"not a quantity":     {crew("a", 3, "{requests: {cpu: lots}}") + quota(`{requests.cpu: "1", limits.cpu: many}`), nil},
		"pods":               {crew("a", 3, "{}") + quota(`{pods: "2"}`), []string{"pods 3 of 2, 2 of 3 fit"}},
		"another namespace":  {crew("a", 3, "{}") + "---\n{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: other}, spec: {hard: {pods: '2'}}}", nil},
		"for jobs only":      {crew("a", 3, "{}") + quota(`{pods: "0"}`, "scopes: [Terminating]"), nil},
		"for the rest":       {crew("a", 3, "{}") + quota(`{pods: "0"}`, "scopes: [NotTerminating]"), []string{"pods 3 of 0, 0 of 3 fit"}},
		"by priority":        {crew("a", 3, "{}") + quota(`{pods: "0"}`, "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}"), nil},
		"quality of service": {crew("a", 3, "{}") + quota(`{pods: "0"}`, "scopes: [BestEffort]"), nil},
		"autoscaler": {crew("a", 1, "{}") + quota(`{pods: "4"}`) +
			"---\n{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a, namespace: shop}, spec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {kind: Deployment, name: a}}}", []string{"pods 9 of 4, 4 of 9 fit at peak"}},
		"keda": {crew("a", 1, "{}") + quota(`{pods: "4"}`) +
			"---\n{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: a, namespace: shop}, spec: {maxReplicaCount: 6, scaleTargetRef: {name: a}}}", []string{"pods 6 of 4, 4 of 6 fit at peak"}},
		"job":                       {quota(`{pods: "2"}`) + "---\n{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: shop}, spec: {parallelism: 3, template: {spec: {containers: [{name: c, image: a}]}}}}", []string{"pods 3 of 2, 2 of 3 fit at peak"}},
		"daemon sets are not known": {quota(`{pods: "0"}`) + "---\n{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d, namespace: shop}, spec: {template: {spec: {containers: [{name: c, image: a}]}}}}", nil},
		"objects": {quota(`{secrets: "1", count/configmaps: "9", services.loadbalancers: "0", services.nodeports: "1"}`) + `---
{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: shop}}
---
{apiVersion: v1, kind: Secret, metadata: {name: b, namespace: shop}}
---
{apiVersion: v1, kind: Service, metadata: {name: s, namespace: shop}, spec: {type: LoadBalancer, ports: [{port: 1}, {port: 2}]}}
`, []string{"secrets 2 of 1, 1 of 2 fit", "services.loadbalancers 1 of 0, 0 of 1 fit", "services.nodeports 2 of 1, 0 of 1 fit"}},
		"storage": {quota(`{requests.storage: 10Gi, fast.storageclass.storage.k8s.io/requests.storage: 3Gi}`) + `---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a, namespace: shop}, spec: {storageClassName: fast, resources: {requests: {storage: 2Gi}}}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s, namespace: shop}, spec: {replicas: 3, volumeClaimTemplates: [{spec: {storageClassName: fast, resources: {requests: {storage: 1Gi}}}}], template: {spec: {containers: [{name: c, image: a}]}}}}
`, []string{"fast.storageclass.storage.k8s.io/requests.storage 5Gi of 3Gi, 2 of 4 fit"}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tt.want, overQuotas(t, tt.text)) })
	}
}

func TestPodNeeds(t *testing.T) {
	r := plainRender(t, `
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: shop}
spec:
  overhead: {cpu: 10m}
  initContainers:
  - {name: proxy, image: a, restartPolicy: Always, resources: {requests: {cpu: 100m}}}
  - {name: setup, image: a, resources: {requests: {cpu: 1}}}
  containers:
  - {name: a, image: a, resources: {requests: {cpu: 200m, memory: 1Gi}}}
  - {name: b, image: a, resources: {limits: {cpu: 300m}}}
`)
	n := podNeeds(r.Workloads()[0], nil)
	cpu, memory, limit := n.requests["cpu"], n.requests["memory"], n.limits["cpu"]
	require.Equal(t, "1110m", cpu.String(), "the init container beside the sidecar is more than all others")
	require.Equal(t, "1Gi", memory.String())
	require.Equal(t, "310m", limit.String())

	whole := plainRender(t, "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {resources: {requests: {cpu: 2}}, containers: [{name: c, image: a, resources: {requests: {cpu: 1}}}]}}")
	cpu = podNeeds(whole.Workloads()[0], nil).requests["cpu"]
	require.Equal(t, "2", cpu.String(), "what the pod states goes before")
}

func TestUnstated(t *testing.T) {
	ranges := "---\n{apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: shop}, spec: {limits: [{type: Container, default: {memory: 1Gi}}]}}\n"
	for name, tt := range map[string]struct {
		text string
		want int
	}{
		"states it":    {crew("a", 1, "{limits: {memory: 1Gi}}") + quota("{limits.memory: 9Gi, requests.memory: 9Gi}"), 0},
		"does not":     {crew("a", 1, "{}") + quota("{limits.memory: 9Gi}"), 1},
		"given":        {crew("a", 1, "{}") + quota("{limits.memory: 9Gi}") + ranges, 0},
		"no such duty": {crew("a", 1, "{}") + quota(`{requests.nvidia.com/gpu: "1", requests.ephemeral-storage: 1Gi, pods: "3"}`), 0},
	} {
		g := NewGraph(plainRender(t, tt.text))
		require.Len(t, g.Unstated(g.WorkloadsIn("shop")[0]), tt.want, name)
	}
}

func TestOutOfRange(t *testing.T) {
	judged := func(entry, resources string) (out []string) {
		g := NewGraph(plainRender(t, crew("a", 1, resources)+"---\n{apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: shop}, spec: {limits: ["+entry+"]}}"))
		for _, o := range g.OutOfRange(g.WorkloadsIn("shop")[0]) {
			out = append(out, fmt.Sprintf("%s %s %s against %s, low %t", o.Resource, o.What, o.Amount, o.Bound, o.Low))
		}
		return out
	}
	require.Empty(t, judged("{type: Container, max: {cpu: 1}}", "{}"), "the most is the default")
	require.Equal(t, []string{"cpu limit 2 against 1, low false"}, judged("{type: Container, max: {cpu: 1}}", "{limits: {cpu: 2}}"))
	require.Equal(t, []string{"cpu request 50m against 100m, low true"}, judged("{type: Container, min: {cpu: 100m}}", "{requests: {cpu: 50m}}"))
	require.Equal(t, []string{"memory limit to request 4.0 against 2, low false"}, judged("{type: Container, maxLimitRequestRatio: {memory: '2'}}", "{requests: {memory: 1Gi}, limits: {memory: 4Gi}}"))
	require.Empty(t, judged("{type: Container, maxLimitRequestRatio: {memory: '4'}}", "{requests: {memory: 1Gi}, limits: {memory: 4Gi}}"))
	require.Equal(t, []string{"cpu request 2 against 1, low false"}, judged("{type: Pod, max: {cpu: 1}}", "{requests: {cpu: 2}}"))
	require.Equal(t, []string{"cpu request 300m against 100m, low false"}, judged("{type: Container, defaultRequest: {cpu: 300m}}, {type: Container, max: {cpu: 100m}, default: {cpu: 50m}}", "{}"), "defaults count")
	require.Empty(t, judged("{type: PersistentVolumeClaim, max: {storage: 1Gi}}", "{}"))
}

package deploy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAliasesOfOpinions holds what the checks of other tools about availability,
// resources, metadata and wiring are documented to find and to ignore.
func TestAliasesOfOpinions(t *testing.T) {
	plain := deployment("", "")
	container := func(fields string) string { return deployment("", fields) }
	initial := func(fields, container string) string {
		return deployment("initContainers: [{name: first, image: \"example.com/first:1\""+fields+"}]", container)
	}
	kind := func(text, kind string) string { return strings.Replace(text, "kind: Deployment", "kind: "+kind, 1) }
	spec := func(fields string) string { return strings.Replace(plain, "spec:\n", "spec:\n  "+fields+"\n", 1) }
	labels := func(own, pods string) string {
		text := strings.Replace(plain, "metadata: {labels: {app: web}}", "metadata: {labels: {"+pods+"}}", 1)
		return strings.Replace(text, "namespace: shop}", "namespace: shop, labels: {"+own+"}}", 1)
	}
	const more = "---\n"
	served := more + service("selector: {app: web}")
	hpa := func(fields string) string {
		return "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h, namespace: shop}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, " + fields + "}\n"
	}
	pdb := func(fields string) string {
		return "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b, namespace: shop}\nspec: {selector: {matchLabels: {app: web}}, " + fields + "}\n"
	}
	job := "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: {containers: [{name: j, image: \"example.com/j:1\"}]}}}\n"
	cron := func(fields string) string {
		return "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {" + fields + ", jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: \"example.com/c:1\"}]}}}}}\n"
	}
	ingress := func(service, port string) string {
		return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, namespace: shop}\nspec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: " + service + ", port: {number: " + port + "}}}}]}}]}\n"
	}
	limits := func(kind, fields string) string {
		return "apiVersion: v1\nkind: " + kind + "\nmetadata: {name: l, namespace: shop}\nspec: {" + fields + "}\n"
	}
	probe := func(kinds ...string) string {
		var b strings.Builder
		for _, k := range kinds {
			b.WriteString(k + "Probe: {httpGet: {path: /, port: 80}}\n")
		}
		return container(b.String())
	}
	for _, c := range []struct {
		alias        string
		find, ignore []string
	}{
		{"kube-linter:no-liveness-probe", []string{plain, job, probe("readiness")}, []string{probe("liveness")}},
		{"checkov:CKV_K8S_8", []string{plain}, []string{job, probe("liveness")}},
		{"polaris:readinessProbeMissing", []string{plain}, []string{job, cron("schedule: x"), probe("readiness")}},
		{"kube-score:pod-probes", []string{plain + served}, []string{plain, job, probe("readiness") + served}},
		{"kube-score:pod-probes-identical", []string{probe("readiness", "liveness")}, []string{probe("readiness"), plain}},
		{"kube-linter:liveness-port", []string{probe("liveness")}, []string{probe("readiness"), container("ports: [{containerPort: 80}]\nlivenessProbe: {tcpSocket: {port: 80}}")}},
		{"kube-linter:minimum-three-replicas", []string{plain, spec("replicas: 2"), kind(plain, "StatefulSet")}, []string{spec("replicas: 3"), kind(plain, "DaemonSet")}},
		{"polaris:deploymentMissingReplicas", []string{plain, spec("replicas: 1")}, []string{spec("replicas: 2"), kind(plain, "StatefulSet")}},
		{"kube-score:deployment-replicas", []string{plain + served}, []string{plain, spec("replicas: 2") + served, plain + served + more + hpa("maxReplicas: 9")}},
		{"kube-linter:hpa-minimum-three-replicas", []string{hpa("maxReplicas: 9"), hpa("minReplicas: 2, maxReplicas: 9")}, []string{hpa("minReplicas: 3, maxReplicas: 9")}},
		{"polaris:hpaMinAvailability", []string{hpa("minReplicas: 1, maxReplicas: 9")}, []string{hpa("maxReplicas: 9"), hpa("minReplicas: 2, maxReplicas: 9")}},
		{"polaris:hpaMaxAvailability", []string{hpa("minReplicas: 2, maxReplicas: 2")}, []string{hpa("maxReplicas: 1"), hpa("minReplicas: 2, maxReplicas: 3")}},
		{"kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured", []string{spec("replicas: 3") + more + hpa("maxReplicas: 9")}, []string{spec("replicas: 3"), plain + more + hpa("maxReplicas: 9")}},
		{"kube-score:deployment-has-poddisruptionbudget", []string{plain, spec("replicas: 2")}, []string{spec("replicas: 1"), plain + more + pdb("maxUnavailable: 1")}},
		{"kube-linter:pdb-max-unavailable", []string{pdb("maxUnavailable: 0"), pdb(`maxUnavailable: "0%"`)}, []string{pdb("maxUnavailable: 1"), pdb("minAvailable: 1")}},
		{"kube-linter:pdb-min-available", []string{pdb(`minAvailable: "100%"`), spec("replicas: 2") + more + pdb("minAvailable: 2")}, []string{pdb("minAvailable: 1"), spec("replicas: 3") + more + pdb("minAvailable: 2")}},
		{"polaris:pdbDisruptionsIsZero", []string{pdb("maxUnavailable: 0"), pdb(`minAvailable: "100%"`)}, []string{pdb("maxUnavailable: 1")}},
		{"kube-score:poddisruptionbudget-has-policy", []string{pdb("x: y")}, []string{pdb("maxUnavailable: 1"), pdb("minAvailable: 1")}},
		{"kube-linter:pdb-unhealthy-pod-eviction-policy", []string{pdb("maxUnavailable: 1")}, []string{pdb("unhealthyPodEvictionPolicy: IfHealthyBudget")}},
		{"kube-linter:no-anti-affinity", []string{spec("replicas: 2")}, []string{plain, spec("replicas: 1")}},
		{"kube-score:deployment-has-host-podantiaffinity", []string{plain, spec("replicas: 2")}, []string{spec("replicas: 1")}},
		{"polaris:topologySpreadConstraint", []string{plain, kind(plain, "StatefulSet")}, []string{job}},
		{"kube-linter:no-node-affinity", []string{plain, job}, []string{deployment("affinity: {nodeAffinity: {}}", "")}},
		{"kube-linter:no-rolling-update-strategy", []string{spec("strategy: {type: Recreate}")}, []string{spec("strategy: {type: RollingUpdate}"), job}},
		{"kube-score:deployment-strategy", []string{spec("strategy: {type: Recreate}") + served}, []string{spec("strategy: {type: Recreate}"), plain + served}},
		{"kube-linter:priority-class-name", []string{deployment("priorityClassName: mine", "")}, []string{plain, deployment("priorityClassName: system-node-critical", "")}},
		{"polaris:priorityClassNotSet", []string{plain, job}, []string{deployment("priorityClassName: mine", "")}},
		{"kube-linter:job-ttl-seconds-after-finished", []string{job}, []string{cron("schedule: x"), plain}},
		{"kube-score:cronjob-has-deadline", []string{cron("schedule: x")}, []string{cron("startingDeadlineSeconds: 60")}},
		{"kube-linter:unset-cpu-requirements", []string{plain, initial("", "resources: {requests: {cpu: 1}}"), container("resources: {limits: {cpu: 1}}")}, []string{container("resources: {requests: {cpu: 1}}")}},
		{"polaris:cpuRequestsMissing", []string{plain}, []string{initial("", "resources: {requests: {cpu: 1}}")}},
		{"checkov:CKV_K8S_10", []string{plain, container("resources: {requests: {memory: 1Gi}}")}, []string{container("resources: {limits: {memory: 1Gi}}"), container("resources: {requests: {cpu: 1}}")}},
		{"trivy:KSV-0011", []string{plain, initial("", "resources: {limits: {cpu: 1}}")}, []string{container("resources: {limits: {cpu: 1}}")}},
		{"kubescape:C-0269", []string{plain}, []string{container("resources: {requests: {memory: 1Gi}}")}},
		{"kube-linter:unset-memory-requirements", []string{plain, initial("", "resources: {limits: {memory: 1Gi}}")}, []string{container("resources: {limits: {memory: 1Gi}}")}},
		{"kube-linter:unset-ephemeral-storage-requirements", []string{plain}, []string{container("resources: {limits: {ephemeral-storage: 1Gi}}")}},
		{"kube-score:container-cpu-requests-equal-limits", []string{container("resources: {requests: {cpu: 1}, limits: {cpu: 2}}"), container("resources: {limits: {cpu: 2}}")}, []string{plain, container("resources: {requests: {cpu: 1000m}, limits: {cpu: 1}}")}},
		{"trivy:KSV-0039", []string{limits("LimitRange", "limits: [{type: Container, max: {cpu: 1}}]")}, []string{plain, limits("LimitRange", "limits: [{type: Container, max: {cpu: 1}, min: {cpu: 1}, default: {cpu: 1}, defaultRequest: {cpu: 1}}]")}},
		{"trivy:KSV-0040", []string{limits("ResourceQuota", "hard: {pods: 1}")}, []string{plain, limits("ResourceQuota", "hard: {requests.cpu: 1, requests.memory: 1, limits.cpu: 1, limits.memory: 1}")}},
		{"kube-linter:required-label-owner", []string{plain}, []string{labels("owner: me", "app: web"), labels("co-owner: me", "app: web")}},
		{"kubescape:C-0076", []string{plain, labels("app: web", "x: y")}, []string{labels("app: web", "app: web")}},
		{"kubescape:C-0077", []string{plain, labels("app.kubernetes.io/name: web", "app: web")}, []string{labels("app.kubernetes.io/name: web", "app.kubernetes.io/version: v1")}},
		{"polaris:metadataAndInstanceMismatched", []string{plain, labels("app.kubernetes.io/instance: x", "app: web")}, []string{labels("app.kubernetes.io/instance: web", "app: web")}},
		{"kube-score:label-values", []string{labels("contact: a b", "app: web")}, []string{plain, labels("app: web", "contact: a b")}},
		{"kube-linter:dangling-ingress", []string{ingress("web", "80"), ingress("web", "80") + more + plain}, []string{ingress("s", "81") + served}},
		{"kube-score:ingress-targets-service", []string{ingress("web", "80"), ingress("s", "81") + served}, []string{ingress("s", "80") + served}},
		{"kube-score:horizontalpodautoscaler-has-target", []string{hpa("maxReplicas: 9"), hpa("maxReplicas: 9") + more + kind(plain, "StatefulSet")}, []string{hpa("maxReplicas: 9") + more + plain}},
		{"kube-linter:invalid-target-ports", []string{container("ports: [{name: Http, containerPort: 80}]")}, []string{container("ports: [{name: http, containerPort: 80}]")}},
		{"kube-score:container-ports-check", []string{container("ports: [{name: a, containerPort: 80}, {name: a, containerPort: 81}]"), container("ports: [{name: a}]")}, []string{plain, container("ports: [{name: a, containerPort: 80}]")}},
		{"kube-linter:duplicate-env-var", []string{container("env: [{name: A, value: a}, {name: A, value: b}]")}, []string{container("env: [{name: A, value: a}, {name: B, value: b}]")}},
	} {
		for _, text := range c.find {
			require.True(t, slices.Contains(sameAs(t, text), c.alias), "%s finds:\n%s", c.alias, text)
		}
		for _, text := range c.ignore {
			require.False(t, slices.Contains(sameAs(t, text), c.alias), "%s is silent on:\n%s", c.alias, text)
		}
	}
}

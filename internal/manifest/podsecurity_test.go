package manifest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// workload loads the first workload of a manifest.
func workload(t *testing.T, text string) *Workload {
	t.Helper()
	set := load(t, project("-- pod.yaml --\n"+text))
	require.Empty(t, set.NotAnalysed)
	require.Len(t, set.Renders, 1)
	require.NotEmpty(t, set.Renders[0].Workloads())
	return set.Renders[0].Workloads()[0]
}

func describe(r PodSecurityResult) string {
	s := r.Level + "/" + r.Check + " "
	if r.Container != nil {
		s += r.Container.Name + " "
	}
	if s += r.Field.Path(); r.Absent {
		s += " absent"
	}
	if r.Enforced != nil {
		s += " enforced by " + r.Enforced.Name
	}
	return s
}

func describeAll(w *Workload) []string {
	var out []string
	for _, r := range w.PodSecurity() {
		out = append(out, describe(r))
	}
	return out
}

// hardened passes everything; cases add to it.
const hardened = `apiVersion: v1
kind: Pod
metadata:
  name: p%s
spec:%s
  securityContext:
    runAsNonRoot: true
    seccompProfile: {type: RuntimeDefault}%s
  containers:
  - name: c
    image: nginx:1.27%s
    securityContext:
      allowPrivilegeEscalation: false
      capabilities: {drop: [ALL]%s}%s
`

type podCase struct{ meta, spec, podContext, container, capabilities, context string }

func (c podCase) String() string {
	return fmt.Sprintf(hardened, c.meta, c.spec, c.podContext, c.container, c.capabilities, c.context)
}

func TestPodSecurityNamesTheFieldAtFault(t *testing.T) {
	for name, tt := range map[string]struct {
		pod  podCase
		want []string
	}{
		"hardened":                          {podCase{}, nil},
		"privileged":                        {podCase{context: "\n      privileged: true"}, []string{"baseline/privileged c spec.containers[0].securityContext.privileged"}},
		"privileged, said as yaml 1.1 does": {podCase{context: "\n      privileged: yes"}, []string{"baseline/privileged c spec.containers[0].securityContext.privileged"}},
		"one bad capability of two": {podCase{capabilities: ", add: [CHOWN, SYS_ADMIN, NET_BIND_SERVICE]"}, []string{
			"baseline/capabilities c spec.containers[0].securityContext.capabilities.add[1]",
			"restricted/capabilities c spec.containers[0].securityContext.capabilities.add[0]"}},
		"host namespaces": {podCase{spec: "\n  hostPID: true\n  hostIPC: true\n  hostNetwork: false"}, []string{
			"baseline/hostNamespaces spec.hostPID", "baseline/hostNamespaces spec.hostIPC"}},
		"host network makes host ports": {podCase{spec: "\n  hostNetwork: true", container: "\n    ports: [{containerPort: 80}]"}, []string{
			"baseline/hostNamespaces spec.hostNetwork", "baseline/hostPorts c spec.containers[0].ports"}},
		"host port": {podCase{container: "\n    ports: [{containerPort: 80}, {containerPort: 81, hostPort: 81}]"}, []string{
			"baseline/hostPorts c spec.containers[0].ports[1].hostPort"}},
		"host path": {podCase{spec: "\n  volumes: [{name: a, emptyDir: {}}, {name: b, hostPath: {path: /}}]"}, []string{
			"baseline/hostPathVolumes spec.volumes[1].hostPath"}},
		"volume types": {podCase{spec: "\n  volumes: [{name: a}, {name: b, nfs: {path: /, server: s}}]"}, []string{
			"restricted/restrictedVolumes spec.volumes[1].nfs"}},
		"probe host": {podCase{container: "\n    readinessProbe: {httpGet: {host: 10.0.0.1, port: 80}}"}, []string{
			"baseline/hostProbesAndHostLifecycle c spec.containers[0].readinessProbe.httpGet.host"}},
		"proc mount": {podCase{context: "\n      procMount: Unmasked"}, []string{"baseline/procMount c spec.containers[0].securityContext.procMount"}},
		"proc mount in a user namespace": {podCase{spec: "\n  hostUsers: false", context: "\n      procMount: Unmasked"}, []string{
			"restricted/procMount c spec.containers[0].securityContext.procMount"}},
		"root, twice": {podCase{podContext: "\n    runAsUser: 0", context: "\n      runAsUser: 0"}, []string{
			"restricted/runAsUser spec.securityContext.runAsUser", "restricted/runAsUser c spec.containers[0].securityContext.runAsUser"}},
		"root in a user namespace": {podCase{spec: "\n  hostUsers: false", context: "\n      runAsUser: 0\n      runAsNonRoot: false"}, nil},
		"selinux": {podCase{podContext: "\n    seLinuxOptions: {type: spc_t, level: s0, user: u}"}, []string{
			"baseline/seLinuxOptions spec.securityContext.seLinuxOptions.type", "baseline/seLinuxOptions spec.securityContext.seLinuxOptions.user"}},
		"seccomp unconfined": {podCase{context: "\n      seccompProfile: {type: Unconfined}"}, []string{
			"baseline/seccompProfile c spec.containers[0].securityContext.seccompProfile.type"}},
		"apparmor field": {podCase{context: "\n      appArmorProfile: {type: Unconfined}"}, []string{
			"baseline/appArmorProfile c spec.containers[0].securityContext.appArmorProfile.type"}},
		"apparmor annotation": {podCase{meta: "\n  annotations:\n    a: b\n    container.apparmor.security.beta.kubernetes.io/c: unconfined"}, []string{
			"baseline/appArmorProfile metadata.annotations.container.apparmor.security.beta.kubernetes.io/c"}},
		"sysctl": {podCase{podContext: "\n    sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}, {name: kernel.msgmax, value: '1'}]"}, []string{
			"baseline/sysctls spec.securityContext.sysctls[1].name"}},
		"host process": {podCase{podContext: "\n    windowsOptions: {hostProcess: true}"}, []string{
			"baseline/windowsHostProcess spec.securityContext.windowsOptions.hostProcess"}},
		"pod and container disagree": {podCase{context: "\n      runAsNonRoot: false"}, []string{
			"restricted/runAsNonRoot c spec.containers[0].securityContext.runAsNonRoot"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, describeAll(workload(t, tt.pod.String())))
		})
	}
}

func TestPodSecurityOfMissingSettings(t *testing.T) {
	w := workload(t, `apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  template:
    spec:
      initContainers: [{name: i, image: a}]
      containers: [{name: c, image: a, securityContext: {capabilities: {drop: [KILL]}}}]
`)
	require.Equal(t, []string{
		"restricted/allowPrivilegeEscalation i spec.template.spec.initContainers[0].securityContext.allowPrivilegeEscalation absent",
		"restricted/allowPrivilegeEscalation c spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation absent",
		"restricted/capabilities i spec.template.spec.initContainers[0].securityContext.capabilities.drop absent",
		"restricted/capabilities c spec.template.spec.containers[0].securityContext.capabilities.drop absent",
		"restricted/runAsNonRoot spec.template.spec.securityContext.runAsNonRoot absent",
		"restricted/seccompProfile spec.template.spec.securityContext.seccompProfile.type absent",
	}, describeAll(w))
}

func TestPodSecurityOfOneContainerThatLacksWhatOthersHave(t *testing.T) {
	w := workload(t, `apiVersion: v1
kind: Pod
metadata: {name: d}
spec:
  containers:
  - {name: a, image: a, securityContext: &ok {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: Localhost}}}
  - {name: b, image: b, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: Localhost}}}
`)
	require.Equal(t, []string{"restricted/runAsNonRoot b spec.containers[1].securityContext.runAsNonRoot absent"}, describeAll(w))
}

func TestPodSecurityExplicitFalseOfThePodIsThePodsFault(t *testing.T) {
	w := workload(t, `apiVersion: v1
kind: Pod
metadata: {name: d}
spec:
  securityContext: {runAsNonRoot: false, seccompProfile: {type: RuntimeDefault}}
  containers:
  - {name: a, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}
  - {name: b, image: b, securityContext: {runAsNonRoot: false, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}
`)
	require.Equal(t, []string{
		"restricted/runAsNonRoot spec.securityContext.runAsNonRoot",
		"restricted/runAsNonRoot b spec.containers[1].securityContext.runAsNonRoot"}, describeAll(w))
}

func TestPodSecurityThatTheNamespaceEnforces(t *testing.T) {
	const pod = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: %s, pod-security.kubernetes.io/enforce-version: %s}}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: shop}
spec:
  hostUsers: false
  hostPID: true
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: true, capabilities: {drop: [ALL]}}}]
`
	require.Equal(t, []string{
		"baseline/hostNamespaces spec.hostPID enforced by shop",
		"restricted/allowPrivilegeEscalation c spec.containers[0].securityContext.allowPrivilegeEscalation",
	}, describeAll(workload(t, fmt.Sprintf(pod, "baseline", "latest"))))
	require.Equal(t, []string{
		"baseline/hostNamespaces spec.hostPID enforced by shop",
		"restricted/allowPrivilegeEscalation c spec.containers[0].securityContext.allowPrivilegeEscalation enforced by shop",
		"restricted/runAsNonRoot spec.securityContext.runAsNonRoot absent enforced by shop",
	}, describeAll(workload(t, fmt.Sprintf(pod, "restricted", "v1.30"))), "older versions do not know user namespaces")
}

func TestUndecodableFieldsHideNothing(t *testing.T) {
	w := workload(t, `apiVersion: v1
kind: Pod
metadata: {name: d}
spec:
  terminationGracePeriodSeconds: soon
  containers:
  - name: a
    image: a
    resources: {limits: {memory: 5 apples, cpu: "1"}}
    ports: [{containerPort: http}, {containerPort: 80, hostPort: 80}]
    securityContext: {privileged: true}
`)
	require.Contains(t, describeAll(w), "baseline/privileged a spec.containers[0].securityContext.privileged")
	require.Contains(t, describeAll(w), "baseline/hostPorts a spec.containers[0].ports[1].hostPort")
	var bad []string
	for _, u := range w.Undecodable() {
		bad = append(bad, u.Field.Path())
		require.NotEmpty(t, u.Reason)
	}
	slices.Sort(bad)
	require.Equal(t, []string{"spec.containers[0].ports[0].containerPort", "spec.containers[0].resources.limits.memory", "spec.terminationGracePeriodSeconds"}, bad)
}

func TestEveryCheckOfTheLibraryHasItsPaths(t *testing.T) {
	for _, c := range podSecurityChecks {
		require.Contains(t, faultPaths, c.ID)
	}
	require.Len(t, faultPaths, len(podSecurityChecks))
}

// FuzzPodSecurity holds that some fault is named exactly where the library
// forbids the pod, at either level.
func FuzzPodSecurity(f *testing.F) {
	f.Add(podCase{context: "\n      privileged: true"}.String())
	f.Add(podCase{spec: "\n  hostNetwork: true", container: "\n    ports: [{containerPort: 80}]"}.String())
	f.Add("apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a, securityContext: [1]}, 3, {ports: {a: b}}]}\n")
	f.Add("apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {volumes: [{hostPath: 3}], containers: [{image: a}]}}}}}\n")
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		set, err := Load(t.Context(), project("-- pod.yaml --\n"+text), Options{})
		require.NoError(t, err)
		for _, r := range set.Renders {
			for _, w := range r.Workloads() {
				pod := newPod(w)
				spec := pod.spec
				spec.Containers = slices.Clone(pod.containers)
				for _, level := range []api.Level{api.LevelBaseline, api.LevelRestricted} {
					verdict := policy.AggregateCheckResults(evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: api.LatestVersion()}, &pod.meta, &spec))
					faults := slices.ContainsFunc(w.PodSecurity(), func(r PodSecurityResult) bool {
						return level == api.LevelRestricted || r.Level == string(level)
					})
					require.Equal(t, !verdict.Allowed, faults, "%s: %s", level, verdict.ForbiddenReason())
				}
			}
		}
	})
}

// What newPod leaves out for speed is nothing that a check looks at.
func TestFaultsStandWhereThePodIsRead(t *testing.T) {
	head := func(path string) string {
		first, _, _ := strings.Cut(path, ".")
		return strings.TrimSuffix(first, "[]")
	}
	for id, p := range faultPaths {
		for _, path := range p.pod {
			require.Contains(t, judgedOfPod, head(path), id)
		}
		for _, path := range append(p.container, p.missing) {
			if path != "" {
				require.Contains(t, judgedOfContainer, head(path), id)
			}
		}
	}
}

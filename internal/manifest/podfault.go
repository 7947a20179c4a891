package manifest

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/policy"
)

// paths tells where the faults of a check can stand, since the library answers
// in prose. "[]" means every item of a list, "*" every key of a map.
type paths struct {
	pod, container []string
	// missing is the setting that the check demands; where either is true the pod
	// can carry it for its containers.
	missing string
	either  bool
}

// faultPaths has an entry for every check of the library; a test holds that.
var faultPaths = map[policy.CheckID]paths{
	"allowPrivilegeEscalation": {container: []string{"securityContext.allowPrivilegeEscalation"}, missing: "securityContext.allowPrivilegeEscalation"},
	"appArmorProfile":          {pod: []string{"securityContext.appArmorProfile.type"}, container: []string{"securityContext.appArmorProfile.type"}},
	"capabilities_baseline":    {container: []string{"securityContext.capabilities.add[]"}},
	"capabilities_restricted":  {container: []string{"securityContext.capabilities.add[]"}, missing: "securityContext.capabilities.drop"},
	"hostNamespaces":           {pod: []string{"hostNetwork", "hostPID", "hostIPC"}},
	"hostPathVolumes":          {pod: []string{"volumes[].hostPath"}},
	"hostPorts":                {container: []string{"ports[].hostPort"}},
	"hostProbesAndHostLifecycle": {container: []string{
		"livenessProbe.httpGet.host", "livenessProbe.tcpSocket.host", "readinessProbe.httpGet.host", "readinessProbe.tcpSocket.host",
		"startupProbe.httpGet.host", "startupProbe.tcpSocket.host", "lifecycle.postStart.httpGet.host", "lifecycle.postStart.tcpSocket.host",
		"lifecycle.preStop.httpGet.host", "lifecycle.preStop.tcpSocket.host"}},
	"privileged":              {container: []string{"securityContext.privileged"}},
	"procMount":               {container: []string{"securityContext.procMount"}},
	"procMount_restricted":    {container: []string{"securityContext.procMount"}},
	"restrictedVolumes":       {pod: []string{"volumes[].*"}},
	"runAsNonRoot":            {pod: []string{"securityContext.runAsNonRoot"}, container: []string{"securityContext.runAsNonRoot"}, missing: "securityContext.runAsNonRoot", either: true},
	"runAsUser":               {pod: []string{"securityContext.runAsUser"}, container: []string{"securityContext.runAsUser"}},
	"seLinuxOptions":          {pod: []string{"securityContext.seLinuxOptions.*"}, container: []string{"securityContext.seLinuxOptions.*"}},
	"seccompProfile_baseline": {pod: []string{"securityContext.seccompProfile.type"}, container: []string{"securityContext.seccompProfile.type"}},
	"seccompProfile_restricted": {pod: []string{"securityContext.seccompProfile.type"}, container: []string{"securityContext.seccompProfile.type"},
		missing: "securityContext.seccompProfile.type", either: true},
	"sysctls":            {pod: []string{"securityContext.sysctls[].name"}},
	"windowsHostProcess": {pod: []string{"securityContext.windowsOptions.hostProcess"}, container: []string{"securityContext.windowsOptions.hostProcess"}},
}

// evaluation is one check over one pod. The library decides whether something is
// forbidden; the faults are found by asking it about one container, and then
// about one field, at a time.
type evaluation struct {
	pod *pod
	planned
}

func (e evaluation) results() []PodSecurityResult {
	verdict := e.run(&e.pod.meta, &e.pod.whole)
	if verdict.Allowed {
		return nil
	}
	var out []PodSecurityResult
	podFails := !e.run(&e.pod.meta, &e.pod.spec).Allowed
	if podFails {
		out = append(out, e.podFaults()...)
	}
	missing := 0
	for i, c := range e.pod.workload.Containers {
		for _, r := range e.containerFaults(i, c, podFails) {
			if r.Absent {
				missing++
			}
			out = append(out, r)
		}
	}
	out = e.gather(out, missing)
	for i := range out {
		out[i].Reason, out[i].Detail = verdict.ForbiddenReason, verdict.ForbiddenDetail
	}
	return out
}

// podFaults finds the fields of the pod, its containers aside, that are at fault.
func (e evaluation) podFaults() []PodSecurityResult {
	var out []PodSecurityResult
	for _, f := range candidates(e.pod.workload.PodSpec, e.paths.pod) {
		var spec corev1.PodSpec
		decode(isolate(f, e.pod.workload.PodSpec), &spec)
		defaultVolumes(&spec)
		if e.own(&metav1.ObjectMeta{}, &spec) {
			out = append(out, PodSecurityResult{Field: f})
		}
	}
	for key, f := range e.pod.workload.PodMeta.Get("annotations").Entries() {
		meta := metav1.ObjectMeta{Annotations: map[string]string{key: f.String()}}
		if e.own(&meta, &corev1.PodSpec{}) {
			out = append(out, PodSecurityResult{Field: f})
		}
	}
	if out == nil && e.own(&e.pod.meta, &e.pod.spec) {
		return []PodSecurityResult{{Field: e.pod.workload.PodSpec}}
	}
	return out
}

// containerFaults finds the fields of one container that are at fault. Where the
// pod fails by itself the container is judged in a pod that does not, since what
// it inherits is the pod's fault.
func (e evaluation) containerFaults(i int, c *Container, podFails bool) []PodSecurityResult {
	around := e.pod.spec
	if podFails {
		around = e.blameless()
	}
	around.Containers = e.pod.containers[i : i+1]
	if e.run(&metav1.ObjectMeta{}, &around).Allowed {
		return nil
	}
	var out []PodSecurityResult
	for _, f := range candidates(c.Field, e.paths.container) {
		if e.own(&metav1.ObjectMeta{}, e.alone(f, c, e.blameless())) {
			out = append(out, PodSecurityResult{Container: c, Field: f})
		}
	}
	if e.hostNetworkPort(c) && out == nil {
		return []PodSecurityResult{{Container: c, Field: c.Field.Get("ports")}}
	}
	if e.paths.missing != "" {
		f := c.Field.Get(strings.Split(e.paths.missing, ".")...)
		around.Containers = nil
		named := slices.ContainsFunc(out, func(r PodSecurityResult) bool { return r.Field.Path() == f.Path() })
		if spec := e.alone(f, c, around); !named && e.own(&metav1.ObjectMeta{}, spec) {
			out = append(out, PodSecurityResult{Container: c, Field: f, Absent: true})
		}
	}
	around.Containers = e.pod.containers[i : i+1]
	if out == nil && e.own(&metav1.ObjectMeta{}, &around) {
		return []PodSecurityResult{{Container: c, Field: c.Field}}
	}
	return out
}

// hostNetworkPort reports whether the check forbids ports that are the host's
// only because the pod uses the host's network.
func (e evaluation) hostNetworkPort(c *Container) bool {
	return e.pod.spec.HostNetwork && slices.Contains(e.paths.container, "ports[].hostPort") && c.Field.Get("ports").Exists()
}

// own reports whether the check forbids the pod and no weaker check does.
func (e evaluation) own(meta *metav1.ObjectMeta, spec *corev1.PodSpec) bool {
	return !e.run(meta, spec).Allowed &&
		!slices.ContainsFunc(e.weaker, func(run policy.CheckPodFn) bool { return !run(meta, spec).Allowed })
}

// blameless returns a pod that passes every check by itself, with what relaxes
// the checks as it is.
func (e evaluation) blameless() corev1.PodSpec {
	yes := true
	return corev1.PodSpec{OS: e.pod.spec.OS, HostUsers: e.pod.spec.HostUsers, SecurityContext: &corev1.PodSecurityContext{
		RunAsNonRoot: &yes, SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}}}
}

// alone returns a pod with one container that has nothing but one field.
func (e evaluation) alone(f Field, c *Container, around corev1.PodSpec) *corev1.PodSpec {
	var only corev1.Container
	decode(isolate(f, c.Field), &only)
	if strings.HasPrefix(e.paths.missing, "securityContext.capabilities") && len(capabilities(only).Add) > 0 {
		capabilities(only).Drop = []corev1.Capability{"ALL"}
	}
	around.Containers = []corev1.Container{only}
	return &around
}

func capabilities(c corev1.Container) *corev1.Capabilities {
	if c.SecurityContext == nil || c.SecurityContext.Capabilities == nil {
		return &corev1.Capabilities{}
	}
	return c.SecurityContext.Capabilities
}

// gather makes one result for the pod of a setting that every container lacks
// and that the pod can carry for all of them.
func (e evaluation) gather(in []PodSecurityResult, missing int) []PodSecurityResult {
	w := e.pod.workload
	if !e.paths.either || missing == 0 || missing < len(w.Containers) {
		return in
	}
	if !w.PodSpec.Get("securityContext").Exists() && missing == 1 && w.Containers[0].Field.Get("securityContext").Exists() {
		return in
	}
	out := slices.DeleteFunc(in, func(r PodSecurityResult) bool { return r.Absent })
	return append(out, PodSecurityResult{Field: w.PodSpec.Get(strings.Split(e.paths.missing, ".")...), Absent: true})
}

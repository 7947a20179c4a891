package manifest

import (
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// podSecurityChecks are the checks of the Pod Security Standards
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/),
// baseline before restricted. Never written to.
var podSecurityChecks = sortedChecks()

func sortedChecks() []policy.Check {
	checks := policy.DefaultChecks()
	slices.SortFunc(checks, func(a, b policy.Check) int {
		if c := api.CompareLevels(a.Level, b.Level); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return checks
}

// PodSecurity returns what the workload fails of the Pod Security Standards,
// level restricted, in their latest version and in the version that the
// workload's namespace enforces. Each fault is returned once: what baseline
// forbids is not repeated by the restricted check that widens it. It is
// computed once; safe for concurrent use.
func (w *Workload) PodSecurity() []PodSecurityResult {
	w.securityOnce.Do(func() {
		pod := newPod(w)
		w.security = pod.evaluate(latest())
		ns := w.Object.Render.Namespace(w.Object.Namespace)
		if ns == nil {
			return
		}
		enforced, _ := api.PolicyToEvaluate(ns.Labels(), privileged)
		if enforced.Enforce.Level == api.LevelPrivileged {
			return
		}
		w.security = mergeEnforced(w.security, pod.evaluate(plan(enforced.Enforce.Version)), enforced.Enforce.Level, ns)
	})
	return w.security
}

// privileged is what a namespace without labels enforces.
var privileged = api.Policy{
	Enforce: api.LevelVersion{Level: api.LevelPrivileged, Version: api.LatestVersion()},
	Audit:   api.LevelVersion{Level: api.LevelPrivileged, Version: api.LatestVersion()},
	Warn:    api.LevelVersion{Level: api.LevelPrivileged, Version: api.LatestVersion()},
}

// Undecodable returns the fields of the pod that the API server would refuse.
func (w *Workload) Undecodable() []Undecodable {
	out := decode(w.PodSpec.without(lists[:]...), new(corev1.PodSpec))
	for _, c := range w.Containers {
		out = append(out, decode(c.Field, new(corev1.Container))...)
	}
	return out
}

// lists are the fields of a pod that hold containers.
var lists = [...]string{"containers", "initContainers", "ephemeralContainers"}

// judgedOfPod and judgedOfContainer are the fields that the checks read; a test
// holds them against the paths of the faults.
var (
	judgedOfPod       = [...]string{"securityContext", "hostNetwork", "hostPID", "hostIPC", "hostUsers", "os", "volumes"}
	judgedOfContainer = [...]string{"name", "securityContext", "ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"}
)

// mergeEnforced marks the results that the namespace enforces and adds those
// that only its older version of the standards has.
func mergeEnforced(latest, enforced []PodSecurityResult, level api.Level, ns *Object) []PodSecurityResult {
	for _, e := range enforced {
		if e.Level == string(api.LevelRestricted) && level != api.LevelRestricted {
			continue
		}
		e.Enforced = ns
		same := func(r PodSecurityResult) bool {
			return r.Level == e.Level && r.Check == e.Check && r.Container == e.Container && r.Field.Path() == e.Field.Path()
		}
		if i := slices.IndexFunc(latest, same); i >= 0 {
			latest[i] = e
		} else {
			latest = append(latest, e)
		}
	}
	return latest
}

// versioned returns the check's revision for a version of the standards.
func versioned(c policy.Check, v api.Version) (policy.VersionedCheck, bool) {
	for _, rev := range slices.Backward(c.Versions) {
		if !v.Older(rev.MinimumVersion) {
			return rev, true
		}
	}
	return policy.VersionedCheck{}, false
}

// planned is a check in the revision of one version of the standards.
type planned struct {
	check policy.Check
	run   policy.CheckPodFn
	paths paths
	// weaker are the baseline checks that this one widens; what they forbid is
	// theirs to report.
	weaker []policy.CheckPodFn
}

// plan returns the checks of one version.
func plan(v api.Version) []planned {
	var out []planned
	for _, c := range podSecurityChecks {
		rev, ok := versioned(c, v)
		if !ok {
			continue
		}
		next := planned{check: c, run: rev.CheckPod, paths: faultPaths[c.ID]}
		for _, other := range podSecurityChecks {
			if slices.Contains(rev.OverrideCheckIDs, other.ID) {
				if weaker, ok := versioned(other, v); ok {
					next.weaker = append(next.weaker, weaker.CheckPod)
				}
			}
		}
		out = append(out, next)
	}
	return out
}

// latest is the plan that every workload is judged by.
var latest = sync.OnceValue(func() []planned { return plan(api.LatestVersion()) })

// evaluate runs every check of a plan over the pod.
func (p *pod) evaluate(checks []planned) []PodSecurityResult {
	var out []PodSecurityResult
	for _, c := range checks {
		for _, r := range (evaluation{pod: p, planned: c}).results() {
			r.Level = string(c.check.Level)
			r.Check = strings.TrimSuffix(strings.TrimSuffix(string(c.check.ID), "_baseline"), "_restricted")
			out = append(out, r)
		}
	}
	return out
}

// pod is a workload in the types that the checks read, with the two defaults
// of the API server applied that change an answer: a volume without a source is
// an emptyDir, and on the host's network every port is a host port.
type pod struct {
	workload   *Workload
	meta       metav1.ObjectMeta
	spec       corev1.PodSpec // without containers
	whole      corev1.PodSpec // with all of them
	containers []corev1.Container
}

func newPod(w *Workload) *pod {
	p := &pod{workload: w}
	p.meta.Annotations = w.PodMeta.Get("annotations").StringMap()
	decode(w.PodSpec.only(judgedOfPod[:]), &p.spec)
	defaultVolumes(&p.spec)
	for _, c := range w.Containers {
		var out corev1.Container
		decode(c.Field.only(judgedOfContainer[:]), &out)
		for i, port := range out.Ports {
			if p.spec.HostNetwork && port.HostPort == 0 {
				out.Ports[i].HostPort = port.ContainerPort
			}
		}
		p.containers = append(p.containers, out)
	}
	p.whole = p.spec
	p.whole.Containers = p.containers
	return p
}

func defaultVolumes(spec *corev1.PodSpec) {
	for i, v := range spec.Volumes {
		if v.VolumeSource == (corev1.VolumeSource{}) {
			spec.Volumes[i].EmptyDir = &corev1.EmptyDirVolumeSource{}
		}
	}
}

// without returns the field as if it lacked some keys.
func (f Field) without(keys ...string) Field {
	return f.where(func(key string) bool { return !slices.Contains(keys, key) })
}

// only returns the field as if it had no other keys.
func (f Field) only(keys []string) Field {
	return f.where(func(key string) bool { return slices.Contains(keys, key) })
}

func (f Field) where(want func(key string) bool) Field {
	if !f.IsMap() {
		return f
	}
	n := *f.node
	n.Content = nil
	for i := 0; i+1 < len(f.node.Content); i += 2 {
		if want(f.node.Content[i].Value) {
			n.Content = append(n.Content, f.node.Content[i], f.node.Content[i+1])
		}
	}
	f.node = &n
	return f
}

package manifest

import (
	"slices"
	"strings"
)

// podsOf returns the pod specs of an object, and the containers that it has
// outside of any. The kinds of Kubernetes itself have theirs at a known place;
// those of others are found by their shape, wherever they stand: what an
// operator reads is described by no schema that we can rely on to be there.
func podsOf(o *Object) (pods, steps []*Workload) {
	if t, known := podTemplate(o); known {
		if w := newWorkload(o, t.Get("spec"), t.Get("metadata")); w != nil {
			pods = append(pods, w)
		}
		return pods, nil
	}
	if builtIn(o.Group()) || holdsExamples(o) {
		return nil, nil
	}
	s := shapes{object: o}
	s.look(o.Field("spec"))
	return s.pods, s.steps
}

// podTemplate returns the field that holds a pod's metadata and spec where that
// is certain. Beside the kinds of Kubernetes itself, any object with
// spec.template.spec.containers has one: an Argo Rollout, a Knative Service, a
// DeploymentConfig of OpenShift.
func podTemplate(o *Object) (Field, bool) {
	switch {
	case holdsExamples(o):
		return Field{}, false
	case o.Kind == "Pod" && o.Group() == "":
		return o.Root(), true
	case o.Kind == "PodTemplate" && o.Group() == "":
		return o.Field("template"), true
	case o.Kind == "CronJob" && o.Group() == "batch":
		return o.Field("spec", "jobTemplate", "spec", "template"), true
	}
	t := o.Field("spec", "template")
	return t, t.Get("spec", "containers").IsList()
}

// builtIn reports whether an API group is one of Kubernetes itself, whose pod
// specs podTemplate knows.
func builtIn(group string) bool {
	switch group {
	case "", "apps", "batch", "autoscaling", "policy", "extensions":
		return true
	}
	return strings.HasSuffix(group, ".k8s.io") && !strings.HasSuffix(group, ".x-k8s.io")
}

// holdsExamples reports whether pod specs inside an object of this kind are
// patterns to compare with, defaults to fill in or history, and run nothing.
func holdsExamples(o *Object) bool {
	group := o.Group()
	for _, suffix := range []string{"kyverno.io", "gatekeeper.sh", "apiextensions.k8s.io", "admissionregistration.k8s.io",
		"apiextensions.crossplane.io", "helm.toolkit.fluxcd.io", "kustomize.config.k8s.io"} {
		if group == suffix || strings.HasSuffix(group, "."+suffix) {
			return true
		}
	}
	return o.Kind == "ControllerRevision" && group == "apps"
}

// foreignKeys hold what another program reads as its own input, or what the
// cluster reports.
var foreignKeys = [...]string{"values", "valuesObject", "valuesInline", "status", "openAPIV3Schema", "annotations", "labels"}

// shapes gathers what an object of a custom kind runs.
type shapes struct {
	object      *Object
	pods, steps []*Workload
}

// look searches f and all below it. The depth is that of the document, which
// package yamldoc limits.
func (s *shapes) look(f Field) {
	if f.IsMap() && s.take(f) {
		return
	}
	for key, v := range f.Entries() {
		if !slices.Contains(foreignKeys[:], key) {
			s.look(v)
		}
	}
	for _, v := range f.Items() {
		s.look(v)
	}
}

// take notes what the map f runs; true means that nothing below it is looked at.
func (s *shapes) take(f Field) bool {
	switch {
	case isContainers(f.Get("spec", "containers")):
		return s.pod(f.Get("spec"), f.Get("metadata"))
	case isContainers(f.Get("containers")):
		return s.pod(f, f.Get("metadata"))
	case f.Get("container", "image").String() != "" || f.Get("script", "image").String() != "":
		return s.argoTemplate(f)
	case isContainers(f.Get("steps")):
		return s.tektonTask(f)
	}
	return false
}

// pod adds a pod spec. A container without an image changes one that the
// operator adds by itself, so that nothing can be said of it.
func (s *shapes) pod(spec, meta Field) bool {
	if w := newWorkload(s.object, spec, meta); w != nil {
		w.Containers = slices.DeleteFunc(w.Containers, func(c *Container) bool { return c.Image.Text == "" })
		s.pods = append(s.pods, w)
	}
	return true
}

// isContainers reports whether a list holds containers: maps, one of which names
// an image.
func isContainers(list Field) bool {
	found := false
	for _, item := range list.Items() {
		if !item.IsMap() {
			return false
		}
		found = found || item.Get("image").String() != ""
	}
	return found
}

// argoTemplate reads a template of an Argo Workflow
// (https://argo-workflows.readthedocs.io/en/latest/fields/#template).
func (s *shapes) argoTemplate(f Field) bool {
	w := &Workload{Object: s.object, PodSpec: f, PodMeta: f.Get("metadata"), Labels: map[string]string{}}
	w.defaults = []Field{f.Get("securityContext"), s.object.Field("spec", "securityContext")}
	for _, c := range f.Get("initContainers").Items() {
		w.add(c, "init")
	}
	for _, key := range []string{"container", "script"} {
		if c := f.Get(key); c.IsMap() {
			w.add(c, "container")
		}
	}
	for _, c := range f.Get("sidecars").Items() {
		w.add(c, "container")
	}
	s.steps = append(s.steps, w)
	return true
}

// tektonTask reads the steps and sidecars of a Tekton task
// (https://tekton.dev/docs/pipelines/tasks/). A step without an image has that of
// the step template.
func (s *shapes) tektonTask(f Field) bool {
	w := &Workload{Object: s.object, PodSpec: f, Labels: map[string]string{}}
	w.defaults = []Field{f.Get("stepTemplate", "securityContext")}
	for _, key := range []string{"steps", "sidecars"} {
		for _, c := range f.Get(key).Items() {
			if c.Get("image").String() != "" {
				w.add(c, "container")
			}
		}
	}
	s.steps = append(s.steps, w)
	return true
}

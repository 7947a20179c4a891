package manifest

import (
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Render is one set of objects that belong together: a kustomization root as
// rendered, or the plain manifests of the repository that no rendered root has
// read.
type Render struct {
	// Dir is the kustomization's folder, repository-relative ("." for the root);
	// for plain manifests the folder of the files.
	Dir string
	// Kustomize is false for plain manifests.
	Kustomize bool
	// Rendered is the name of the file that another program has rendered and the
	// objects are read from, "" for the repository's own.
	Rendered string
	// Objects are in the order of the render.
	Objects []*Object
	// Inputs are all files that were read to make it, sorted.
	Inputs []string
	// Partial is true where something of the render could not be read, so that
	// what is missing in it proves nothing.
	Partial bool
	// Unchanged is true where a change was asked for that touches none of the files:
	// the objects are there for others to be joined with, and are not judged.
	Unchanged bool

	lib       *library
	root      string // the folder that kustomize is called with
	indexOnce sync.Once
	workloads []*Workload
	steps     []*Workload
	services  []*Service
}

// Whole reports whether the render is all that is applied together: a
// kustomization or a chart is, plain manifests are applied as people please.
func (r *Render) Whole() bool { return r.Kustomize || r.Rendered != "" }

// Workload is one pod spec of an object that runs pods; most objects have one.
type Workload struct {
	Object *Object
	// PodSpec is the field that holds the pod's spec, PodMeta its metadata
	// (absent fields where there is none).
	PodSpec, PodMeta Field
	// Labels are the pod's labels.
	Labels map[string]string
	// Containers are init, then ordinary, then ephemeral ones.
	Containers []*Container

	// defaults are further maps that a container's securityContext falls back to,
	// before the pod's.
	defaults []Field

	securityOnce sync.Once
	security     []PodSecurityResult
}

// Container is one container of a workload.
type Container struct {
	Workload *Workload
	Name     string
	// Kind is "container", "init" or "ephemeral".
	Kind  string
	Field Field
	Image ImageReference
}

// ImageReference is a container's image as rendered.
type ImageReference struct {
	Field Field
	// Text is the whole reference; Name, Tag and Digest its parts, Name as
	// written; Canonical is fully qualified ("docker.io/library/nginx").
	Text, Name, Tag, Digest, Canonical string
}

// PodSecurityResult is what one check of the Pod Security Standards says of a
// workload that fails it.
type PodSecurityResult struct {
	// Level is "baseline" or "restricted", Check the library's check ID without
	// level suffix ("privileged", "runAsNonRoot", "seccompProfile").
	Level, Check string
	// Reason and Detail are the library's words.
	Reason, Detail string
	// Container is nil where the pod itself fails.
	Container *Container
	// Field is the field at fault; absent where a setting is missing.
	Field Field
	// Absent is true where the finding is about a missing setting.
	Absent bool
	// Enforced is the Namespace object of the same render whose labels make the
	// API server refuse the pods for this, nil where none does.
	Enforced *Object
}

// FileSet is what Load returns: everything the repository deploys.
type FileSet struct {
	Renders []*Render
	// Ignores are the in-place waivers of all files read, comments and annotations.
	Ignores []source.Ignore
	// NotAnalysed lists roots that do not render, documents that are no YAML,
	// remote bases and dead components.
	NotAnalysed []source.NotAnalysed
	// Unrendered counts the kustomization roots that a change does not touch.
	Unrendered int
}

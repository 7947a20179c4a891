package manifest

import (
	"strings"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Object is one Kubernetes object of a render.
type Object struct {
	Render                      *Render
	APIVersion, Kind, Namespace string
	// Name is what the name begins with where the cluster makes it up.
	Name string

	root    *yaml.Node
	locator locator
	// fragment is true for what may be the patch of an object that is elsewhere.
	fragment bool

	// up is made when the first field is named.
	wayOnce sync.Once
	up      map[*yaml.Node]upward
}

// locator tells where in the repository a field of an object was set. It is
// asked only for fields that a finding names, since some answers need a second
// render.
type locator interface {
	// locate returns the place a person would edit for the field at path, which
	// may be absent (node nil), and the places that explain it.
	locate(o *Object, path []string, node *yaml.Node) (source.Span, []source.Related)
	// writtenAt returns the scalar that starts at a place which locate has
	// returned, nil where that is no text of a document.
	writtenAt(at source.Span) *writtenNode
}

// Group returns the API group, "" for the core group.
func (o *Object) Group() string {
	if g, _, ok := strings.Cut(o.APIVersion, "/"); ok {
		return g
	}
	return ""
}

// String returns "Kind/namespace/name", without what the object has none of: the
// configuration of a program has only its kind.
func (o *Object) String() string {
	if o.Name == "" && o.Namespace == "" {
		return o.Kind
	}
	if o.Namespace == "" {
		return o.Kind + "/" + o.Name
	}
	return o.Kind + "/" + o.Namespace + "/" + o.Name
}

// Root returns the field that is the whole object.
func (o *Object) Root() Field { return Field{object: o, node: o.root} }

// Field returns the field at a path of map keys from the root; list items are
// reached through Items.
func (o *Object) Field(path ...string) Field { return o.Root().Get(path...) }

// Labels returns metadata.labels.
func (o *Object) Labels() map[string]string { return o.Field("metadata", "labels").StringMap() }

// Annotations returns metadata.annotations.
func (o *Object) Annotations() map[string]string {
	return o.Field("metadata", "annotations").StringMap()
}

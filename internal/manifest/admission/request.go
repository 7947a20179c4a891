package admission

import (
	"maps"

	"github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/runtime/schema"
	plugin "k8s.io/apiserver/pkg/admission/plugin/cel"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// request is the creation of one rendered object as the API server would see it.
type request struct {
	object   *manifest.Object
	resource resource
	labels   map[string]string
	// namespace is the Namespace object, nil where it is not known here; then
	// namespaceLabels hold what every namespace has.
	namespace       *manifest.Object
	namespaceLabels map[string]string

	value map[string]any // the object as read and with defaults
}

const nameLabel = "kubernetes.io/metadata.name"

// request reads an object, once.
func (w *world) request(o *manifest.Object) *request {
	if r := w.requests[o]; r != nil {
		return r
	}
	r := &request{object: o, resource: w.customs.of(o), labels: o.Labels(), namespaceLabels: map[string]string{}}
	if r.isNamespace() {
		r.labels[nameLabel] = o.Name
	}
	if r.resource.scope != no && o.Namespace != "" {
		if r.namespace = w.namespace(o); r.namespace != nil {
			r.namespaceLabels = r.namespace.Labels()
		}
		r.namespaceLabels[nameLabel] = o.Namespace
	}
	r.value = normal(o, r.resource.kind)
	w.requests[o] = r
	return r
}

func (r *request) isNamespace() bool {
	return r.resource.kind.Kind == "Namespace" && r.resource.kind.Group == ""
}

func (r *request) namespaceName() string {
	if r.object.Namespace == "" {
		return "the namespace that it will be created in"
	}
	return "namespace " + r.object.Namespace
}

// bindings are the variables of a policy, and those of them whose values are not
// known before there is a cluster.
//
// The policy may know the object under another version than the request's.
func (r *request) bindings(as schema.GroupVersionResource) (map[string]any, []*cel.AttributePatternType) {
	req := map[string]any{"kind": kindValue(as.Group, as.Version, r.resource.kind.Kind), "resource": resourceValue(as),
		"requestKind":     kindValue(r.resource.kind.Group, r.resource.kind.Version, r.resource.kind.Kind),
		"requestResource": resourceValue(r.resource.resource), "name": r.object.Name, "operation": "CREATE", "dryRun": false}
	object := r.value
	if as != r.resource.resource {
		object = maps.Clone(object)
		object["apiVersion"] = as.GroupVersion().String()
	}
	vars := map[string]any{plugin.ObjectVarName: object, plugin.OldObjectVarName: nil, plugin.RequestVarName: req, plugin.NamespaceVarName: nil}
	open := []*cel.AttributePatternType{
		cel.AttributePattern(plugin.RequestVarName).QualString("userInfo"),
		cel.AttributePattern(plugin.RequestVarName).QualString("options"),
		cel.AttributePattern(plugin.AuthorizerVarName),
		cel.AttributePattern(plugin.RequestResourceAuthorizerVarName),
	}
	switch {
	case r.isNamespace():
		req["namespace"] = r.object.Name
	case r.resource.scope == no:
	case r.object.Namespace == "":
		open = append(open, cel.AttributePattern(plugin.RequestVarName).QualString("namespace"),
			cel.AttributePattern(plugin.ObjectVarName).QualString("metadata").QualString("namespace"),
			cel.AttributePattern(plugin.NamespaceVarName))
	default:
		req["namespace"] = r.object.Namespace
		vars[plugin.NamespaceVarName] = r.namespaceValue()
		if r.namespace == nil {
			open = append(open, cel.AttributePattern(plugin.NamespaceVarName))
		}
	}
	return vars, open
}

func kindValue(group, version, kind string) map[string]any {
	return map[string]any{"group": group, "version": version, "kind": kind}
}

func resourceValue(r schema.GroupVersionResource) map[string]any {
	return map[string]any{"group": r.Group, "version": r.Version, "resource": r.Resource}
}

// namespaceValue is the Namespace as policies see it.
func (r *request) namespaceValue() any {
	if r.namespace == nil {
		return nil
	}
	out := normal(r.namespace, schema.GroupVersionKind{Version: "v1", Kind: "Namespace"})
	meta, _ := out["metadata"].(map[string]any)
	if meta == nil {
		return out
	}
	labels := map[string]any{}
	for k, v := range r.namespaceLabels {
		labels[k] = v
	}
	meta["labels"] = labels
	return out
}

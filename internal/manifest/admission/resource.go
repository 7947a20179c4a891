package admission

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// resource is what the API server calls the kind of an object.
type resource struct {
	kind     schema.GroupVersionKind
	resource schema.GroupVersionResource
	// scope is yes for an object in a namespace.
	scope answer
	// simple is true where another version of the resource has the same fields: the
	// versions of a custom resource that no webhook converts.
	simple bool
}

// custom is what a CustomResourceDefinition says of its kind.
type custom struct {
	plural  string
	scope   answer
	webhook bool // which converts between its versions
}

// customs are the custom kinds that the renders define.
type customs map[schema.GroupKind]custom

func newCustoms(renders []*manifest.Render) customs {
	out := customs{}
	for _, r := range renders {
		for _, o := range r.Objects {
			if o.Kind != "CustomResourceDefinition" {
				continue
			}
			spec := o.Field("spec")
			c := custom{plural: spec.Get("names", "plural").String(), scope: isTrue(spec.Get("scope").String() == "Namespaced"),
				webhook: spec.Get("conversion", "strategy").String() == "Webhook"}
			if kind := spec.Get("names", "kind").String(); kind != "" && c.plural != "" {
				out[schema.GroupKind{Group: spec.Get("group").String(), Kind: kind}] = c
			}
		}
	}
	return out
}

// of returns the resource of an object. The plural of a kind that is not defined
// here is guessed as kubectl does, which is right for every kind of Kubernetes
// itself.
func (c customs) of(o *manifest.Object) resource {
	gv, err := schema.ParseGroupVersion(o.APIVersion)
	if err != nil {
		gv = schema.GroupVersion{Version: o.APIVersion}
	}
	out := resource{kind: gv.WithKind(o.Kind)}
	if known, ok := c[out.kind.GroupKind()]; ok {
		out.resource, out.scope, out.simple = gv.WithResource(known.plural), known.scope, !known.webhook
		return out
	}
	out.resource, _ = meta.UnsafeGuessKindToResource(out.kind)
	switch {
	case clusterScoped(out.kind.GroupKind()):
		out.scope = no
	case o.Namespace != "" || builtIn(gv.Group):
		out.scope = yes
	default:
		out.scope = unknown
	}
	return out
}

// builtIn reports whether a group is one of Kubernetes itself.
func builtIn(group string) bool {
	return !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io") && !strings.HasSuffix(group, ".x-k8s.io") &&
		group != "gateway.networking.k8s.io" && group != "snapshot.storage.k8s.io" && group != "metrics.k8s.io"
}

// clusterScoped reports whether a kind of Kubernetes stands in no namespace.
func clusterScoped(k schema.GroupKind) bool {
	return slices.Contains(strings.Fields(clusterKinds[k.Group]), k.Kind)
}

// clusterKinds are the kinds that stand in no namespace, by group.
var clusterKinds = map[string]string{
	"":                             "Namespace Node PersistentVolume ComponentStatus",
	"rbac.authorization.k8s.io":    "ClusterRole ClusterRoleBinding",
	"storage.k8s.io":               "StorageClass VolumeAttachment CSIDriver CSINode VolumeAttributesClass",
	"scheduling.k8s.io":            "PriorityClass",
	"apiextensions.k8s.io":         "CustomResourceDefinition",
	"apiregistration.k8s.io":       "APIService",
	"certificates.k8s.io":          "CertificateSigningRequest ClusterTrustBundle",
	"networking.k8s.io":            "IngressClass IPAddress ServiceCIDR",
	"node.k8s.io":                  "RuntimeClass",
	"flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
	"policy":                       "PodSecurityPolicy",
	"resource.k8s.io":              "DeviceClass ResourceSlice",
	"gateway.networking.k8s.io":    "GatewayClass",
	"admissionregistration.k8s.io": "ValidatingWebhookConfiguration MutatingWebhookConfiguration",
}

// moved are groups between which Kubernetes has moved resources, so that one is
// the equivalent of the other: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
var moved = map[string][]string{
	"deployments":     {"apps", "extensions"},
	"daemonsets":      {"apps", "extensions"},
	"replicasets":     {"apps", "extensions"},
	"ingresses":       {"networking.k8s.io", "extensions"},
	"networkpolicies": {"networking.k8s.io", "extensions"},
	"events":          {"", "events.k8s.io"},
}

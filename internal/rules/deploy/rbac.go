package deploy

import "github.com/tidewaiter/tidewaiter/internal/manifest"

// isBinding reports whether the object grants a role to somebody.
func isBinding(o *manifest.Object) bool {
	return o.Group() == "rbac.authorization.k8s.io" && (o.Kind == "RoleBinding" || o.Kind == "ClusterRoleBinding")
}

// subject is whom a binding grants its role.
type subject struct{ kind, namespace, name string }

func (s subject) String() string {
	if s.namespace == "" {
		return s.kind + " " + s.name
	}
	return s.kind + " " + s.namespace + "/" + s.name
}

// subjects returns whom a binding grants its role. An account without a
// namespace is one of the RoleBinding's own.
func subjects(binding *manifest.Object) []subject {
	var out []subject
	for _, s := range binding.Field("subjects").Items() {
		sub := subject{s.Get("kind").String(), s.Get("namespace").String(), s.Get("name").String()}
		if sub.kind == "ServiceAccount" && sub.namespace == "" {
			sub.namespace = binding.Namespace
		}
		out = append(out, sub)
	}
	return out
}

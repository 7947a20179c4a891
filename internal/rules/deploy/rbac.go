package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var bindingKinds = [...]string{"RoleBinding", "ClusterRoleBinding"}

// isBinding reports whether the object grants a role to somebody.
func isBinding(o *manifest.Object) bool { return o.IsBinding() }

// unusable says why no workload that is known here can use a role, "" where one
// can, with the way that it takes: the binding and the workload.
func unusable(p *rule.Pass, role *manifest.Object) (why string, way []source.Related) {
	g := p.Graph(role.Render)
	bindings := g.Bound(role)
	if len(bindings) == 0 {
		return "nothing here binds it", nil
	}
	for _, b := range bindings {
		for _, s := range b.Subjects() {
			users := g.Users(s)
			if len(users) == 0 {
				continue
			}
			return "", []source.Related{
				{At: b.Field("roleRef", "name").Span(), Message: "bound to " + s.String() + " here"},
				{At: users[0].PodSpec.Span().FirstLine(), Message: "as which " + users[0].Object.String() + " runs"},
			}
		}
	}
	for _, b := range bindings {
		for _, s := range b.Subjects() {
			if s.Kind != "ServiceAccount" {
				return "it is bound to people, not to workloads", nil
			}
		}
	}
	return "no workload here runs as whom it is bound to", nil
}

// byUse puts a finding about a role in its place: with the way by which a
// workload comes to use it, or as low where none does, and why.
func byUse(p *rule.Pass, role *manifest.Object, f rule.Finding) rule.Finding {
	if f.Severity == rule.Unset {
		f.Severity = p.Rule.Severity
	}
	why, way := unusable(p, role)
	if why != "" {
		f.Severity = min(f.Severity, rule.Low)
		f.Message += "; " + why
	}
	f.Related = append(f.Related[:len(f.Related):len(f.Related)], way...)
	return f
}

package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// power is a right that matters: any of the verbs on any of the resources of an
// API group. https://kubernetes.io/docs/concepts/security/rbac-good-practices/
type power struct {
	group            string
	resources, verbs []string
}

// The verbs by what they come to.
var (
	reading  = []string{"get", "list", "watch"}
	changing = []string{"create", "update", "patch", "delete", "deletecollection"}
	making   = []string{"create", "update", "patch"}
)

// held is a power as one rule of a role grants it.
type held struct {
	role *manifest.Object
	// resource is the scalar that names what is granted.
	resource manifest.Field
	// verbs and resources are those of the power that are granted.
	verbs, resources []string
}

// cluster reports whether the role can be held in all namespaces.
func (h held) cluster() bool { return h.role.Kind == "ClusterRole" }

// eachPower looks at every rule of every role that grants one of the powers. A
// wildcard among the resources is another rule's matter. What no workload here
// can use is low.
func eachPower(f func(p *rule.Pass, h held) rule.Finding, powers ...power) rule.Check {
	return rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if o.Group() != "rbac.authorization.k8s.io" {
			return
		}
		for _, entry := range o.Field("rules").Items() {
			h, ok := grants(o, entry, powers)
			if !ok {
				continue
			}
			out := f(p, h)
			if out.Rule = p.Rule; out.Severity == rule.Unset {
				out.Severity = p.Rule.Severity
			}
			out.Key += "." + strings.Join(h.resources, ",")
			if way := wayTo(p, o); way != nil {
				out.Related = append(out.Related, way...)
			} else {
				out.Severity = min(out.Severity, rule.Low)
			}
			p.Report(out)
		}
	}, "Role", "ClusterRole")
}

// grants returns the first of the powers that a rule grants.
func grants(role *manifest.Object, entry manifest.Field, powers []power) (held, bool) {
	groups, verbs := entry.Get("apiGroups").Strings(), entry.Get("verbs").Strings()
	if entry.Get("resourceNames").Exists() {
		return held{}, false // what is named one by one is meant
	}
	for _, want := range powers {
		if !slices.Contains(groups, want.group) && !slices.Contains(groups, "*") {
			continue
		}
		h := held{role: role}
		for _, v := range want.verbs {
			if slices.Contains(verbs, v) || slices.Contains(verbs, "*") {
				h.verbs = append(h.verbs, v)
			}
		}
		for _, item := range entry.Get("resources").Items() {
			if slices.Contains(want.resources, item.String()) {
				if len(h.resources) == 0 {
					h.resource = item
				}
				h.resources = append(h.resources, item.String())
			}
		}
		if len(h.verbs) > 0 && len(h.resources) > 0 {
			return h, true
		}
	}
	return held{}, false
}

// where words how far the role reaches.
func (h held) where() string {
	switch {
	case h.cluster():
		return "of every namespace that it is bound in"
	case h.role.Namespace != "":
		return "of namespace " + h.role.Namespace
	}
	return "of its namespace"
}

// finding makes a finding about the power.
func (h held) finding(does string) rule.Finding {
	return finding(h.resource, nil, "%s %s may %s", h.role.Kind, h.role.Name, does)
}

// verbList words the verbs, "get, list and watch".
func verbList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// wayTo returns how a workload comes to hold a role, as related places: the
// binding and the workload; nil where none that is known here does.
func wayTo(p *rule.Pass, role *manifest.Object) []source.Related {
	for o := range beside(p, role.Render) {
		if !isBinding(o) || !binds(o, role) {
			continue
		}
		for _, s := range subjects(o) {
			if w := runsAs(p, role.Render, s); w != nil {
				return []source.Related{
					{At: o.Field("roleRef", "name").Span(), Message: "bound to " + s.String() + " here"},
					{At: w.PodSpec.Span().FirstLine(), Message: "as which " + w.Object.String() + " runs"},
				}
			}
		}
	}
	return nil
}

// binds reports whether a binding grants a role. A namespace given only when the
// manifests are applied matches any.
func binds(binding, role *manifest.Object) bool {
	ref := binding.Field("roleRef")
	if ref.Get("kind").String() != role.Kind || ref.Get("name").String() != role.Name {
		return false
	}
	return role.Kind == "ClusterRole" || binding.Kind == "RoleBinding" && sameNamespace(binding.Namespace, role.Namespace)
}

func sameNamespace(a, b string) bool { return a == b || a == "" || b == "" }

// runsAs returns a workload that runs as a subject, nil where none does.
func runsAs(p *rule.Pass, r *manifest.Render, s subject) *manifest.Workload {
	for _, other := range together(p, r) {
		for _, w := range other.Workloads() {
			switch {
			case s.kind == "ServiceAccount" && s.name == w.ServiceAccount() && sameNamespace(s.namespace, w.Object.Namespace),
				s.kind == "Group" && (s.name == "system:serviceaccounts" || s.name == "system:authenticated"),
				s.kind == "Group" && w.Object.Namespace != "" && s.name == "system:serviceaccounts:"+w.Object.Namespace:
				return w
			}
		}
	}
	return nil
}

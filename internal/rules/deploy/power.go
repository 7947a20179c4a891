package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
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
			out.Key += "." + strings.Join(h.resources, ",")
			out.Rule = p.Rule
			out.Aliases = asRead(p, o, out.SameAs())
			p.Report(byUse(p, o, out))
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

func sameNamespace(a, b string) bool { return manifest.SameNamespace(a, b) }

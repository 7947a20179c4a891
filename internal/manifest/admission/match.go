package admission

import (
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// criteria are the matchConstraints of a policy or the matchResources of a
// binding. The field may be absent, which matches everything.
type criteria struct{ field manifest.Field }

// matched is whether criteria speak of a request.
type matched struct {
	answer answer
	// as is the resource that matched, another version than the request's where
	// matchPolicy is Equivalent.
	as schema.GroupVersionResource
	// reason says why the answer is unknown.
	reason string
}

// matches asks the criteria about a request, in the API server's order: the
// selectors, what is left out, what is listed. A rule of the project need not
// say which operations it means.
func (c criteria) matches(r *request, rule bool) matched {
	selectors := c.namespaces(r)
	objects := selectorAnswer(c.field.Get("objectSelector"), r.labels, true)
	excluded := c.listed("excludeResourceRules", r, rule)
	if selectors == no || objects == no || excluded.answer == yes {
		return matched{}
	}
	out := matched{answer: yes, as: r.resource.resource}
	if len(c.field.Get("resourceRules").Items()) > 0 {
		out = c.listed("resourceRules", r, rule)
	}
	switch {
	case out.answer != yes:
	case selectors == unknown:
		out.answer, out.reason = unknown, "the labels of "+r.namespaceName()+" are not known here, and namespaceSelector asks for them"
	case excluded.answer == unknown:
		out.answer, out.reason = unknown, excluded.reason
	}
	return out
}

// namespaces asks the namespaceSelector: about a Namespace by its own labels;
// other objects outside of namespaces are never passed over.
func (c criteria) namespaces(r *request) answer {
	sel := c.field.Get("namespaceSelector")
	switch {
	case r.resource.kind.Kind == "Namespace" && r.resource.kind.Group == "":
		return selectorAnswer(sel, r.labels, true)
	case r.resource.scope == no:
		return yes
	case r.resource.scope == unknown:
		return selectorAnswer(sel, nil, false)
	}
	return selectorAnswer(sel, r.namespaceLabels, r.namespace != nil)
}

// listed reports whether one of the rules lists the request's resource, or its
// equivalent in another group or version.
func (c criteria) listed(list string, r *request, rule bool) matched {
	items := c.field.Get(list).Items()
	for _, f := range items {
		if a := r.listedBy(f, r.resource.resource, rule); a != no {
			return matched{a, r.resource.resource, "whether " + r.resource.kind.Kind + " stands in a namespace is not known here"}
		}
	}
	if c.field.Get("matchPolicy").String() == "Exact" {
		return matched{}
	}
	for _, f := range items {
		for _, other := range equivalents(r.resource.resource, f) {
			if r.listedBy(f, other, rule) == no {
				continue
			}
			if r.resource.simple {
				return matched{answer: yes, as: other}
			}
			return matched{unknown, other, "the cluster would read it as " + other.GroupVersion().String() + ", which is not done here"}
		}
	}
	return matched{}
}

// equivalents are the other names under which the API server may know the
// resource, of those that a rule lists.
func equivalents(res schema.GroupVersionResource, f manifest.Field) []schema.GroupVersionResource {
	groups := []string{res.Group}
	if m := moved[res.Resource]; slices.Contains(m, res.Group) {
		groups = m
	}
	var out []schema.GroupVersionResource
	for _, g := range groups {
		for _, v := range f.Get("apiVersions").Strings() {
			other := schema.GroupVersionResource{Group: g, Version: v, Resource: res.Resource}
			if v != "*" && other != res {
				out = append(out, other)
			}
		}
		if g != res.Group && slices.Contains(f.Get("apiVersions").Strings(), "*") {
			out = append(out, schema.GroupVersionResource{Group: g, Version: "v1", Resource: res.Resource})
		}
	}
	return out
}

// listedBy asks one rule, with Kubernetes' own matcher.
func (r *request) listedBy(f manifest.Field, res schema.GroupVersionResource, rule bool) answer {
	var ops []admissionregistrationv1.OperationType
	for _, op := range f.Get("operations").Strings() {
		ops = append(ops, admissionregistrationv1.OperationType(op))
	}
	if rule && len(ops) == 0 {
		ops = []admissionregistrationv1.OperationType{admissionregistrationv1.OperationAll}
	}
	names := f.Get("resourceNames").Strings()
	m := rules.Matcher{
		Rule: admissionregistrationv1.RuleWithOperations{Operations: ops, Rule: admissionregistrationv1.Rule{
			APIGroups: f.Get("apiGroups").Strings(), APIVersions: f.Get("apiVersions").Strings(), Resources: f.Get("resources").Strings()}},
		Attr: admission.NewAttributesRecord(nil, nil, r.resource.kind, r.object.Namespace, r.object.Name, res, "", admission.Create, nil, false, nil),
	}
	if !m.Matches() || len(names) > 0 && !slices.Contains(names, r.object.Name) {
		return no
	}
	switch f.Get("scope").String() {
	case "Namespaced":
		return r.resource.scope
	case "Cluster":
		return r.resource.scope.not()
	}
	return yes
}

// selectorAnswer asks a label selector. Where the labels are not all known, what
// an unknown one decides is unknown.
func selectorAnswer(sel manifest.Field, labels map[string]string, complete bool) answer {
	out := yes
	has := func(key string) (string, answer) {
		v, ok := labels[key]
		switch {
		case ok:
			return v, yes
		case complete:
			return "", no
		}
		return "", unknown
	}
	for key, want := range sel.Get("matchLabels").StringMap() {
		v, there := has(key)
		if there == yes {
			there = isTrue(v == want)
		}
		out = out.and(there)
	}
	for _, e := range sel.Get("matchExpressions").Items() {
		v, there := has(e.Get("key").String())
		among := there
		if there == yes {
			among = isTrue(slices.Contains(e.Get("values").Strings(), v))
		}
		switch e.Get("operator").String() {
		case "In":
			out = out.and(among)
		case "NotIn":
			out = out.and(among.not())
		case "Exists":
			out = out.and(there)
		case "DoesNotExist":
			out = out.and(there.not())
		default:
			out = out.and(unknown)
		}
	}
	return out
}

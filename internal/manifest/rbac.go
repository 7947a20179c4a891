package manifest

import (
	"slices"
	"strings"
)

const rbacGroup = "rbac.authorization.k8s.io"

// IsBinding reports whether the object grants a role to somebody.
func (o *Object) IsBinding() bool {
	return o.Group() == rbacGroup && (o.Kind == "RoleBinding" || o.Kind == "ClusterRoleBinding")
}

// IsRole reports whether the object is a Role or ClusterRole.
func (o *Object) IsRole() bool {
	return o.Group() == rbacGroup && (o.Kind == "Role" || o.Kind == "ClusterRole")
}

// Subject is whom a binding grants its role.
type Subject struct {
	Kind, Namespace, Name string
	// Field is the entry of the binding.
	Field Field
}

// String is "ServiceAccount ops/runner".
func (s Subject) String() string {
	if s.Namespace == "" {
		return s.Kind + " " + s.Name
	}
	return s.Kind + " " + s.Namespace + "/" + s.Name
}

// Subjects returns whom a binding grants its role. An account without a
// namespace is one of the RoleBinding's own.
func (o *Object) Subjects() []Subject {
	var out []Subject
	for _, f := range o.Field("subjects").Items() {
		s := Subject{f.Get("kind").String(), f.Get("namespace").String(), f.Get("name").String(), f}
		if s.Kind == "ServiceAccount" && s.Namespace == "" {
			s.Namespace = o.Namespace
		}
		out = append(out, s)
	}
	return out
}

// Includes reports whether the subject is the account that a workload runs as, or
// a group of accounts with it.
func (s Subject) Includes(w *Workload) bool {
	switch s.Kind {
	case "ServiceAccount":
		return SameNamespace(s.Namespace, w.Object.Namespace) && s.Name == w.ServiceAccount()
	case "Group":
		return s.Name == "system:serviceaccounts" || s.Name == "system:authenticated" ||
			w.Object.Namespace != "" && s.Name == "system:serviceaccounts:"+w.Object.Namespace
	case "User":
		rest, ok := strings.CutPrefix(s.Name, "system:serviceaccount:")
		ns, name, _ := strings.Cut(rest, ":")
		return ok && name == w.ServiceAccount() && SameNamespace(ns, w.Object.Namespace)
	}
	return false
}

// Users returns the workloads that run as a subject.
func (g *Graph) Users(s Subject) []*Workload {
	if s.Kind == "ServiceAccount" {
		return g.RunningAs(s.Namespace, s.Name)
	}
	var out []*Workload
	for _, r := range g.Renders {
		for _, w := range r.Workloads() {
			if s.Includes(w) {
				out = append(out, w)
			}
		}
	}
	return out
}

// aggregators are the roles that every cluster has and that take up the rules of
// those with a label
// (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles).
var aggregators = [...]string{"admin", "edit", "view"}

const aggregateTo = "rbac.authorization.k8s.io/aggregate-to-"

// maxAggregation bounds how deep roles are put together from others.
const maxAggregation = 4

// Carriers returns the names of the ClusterRoles that a binding may name to grant
// the rules of a role: itself, and those that its rules become part of by
// aggregation.
func (g *Graph) Carriers(role *Object) []string {
	out := []string{role.Name}
	if role.Kind != "ClusterRole" {
		return out
	}
	labels := role.Labels()
	for _, name := range aggregators {
		if labels[aggregateTo+name] == "true" {
			out = append(out, name)
		}
	}
	for range maxAggregation {
		before := len(out)
		for _, o := range g.kinds["ClusterRole"] {
			if !slices.Contains(out, o.Name) && o.IsRole() && g.takesUp(o, out) {
				out = append(out, o.Name)
			}
		}
		if len(out) == before {
			break
		}
	}
	// What is part of view is part of edit, and that of admin.
	if slices.Contains(out, "view") {
		out = append(out, "edit")
	}
	if slices.Contains(out, "edit") {
		out = append(out, "admin")
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// takesUp reports whether a ClusterRole is put together from one of the named.
func (g *Graph) takesUp(role *Object, names []string) bool {
	for _, s := range role.Field("aggregationRule", "clusterRoleSelectors").Items() {
		for _, name := range names {
			for _, part := range g.Named("ClusterRole", name) {
				if (Selector{s}).Matches(part.Labels()) {
					return true
				}
			}
		}
	}
	return false
}

// Rules returns the rules of a role. Those of a ClusterRole with an
// aggregationRule are written by the cluster from the roles that it selects,
// whatever the manifest says.
func (g *Graph) Rules(role *Object) []Field { return g.rules(role, maxAggregation) }

func (g *Graph) rules(role *Object, depth int) []Field {
	selectors := role.Field("aggregationRule", "clusterRoleSelectors").Items()
	if len(selectors) == 0 || depth == 0 {
		return role.Field("rules").Items()
	}
	var out []Field
	for _, o := range g.kinds["ClusterRole"] {
		labels := o.Labels()
		if o != role && o.IsRole() && slices.ContainsFunc(selectors, func(s Field) bool { return (Selector{s}).Matches(labels) }) {
			out = append(out, g.rules(o, depth-1)...)
		}
	}
	return out
}

// Grant is one role as a workload's account holds it.
type Grant struct {
	Binding *Object
	// Subject is the entry of the binding that means the account.
	Subject Subject
	// Role is nil where its rules are not known here; RoleName is its name anyway.
	Role     *Object
	RoleName string
	// Namespace is where it holds, "" for everywhere (Everywhere true) and for a
	// namespace that is given when the manifests are applied.
	Namespace  string
	Everywhere bool
}

// holding is a binding with one of its subjects.
type holding struct {
	binding *Object
	subject Subject
}

// bindings are the bindings of a graph by the role that they grant and by the
// account that they name.
type bindings struct {
	byRole    map[kindName][]*Object
	byAccount map[string][]holding
	// others are the subjects that are groups and users.
	others []holding
}

func (g *Graph) bindings() *bindings {
	if g.bound != nil {
		return g.bound
	}
	g.bound = &bindings{byRole: map[kindName][]*Object{}, byAccount: map[string][]holding{}}
	for _, b := range g.Of("ClusterRoleBinding", "RoleBinding") {
		if !b.IsBinding() {
			continue
		}
		ref := b.Field("roleRef")
		role := kindName{ref.Get("kind").String(), ref.Get("name").String()}
		g.bound.byRole[role] = append(g.bound.byRole[role], b)
		for _, s := range b.Subjects() {
			if s.Kind == "ServiceAccount" {
				g.bound.byAccount[s.Name] = append(g.bound.byAccount[s.Name], holding{b, s})
			} else {
				g.bound.others = append(g.bound.others, holding{b, s})
			}
		}
	}
	return g.bound
}

// Grants returns the roles that a workload's account holds, each binding once.
func (g *Graph) Grants(w *Workload) []Grant {
	if known, ok := g.held[w]; ok {
		return known
	}
	var out []Grant
	seen := map[*Object]bool{}
	for _, list := range [...][]holding{g.bindings().byAccount[w.ServiceAccount()], g.bindings().others} {
		for _, h := range list {
			if !seen[h.binding] && h.subject.Includes(w) {
				seen[h.binding] = true
				out = append(out, g.grant(h.binding, h.subject))
			}
		}
	}
	g.held[w] = out
	return out
}

func (g *Graph) grant(b *Object, s Subject) Grant {
	ref := b.Field("roleRef")
	out := Grant{Binding: b, Subject: s, RoleName: ref.Get("name").String(), Namespace: b.Namespace, Everywhere: b.Kind == "ClusterRoleBinding"}
	ns := ""
	if ref.Get("kind").String() == "Role" {
		ns = b.Namespace
	}
	if role := g.Find(ref.Get("kind").String(), ns, out.RoleName); role != nil && role.IsRole() {
		out.Role = role
	}
	if out.Everywhere {
		out.Namespace = ""
	}
	return out
}

// Bound returns the bindings that grant the rules of a role, directly or by a role
// that takes them up.
func (g *Graph) Bound(role *Object) []*Object {
	var out []*Object
	for _, name := range g.Carriers(role) {
		for _, b := range g.bindings().byRole[kindName{role.Kind, name}] {
			if role.Kind == "ClusterRole" || b.Kind == "RoleBinding" && SameNamespace(b.Namespace, role.Namespace) {
				out = append(out, b)
			}
		}
	}
	return out
}

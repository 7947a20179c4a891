package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var broadBinding = rule.Rule{
	ID:       "TW-K284",
	Name:     "broad-binding",
	Title:    "Binding hands out a role that is not kept here, or that allows much",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "A binding is as harmless as its role. Where the role is kept elsewhere nobody who reviews the binding sees what it grants, and it may grant more tomorrow. What a role here grants is judged at the role; this says which binding hands it out.",
	Fix:      "Keep the role beside the binding, and leave `pods/exec`, `pods/attach`, all secrets and wildcards out of it.",
	Refs:     refs(cis, "5.1.1", practice, "M43", practice, "M69"),
	Aliases: []string{"polaris:clusterrolebindingClusterAdmin", "polaris:clusterrolebindingPodExecAttach", "polaris:rolebindingClusterAdminClusterRole",
		"polaris:rolebindingClusterRolePodExecAttach", "polaris:rolebindingClusterAdminRole", "polaris:rolebindingRolePodExecAttach",
		"kube-linter:access-to-secrets", "kube-linter:access-to-create-pods", "polaris:clusterrolePodExecAttach", "polaris:rolePodExecAttach"},
	Bad: []string{`
-- rbac.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: agent}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: agent}
#                                                                       ^^^^^ ClusterRole agent is not kept here, so nobody sees what it grants
subjects: [{kind: ServiceAccount, name: agent, namespace: ops}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: debug, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: debug}
#                                                                ^^^^^ Role debug, which is bound here, allows commands in pods
subjects: [{kind: User, name: ann}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: debug, namespace: shop}
rules: [{apiGroups: [""], resources: [pods/exec], verbs: [create]}]
`},
	Good: []string{`
-- rbac.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: read, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: read}
subjects: [{kind: User, name: ann}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: read, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: view}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, name: ann}]
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if strings.HasSuffix(o.Kind, "Binding") {
			handsOut(p, o)
			return
		}
		for _, r := range o.Field("rules").Items() {
			_, told := grants(o, r, []power{{"", []string{"pods/exec", "pods/attach"}, []string{"create", "get"}}})
			if o.Group() != "rbac.authorization.k8s.io" || builtInRole(o) || told || !allowsExec(r) {
				continue // a rule that names exec without a wildcard is judged as such
			}
			f := finding(r, nil, "%s allows commands in pods, among other things", named(o))
			f.Aliases = aliases(polarisExec(o))
			f.Fix = &rule.Fix{Title: "list the resources that are used"}
			p.Report(f)
			break
		}
	}, "ClusterRoleBinding", "RoleBinding", "ClusterRole", "Role"),
}

// handsOut reports a binding whose role is elsewhere or allows much.
func handsOut(p *rule.Pass, o *manifest.Object) {
	ref := o.Field("roleRef")
	kind, name := ref.Get("kind").String(), ref.Get("name")
	if !isBinding(o) || name.String() == "" {
		return
	}
	f := finding(name, nil, "%s %s is not kept here, so nobody sees what it grants", kind, name.String())
	exec, everything := true, true
	var same noted
	if role := boundRole(p, o, kind, name.String()); role != nil {
		rules := role.Field("rules").Items()
		exec, everything = slices.ContainsFunc(rules, allowsExec), slices.ContainsFunc(rules, allowsEverything)
		secrets, pods := slices.ContainsFunc(rules, allowsSecrets), slices.ContainsFunc(rules, allowsPods)
		if (o.Kind == "ClusterRoleBinding") == (kind == "ClusterRole") { // kube-linter looks for the role of the binding's own reach
			same = same.when(secrets, "kube-linter:access-to-secrets").when(pods, "kube-linter:access-to-create-pods")
		}
		var what []string
		for _, can := range []struct {
			yes   bool
			words string
		}{{everything, "everything"}, {exec && !everything, "commands in pods"}, {secrets && !everything, "access to all secrets"}, {pods && !everything, "pods to be made"}} {
			if can.yes {
				what = append(what, can.words)
			}
		}
		if len(what) == 0 {
			return
		}
		f.Message = kind + " " + role.Name + ", which is bound here, allows " + verbList(what)
	}
	own := strings.HasPrefix(o.Name, "system:") || name.String() == "view" || o.Kind == "ClusterRoleBinding" && o.Name == "cluster-admin"
	f.Aliases = same.when(!own, bindingAliases(o.Kind, kind, exec, everything)...)
	if len(f.Aliases) == 0 {
		return
	}
	f.Fix = &rule.Fix{Title: "keep the role beside the binding, and narrow it to what is used"}
	p.Report(f)
}

// builtInRole reports whether a role has the name of one that every cluster has.
func builtInRole(o *manifest.Object) bool {
	return strings.HasPrefix(o.Name, "system:") || o.Kind == "ClusterRole" && (o.Name == "admin" || o.Name == "cluster-admin" || o.Name == "edit")
}

// polarisExec is polaris's check of the right to run commands, which it has
// twice.
func polarisExec(role *manifest.Object) string {
	if role.Kind == "ClusterRole" {
		return "polaris:clusterrolePodExecAttach"
	}
	return "polaris:rolePodExecAttach"
}

func allowsSecrets(r manifest.Field) bool {
	return hasAny(r.Get("resources"), "*", "secrets") && hasAny(r.Get("verbs"), "*", "get", "list", "watch", "create", "delete")
}

func allowsPods(r manifest.Field) bool {
	return hasAny(r.Get("resources"), "*", "pods", "deployments", "statefulsets", "replicasets", "jobs", "daemonsets") && hasAny(r.Get("verbs"), "*", "create")
}

// boundRole returns the role that a binding names, nil where it is elsewhere.
func boundRole(p *rule.Pass, binding *manifest.Object, kind, name string) *manifest.Object {
	for o := range beside(p, binding.Render) {
		if o.Kind == kind && o.Name == name && (kind == "ClusterRole" || sameNamespace(o.Namespace, binding.Namespace)) {
			return o
		}
	}
	return nil
}

func allowsExec(r manifest.Field) bool {
	return hasAny(r.Get("apiGroups"), "", "*") && hasAny(r.Get("resources"), "*", "pods/exec", "pods/attach") &&
		hasAny(r.Get("verbs"), "*", "get", "create")
}

// allowsEverything reports whether a rule of a role grants all verbs, by a
// wildcard or one by one, on all resources.
func allowsEverything(r manifest.Field) bool {
	verbs := r.Get("verbs").Strings()
	each := !slices.ContainsFunc([]string{"get", "list", "watch", "create", "update", "patch", "delete"}, func(v string) bool { return !slices.Contains(verbs, v) })
	return hasAny(r.Get("apiGroups"), "*") && hasAny(r.Get("resources"), "*") && (slices.Contains(verbs, "*") || each)
}

func hasAny(list manifest.Field, words ...string) bool {
	return slices.ContainsFunc(list.Strings(), func(s string) bool { return slices.Contains(words, s) })
}

// bindingAliases returns polaris's checks for the kinds of a binding and its role.
func bindingAliases(binding, role string, exec, everything bool) noted {
	switch {
	case binding == "ClusterRoleBinding":
		return aliases().when(everything, "polaris:clusterrolebindingClusterAdmin").when(exec, "polaris:clusterrolebindingPodExecAttach")
	case role == "ClusterRole":
		return aliases().when(everything, "polaris:rolebindingClusterAdminClusterRole").when(exec, "polaris:rolebindingClusterRolePodExecAttach")
	}
	return aliases().when(everything, "polaris:rolebindingClusterAdminRole").when(exec, "polaris:rolebindingRolePodExecAttach")
}

package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// A chain is how a workload comes to a right that amounts to all rights.
type chain struct {
	binding, role *manifest.Object
	// at is what grants it: the rule's resource or verb, or the binding's role.
	at manifest.Field
	// does says what the account may do, prize what that comes to.
	does, prize string
}

// masterKeys are the rights from which every other can be had, cluster-wide.
// https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
var masterKeys = [...]struct {
	power
	does, prize string
}{
	{power{"*", []string{"*"}, []string{"*"}}, "do everything", "the cluster"},
	{power{"rbac.authorization.k8s.io", []string{"clusterroles", "roles", "*"}, []string{"escalate", "bind"}}, "give itself any role", "the cluster"},
	{power{"", []string{"users", "groups", "serviceaccounts", "*"}, []string{"impersonate"}}, "act as anyone", "the cluster"},
	{power{"", []string{"serviceaccounts/token"}, []string{"create"}}, "make a token of any account", "the cluster"},
	{power{"", []string{"nodes/proxy"}, []string{"create", "get"}}, "run commands in any pod by the kubelet", "the cluster"},
	{power{"", []string{"pods/exec"}, []string{"create"}}, "run commands in any pod", "what all of them have"},
	{power{"", []string{"secrets", "*"}, []string{"list"}}, "read every secret", "what all applications keep secret"},
}

// chainOf returns a way by which a workload's account comes to such a right
// in all namespaces, by the bindings and roles that are known here.
func chainOf(p *rule.Pass, w *manifest.Workload) (chain, bool) {
	g := p.Graph(w.Object.Render)
	for _, grant := range g.Grants(w) {
		if !grant.Everywhere || grant.Subject.Kind == "Group" {
			continue // groups of all accounts are another rule's matter
		}
		if grant.RoleName == "cluster-admin" {
			return chain{binding: grant.Binding, at: grant.Binding.Field("roleRef", "name"), does: "do everything", prize: "the cluster"}, true
		}
		if grant.Role == nil {
			continue
		}
		if c, ok := masterKey(g, grant.Role); ok {
			c.binding, c.role = grant.Binding, grant.Role
			return c, true
		}
	}
	return chain{}, false
}

// masterKey returns the rule of a role that amounts to all rights.
func masterKey(g *manifest.Graph, role *manifest.Object) (chain, bool) {
	rules := g.Rules(role)
	for _, k := range masterKeys {
		for _, entry := range rules {
			verbs := entry.Get("verbs").Strings()
			if k.group == "*" && !(slices.Contains(verbs, "*") && slices.Contains(entry.Get("apiGroups").Strings(), "*")) {
				continue
			}
			if h, granted := grants(role, entry, []power{k.power}); granted {
				return chain{at: h.resource, does: k.does, prize: k.prize}, true
			}
		}
	}
	return chain{}, false
}

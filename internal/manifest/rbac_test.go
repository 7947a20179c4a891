package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const roles = `
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: whole}, aggregationRule: {clusterRoleSelectors: [{matchLabels: {part: "yes"}}]}, rules: [{apiGroups: [""], resources: [never], verbs: [get]}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: part, labels: {part: "yes", rbac.authorization.k8s.io/aggregate-to-view: "true"}}, rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: apart}, rules: []}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: whole}, roleRef: {kind: ClusterRole, name: whole}, subjects: [{kind: ServiceAccount, name: runner, namespace: ops}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: own, namespace: ops}, roleRef: {kind: Role, name: own}, subjects: [{kind: ServiceAccount, name: runner}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: builtin, namespace: shop}, roleRef: {kind: ClusterRole, name: admin}, subjects: [{kind: Group, name: "system:serviceaccounts:ops"}, {kind: User, name: "system:serviceaccount:ops:runner"}]}
---
{apiVersion: v1, kind: Pod, metadata: {name: runner, namespace: ops}, spec: {serviceAccountName: runner, containers: [{name: c, image: a}]}}
`

func TestAggregatedRoles(t *testing.T) {
	g := NewGraph(plainRender(t, roles))
	part, whole := g.Find("ClusterRole", "", "part"), g.Find("ClusterRole", "", "whole")
	require.Equal(t, []string{"admin", "edit", "part", "view", "whole"}, g.Carriers(part))
	require.Equal(t, []string{"whole"}, g.Carriers(whole))
	require.Equal(t, []string{"ClusterRoleBinding /whole", "RoleBinding shop/builtin"}, sortedNames(g.Bound(part)))
	require.Empty(t, g.Bound(g.Find("ClusterRole", "", "apart")))
	rules := g.Rules(whole)
	require.Len(t, rules, 1)
	require.Equal(t, []string{"secrets"}, rules[0].Get("resources").Strings(), "what the manifest says itself is overwritten by the cluster")
}

func TestGrants(t *testing.T) {
	g := NewGraph(plainRender(t, roles))
	w := g.WorkloadsIn("ops")[0]
	var got []string
	for _, grant := range g.Grants(w) {
		got = append(got, grant.Binding.Name+" "+grant.RoleName+" in "+grant.Namespace+" as "+grant.Subject.String())
	}
	require.Equal(t, []string{
		"whole whole in  as ServiceAccount ops/runner", "own own in ops as ServiceAccount ops/runner",
		"builtin admin in shop as Group system:serviceaccounts:ops",
	}, got)
	require.Nil(t, g.Grants(w)[2].Role, "its rules are not known here")
	require.Equal(t, []*Workload{w}, g.Users(Subject{Kind: "Group", Name: "system:authenticated"}))
	require.Equal(t, []*Workload{w}, g.Users(Subject{Kind: "User", Name: "system:serviceaccount:ops:runner"}))
	require.Empty(t, g.Users(Subject{Kind: "User", Name: "jane"}))
	require.Empty(t, g.Users(Subject{Kind: "ServiceAccount", Name: "runner", Namespace: "shop"}))
}

func sortedNames(objects []*Object) []string {
	out := named(objects)
	if len(out) > 1 && out[0] > out[1] {
		out[0], out[1] = out[1], out[0]
	}
	return out
}

package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func named(objects []*Object) (out []string) {
	for _, o := range objects {
		out = append(out, o.Kind+" "+o.Namespace+"/"+o.Name)
	}
	return out
}

func TestGraphFinds(t *testing.T) {
	r := plainRender(t, labelled("web")+`---
{apiVersion: v1, kind: Secret, metadata: {name: db}}
---
{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: shop}}
---
{apiVersion: v1, kind: Secret, metadata: {name: other, namespace: ops}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: db, namespace: shop}}
`)
	g := NewGraph(r)
	require.Equal(t, "shop", g.Find("Secret", "shop", "db").Namespace, "the very namespace goes first")
	require.Equal(t, "", g.Find("Secret", "ops", "db").Namespace, "one that is given later matches any")
	require.Nil(t, g.Find("Secret", "shop", "other"))
	require.Nil(t, g.Find("ConfigMap", "shop", "other"))
	require.Equal(t, []string{"ConfigMap shop/db", "Secret /db", "Secret shop/db", "Secret ops/other"}, named(g.Of("ConfigMap", "Secret")))
	require.Len(t, g.WorkloadsIn("shop"), 1)
	require.Len(t, g.RunningAs("shop", "default"), 1)
	require.Empty(t, g.RunningAs("ops", "default"))
	require.False(t, g.Partial)
	require.True(t, NewGraph(r, &Render{Partial: true}).Partial)
}

func TestCustomResourcesSpeakOfWhatTheyMake(t *testing.T) {
	g := NewGraph(plainRender(t, `
{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: vault, namespace: shop}, spec: {target: {name: db}, data: [{secretKey: a}]}}
---
{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: sealed, namespace: shop}, spec: {encryptedData: {a: b}}}
---
{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: web, namespace: shop}, spec: {template: {spec: {containers: [{name: c, image: a, envFrom: [{secretRef: {name: needed}}]}]}}}}
---
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: x}, spec: {group: defined}}
`))
	require.Equal(t, "ExternalSecret", g.SpokenOf("shop", "db").Kind)
	require.Equal(t, "SealedSecret", g.SpokenOf("shop", "sealed").Kind)
	require.Nil(t, g.SpokenOf("ops", "db"), "of another namespace")
	require.Nil(t, g.SpokenOf("shop", "needed"), "a pod template names what it needs, not what it makes")
	require.Nil(t, g.SpokenOf("", "defined"))
	require.Nil(t, g.Brings())
	require.Equal(t, "HelmRelease", NewGraph(plainRender(t, "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: a}}")).Brings().Kind)
}

func TestGraphsKeepKustomizationsApart(t *testing.T) {
	a, b, k := plainRender(t, labelled("a")), plainRender(t, labelled("b")), plainRender(t, labelled("k"))
	k.Kustomize = true
	graphs := NewGraphs([]*Render{a, k, b})
	require.Equal(t, []*Render{a, b}, graphs.Of(a).Renders)
	require.Same(t, graphs.Of(a), graphs.Of(b))
	require.Equal(t, []*Render{k}, graphs.Of(k).Renders)
	require.Equal(t, []*Render{a, k, b}, graphs.All().Renders)
}

func TestServicesOfOtherFoldersAreWaysIn(t *testing.T) {
	pods := plainRender(t, labelled("web"))
	edge := plainRender(t, `
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}}}
---
{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: shop, namespace: shop}, spec: {routes: [{match: a, services: [{name: web, port: 80}]}, {match: b, services: [{name: web, port: 80}]}]}}
`)
	ways := NewGraph(pods, edge).Exposures(pods.Workloads()[0])
	require.Len(t, ways, 1, "two routes of one object are one way")
	require.Equal(t, "IngressRoute shop/shop -> Service shop/web", ways[0].String())
}

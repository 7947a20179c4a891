package manifest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func mustNode(t *testing.T, text string) *yaml.Node {
	t.Helper()
	n, err := yaml.Parse(text)
	require.NoError(t, err)
	return n.YNode()
}

// pod is a pod of namespace shop with one label.
func labelled(name string) string {
	return "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: shop, labels: {app: " + name + "}}, spec: {containers: [{name: c, image: a}]}}\n"
}

func TestServicesSelectWorkloads(t *testing.T) {
	r := plainRender(t, labelled("web")+labelled("cart")+`---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {type: NodePort, selector: {app: web}}}
---
{apiVersion: v1, kind: Service, metadata: {name: one-of-many, namespace: shop}, spec: {selector: {app: web, statefulset.kubernetes.io/pod-name: web-0}}}
---
{apiVersion: v1, kind: Service, metadata: {name: elsewhere, namespace: other}, spec: {selector: {app: web}}}
---
{apiVersion: v1, kind: Service, metadata: {name: no-selector, namespace: shop}}
---
{apiVersion: v1, kind: Service, metadata: {name: dangling, namespace: shop}, spec: {selector: {app: gone}}}
---
{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: other-group, namespace: shop}}
`)
	got := map[string]string{}
	for _, s := range r.Services() {
		names := []string{s.Type}
		for _, w := range s.Workloads {
			names = append(names, w.Object.Name)
		}
		got[s.Object.Name] = strings.Join(names, " ")
	}
	require.Equal(t, map[string]string{"web": "NodePort web", "one-of-many": "ClusterIP web", "elsewhere": "ClusterIP", "no-selector": "ClusterIP", "dangling": "ClusterIP"}, got)
}

func TestSelectors(t *testing.T) {
	for text, want := range map[string]bool{
		"{}":                              true,
		"{matchLabels: {}}":               true,
		"{matchLabels: {app: web}}":       true,
		"{matchLabels: {app: cart}}":      false,
		"{matchLabels: {app: web, b: c}}": false,
		"{matchExpressions: [{key: app, operator: In, values: [web, cart]}]}":  true,
		"{matchExpressions: [{key: app, operator: In, values: [cart]}]}":       false,
		"{matchExpressions: [{key: app, operator: NotIn, values: [cart]}]}":    true,
		"{matchExpressions: [{key: tier, operator: NotIn, values: [front]}]}":  true,
		"{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}":     false,
		"{matchExpressions: [{key: app, operator: Exists}]}":                   true,
		"{matchExpressions: [{key: tier, operator: Exists}]}":                  false,
		"{matchExpressions: [{key: tier, operator: DoesNotExist}]}":            true,
		"{matchExpressions: [{key: app, operator: DoesNotExist}]}":             false,
		"{matchExpressions: [{key: app, operator: Resembles, values: [web]}]}": false,
	} {
		o := &Object{root: mustNode(t, text)}
		require.Equal(t, want, Selector{o.Root()}.Matches(map[string]string{"app": "web"}), text)
	}
	require.True(t, Selector{}.Matches(nil), "an absent selector selects everything")
}

func exposures(t *testing.T, text string) []string {
	t.Helper()
	r := plainRender(t, labelled("web")+"---\n{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}}}\n---\n"+text)
	require.Len(t, r.Workloads(), 1)
	var out []string
	for _, e := range NewGraph(r).Exposures(r.Workloads()[0]) {
		names := []string{e.Kind + ":"}
		for _, o := range e.Path {
			names = append(names, o.Kind+"/"+o.Name)
		}
		out = append(out, strings.Join(names, " "))
	}
	return out
}

func TestExposures(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"none":          {"{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}", nil},
		"load balancer": {"{apiVersion: v1, kind: Service, metadata: {name: lb, namespace: shop}, spec: {type: LoadBalancer, selector: {app: web}}}", []string{"LoadBalancer: Service/lb"}},
		"ingress": {`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: shop}
spec: {rules: [{host: a}, {http: {paths: [{backend: {resource: {name: x}}}, {backend: {service: {name: web}}}]}}]}
`, []string{"Ingress: Ingress/i Service/web"}},
		"default backend":              {"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: shop}, spec: {defaultBackend: {service: {name: web}}}}", []string{"Ingress: Ingress/i Service/web"}},
		"old ingress":                  {"{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: i, namespace: shop}, spec: {backend: {serviceName: web}}}", []string{"Ingress: Ingress/i Service/web"}},
		"ingress of another namespace": {"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}, spec: {defaultBackend: {service: {name: web}}}}", nil},
		"openshift":                    {"{apiVersion: route.openshift.io/v1, kind: Route, metadata: {name: r, namespace: shop}, spec: {to: {name: web}}}", []string{"Ingress: Route/r Service/web"}},
		"gateway": {`apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g, namespace: infra}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: routes}
spec: {parentRefs: [{name: g, namespace: infra}], rules: [{backendRefs: [{name: other}, {name: web, namespace: shop}]}]}
`, []string{"Gateway: Gateway/g HTTPRoute/r Service/web"}},
		"route to something else": {"{apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute, metadata: {name: r, namespace: shop}, spec: {rules: [{backendRefs: [{kind: Bucket, name: web}]}]}}", nil},
		"istio": {`apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: g, namespace: shop}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: shop}
spec: {gateways: [g, mesh], http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]}
`, []string{"Gateway: Gateway/g VirtualService/v Service/web"}},
		"istio inside the mesh":    {"{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: v, namespace: shop}, spec: {gateways: [mesh], http: [{route: [{destination: {host: web}}]}]}}", nil},
		"istio of another service": {"{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: v, namespace: shop}, spec: {gateways: [infra/g], tcp: [{route: [{destination: {host: web.other}}]}]}}", nil},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tt.want, exposures(t, tt.text)) })
	}
}

func TestIsolation(t *testing.T) {
	for name, tt := range map[string]struct {
		policy          string
		ingress, egress bool
		unknown         bool
	}{
		"default deny":            {"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n, namespace: shop}, spec: {podSelector: {}}}", true, false, false},
		"both directions":         {"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n, namespace: shop}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}", true, true, false},
		"egress rules alone":      {"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n, namespace: shop}, spec: {podSelector: {}, egress: [{}]}}", true, true, false},
		"egress only":             {"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n, namespace: shop}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}}", false, true, false},
		"other pods":              {"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n, namespace: shop}, spec: {podSelector: {matchLabels: {app: cart}}}}", false, false, false},
		"other namespace":         {"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n, namespace: infra}, spec: {podSelector: {}}}", false, false, false},
		"cilium":                  {"{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: n, namespace: shop}}", false, false, true},
		"cilium elsewhere":        {"{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: n, namespace: infra}}", false, false, false},
		"cilium everywhere":       {"{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: n}}", false, false, true},
		"calico":                  {"{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: n, namespace: shop}}", false, false, true},
		"calico everywhere":       {"{apiVersion: crd.projectcalico.org/v1, kind: GlobalNetworkPolicy, metadata: {name: n}}", false, false, true},
		"of the administrator":    {"{apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: n}}", false, false, true},
		"of the same name merely": {"{apiVersion: example.com/v1, kind: NetworkPolicy, metadata: {name: n, namespace: shop}}", false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := plainRender(t, labelled("web")+"---\n"+tt.policy)
			got := NewGraph(r).Isolation(r.Workloads()[0])
			require.Equal(t, tt.ingress, got.Ingress)
			require.Equal(t, tt.egress, got.Egress)
			require.Equal(t, tt.unknown, got.Unknown)
			require.Equal(t, tt.ingress || tt.egress || tt.unknown, len(got.Policies) == 1)
		})
	}
}

func TestNamespaces(t *testing.T) {
	r := plainRender(t, "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}")
	require.Equal(t, "shop", r.Namespace("shop").Name)
	require.Nil(t, r.Namespace("other"))
	require.Nil(t, r.Namespace(""))
	require.Nil(t, (*Render)(nil).Namespace("shop"))
}

package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var danglingName = rule.Rule{
	ID:       "TW-K250",
	Name:     "dangling-name",
	Title:    "Claim, class, certificate or pull secret that does not exist",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A pod waits for ever for a claim or a pull secret that is not there, an Ingress of an unknown class is served by nobody, and one without its certificate by a self-signed one. There is a finding only where the same kustomization brings other objects of the kind, so that the name is likely to be wrong; about secrets, which most are made elsewhere, it is info.",
	Fix:      "Add the object, or correct its name or namespace.",
	Refs:     refs(practice, "M33", practice, "M34"),
	Bad: []string{`
-- kustomization.yaml --
resources: [web.yaml]
-- web.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec: {storageClassName: fst, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
#                        ^^^ PersistentVolumeClaim data names StorageClass fst, which does not exist here
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  imagePullSecrets: [{name: pull}]
#                           ^^^^ Pod web names Secret pull, which does not exist here
  containers: [{name: web, image: "example.com/web:1"}]
  volumes:
  - name: data
    persistentVolumeClaim: {claimName: dta}
#                                      ^^^ Pod web names PersistentVolumeClaim dta, which does not exist here
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: outer}
spec: {controller: example.com/ingress}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: inner
#                   ^^^^^ Ingress web names IngressClass inner, which does not exist here
  tls: [{hosts: [shop.example.com], secretName: web-tls}]
#                                               ^^^^^^^ Ingress web names Secret web-tls, which does not exist here
---
apiVersion: v1
kind: Secret
metadata: {name: tls-web, namespace: shop}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec: {storageClassName: gp3, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  imagePullSecrets: [{name: pull}]
  containers: [{name: web, image: "example.com/web:1"}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop, annotations: {cert-manager.io/cluster-issuer: letsencrypt}}
spec: {ingressClassName: nginx, tls: [{hosts: [shop.example.com], secretName: web-tls}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {gatewayClassName: istio, listeners: [{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: elsewhere}]}}]}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		if r.Partial {
			return
		}
		for _, w := range r.Workloads() {
			for _, v := range w.PodSpec.Get("volumes").Items() {
				absentee(p, w.Object, "PersistentVolumeClaim", v.Get("persistentVolumeClaim", "claimName"))
			}
			for _, s := range w.PodSpec.Get("imagePullSecrets").Items() {
				absentee(p, w.Object, "Secret", s.Get("name"))
			}
			for _, t := range w.Object.Field("spec", "volumeClaimTemplates").Items() {
				absentee(p, w.Object, "StorageClass", t.Get("spec", "storageClassName"))
			}
		}
		for _, o := range r.Objects {
			switch {
			case o.Kind == "PersistentVolumeClaim" && o.APIVersion == "v1":
				absentee(p, o, "StorageClass", o.Field("spec", "storageClassName"))
			case o.Kind == "Ingress" && o.Group() == "networking.k8s.io":
				absentee(p, o, "IngressClass", o.Field("spec", "ingressClassName"))
				for _, t := range o.Field("spec", "tls").Items() {
					certificate(p, o, t.Get("secretName"))
				}
			case o.Kind == "Gateway" && o.Group() == "gateway.networking.k8s.io":
				absentee(p, o, "GatewayClass", o.Field("spec", "gatewayClassName"))
				for _, l := range o.Field("spec", "listeners").Items() {
					for _, ref := range l.Get("tls", "certificateRefs").Items() {
						if ns := ref.Get("namespace").String(); ns == "" || ns == o.Namespace {
							certificate(p, o, ref.Get("name"))
						}
					}
				}
			case o.Kind == "ServiceAccount" && o.APIVersion == "v1":
				for _, list := range []string{"secrets", "imagePullSecrets"} {
					for _, ref := range o.Field(list).Items() {
						absentee(p, o, "Secret", ref.Get("name"))
					}
				}
			}
		}
	}),
}

// absentee reports a name of which there is nothing. Classes are the platform's as
// a rule, and claims are often made by hand: the finding is made where the render
// brings objects of the kind.
func absentee(p *rule.Pass, from *manifest.Object, kind string, name manifest.Field) {
	if !meantToBring(p, from.Render, kind) || !lacking(p, from, kind, name.String()) {
		return
	}
	f := finding(name, nil, "%s names %s %s, which does not exist here", named(from), kind, name.String())
	f.Key += "." + name.String()
	switch kind {
	case "PersistentVolumeClaim":
		f.Severity = rule.Medium
	case "Secret":
		f.Severity = rule.Info
	}
	f.Fix = &rule.Fix{Title: "add the " + kind + ", or correct its name"}
	p.Report(f)
}

// certificate reports the Secret of a certificate that nothing makes. cert-manager
// makes those of objects with one of its annotations.
func certificate(p *rule.Pass, o *manifest.Object, name manifest.Field) {
	for key := range o.Annotations() {
		if strings.HasPrefix(key, "cert-manager.io/") || strings.HasSuffix(key, "/tls-acme") {
			return
		}
	}
	absentee(p, o, "Secret", name)
}

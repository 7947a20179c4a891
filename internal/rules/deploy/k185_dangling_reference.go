package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var danglingReference = rule.Rule{
	ID:       "TW-K185",
	Name:     "dangling-secret-reference",
	Title:    "ConfigMap or Secret that does not exist",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A pod that asks for a ConfigMap, a Secret or a key that is not there does not start: it waits in CreateContainerConfigError or ContainerCreating, and a rolling update stops half way.",
	Fix:      "Add the object or the key, correct the name, or say `optional: true` where the program can do without.",
	Refs:     refs(practice, "M34"),
	Aliases:  []string{"kube-linter:env-value-from"},
	Bad: []string{`
-- kustomization.yaml --
resources: [web.yaml]
-- web.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {mode: fast}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: web
    image: example.com/web:1
    env:
    - name: MODE
      valueFrom: {configMapKeyRef: {name: settings, key: mod}}
#                                         ^^^^^^^^ container web asks for the key mod, which ConfigMap settings does not have
    envFrom:
    - configMapRef: {name: setings}
#                          ^^^^^^^ container web asks for ConfigMap setings, which does not exist here
  volumes:
  - name: tls
    secret: {secretName: tls}
#                        ^^^ the pod asks for Secret tls, which does not exist here
`},
	Good: []string{`
-- kustomization.yaml --
namespace: shop
resources: [web.yaml]
configMapGenerator: [{name: generated, literals: [a=b]}]
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: web
    image: example.com/web:1
    envFrom:
    - configMapRef: {name: generated}
    - secretRef: {name: db}
    - secretRef: {name: other, optional: true}
    env: [{name: A, valueFrom: {configMapKeyRef: {name: generated, key: a}}}]
  volumes:
  - {name: ca, configMap: {name: kube-root-ca.crt}}
  - {name: tls, secret: {secretName: web-tls}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: from-vault, namespace: shop}
spec: {target: {name: db}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web, namespace: shop}
spec: {secretName: web-tls}
`, `
-- app/kustomization.yaml --
namespace: shop
resources: [web.yaml]
-- app/web.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: own}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "example.com/web:1", envFrom: [{configMapRef: {name: shared}}]}]}
-- platform/kustomization.yaml --
namespace: shop
resources: [shared.yaml]
-- platform/shared.yaml --
# another overlay of the repository has it
apiVersion: v1
kind: ConfigMap
metadata: {name: shared}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		if partial(p, w.Object.Render) {
			return
		}
		told := map[string]bool{}
		for _, ref := range w.References() {
			if ref.Optional {
				continue
			}
			object, later := target(p, w, ref)
			if later || object != nil && !lacksKey(object, ref.Key) {
				continue
			}
			id := ref.Kind + "." + ref.Name + "." + ref.Key
			if told[id] {
				continue
			}
			told[id] = true
			p.Report(dangling(p, w, ref, object, id))
		}
	}),
}

// dangling words a reference whose object, or whose key in the object, is not
// there. Secrets are made outside of the repository as a rule, and plain
// manifests may be applied beside others.
func dangling(p *rule.Pass, w *manifest.Workload, ref manifest.DataReference, object *manifest.Object, id string) rule.Finding {
	f := finding(ref.Field, ref.Container, "%s asks for %s %s, which does not exist here", who(ref.Container), ref.Kind, ref.Name)
	f.Fix = &rule.Fix{Title: "add the " + ref.Kind + ", correct its name, or say optional: true"}
	switch {
	case object != nil:
		f.Message = who(ref.Container) + " asks for the key " + ref.Key + ", which " + ref.Kind + " " + ref.Name + " does not have"
		f.Fix = &rule.Fix{Title: "add the key, correct its name, or say optional: true"}
	case ref.Kind == "Secret":
		f.Severity = rule.Info
	case !meantToBring(p, w.Object.Render, ref.Kind):
		f.Severity = rule.Low
	}
	if ref.Env == "" {
		f.Aliases = []string{}
	}
	f.Key = id
	return f
}

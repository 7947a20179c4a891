package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReferences(t *testing.T) {
	w := plainRender(t, `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: c
    image: a
    env: [{name: A, valueFrom: {secretKeyRef: {name: one, key: k, optional: true}}}, {name: B, value: b}]
    envFrom: [{configMapRef: {name: two}}, {secretRef: {name: three}}]
  volumes:
  - {name: v, projected: {sources: [{secret: {name: four}}, {configMap: {name: five}}, {serviceAccountToken: {path: t}}]}}
  - {name: w, secret: {secretName: six}}
  - {name: x, csi: {driver: d, nodePublishSecretRef: {name: seven}}}
`).Workloads()[0]
	var got []string
	for _, r := range w.References() {
		s := r.Kind + " " + r.Name + " " + r.Env + r.Volume
		if r.Optional {
			s += " optional " + r.Key
		}
		got = append(got, s)
	}
	require.Equal(t, []string{"Secret one A optional k", "ConfigMap two ", "Secret three ", "Secret four v", "ConfigMap five v", "Secret six w", "Secret seven x"}, got)
}

func TestSecretAccesses(t *testing.T) {
	const text = `
{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: shop}}
---
{apiVersion: v1, kind: Secret, metadata: {name: other, namespace: ops}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: [{name: c, image: a, envFrom: [{secretRef: {name: db}}, {secretRef: {name: outside}}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: all, namespace: ops}, spec: {serviceAccountName: all, containers: [{name: c, image: a}]}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: all}, roleRef: {kind: ClusterRole, name: cluster-admin}, subjects: [{kind: ServiceAccount, name: all, namespace: ops}]}
---
{apiVersion: v1, kind: Pod, metadata: {name: starter, namespace: shop}, spec: {serviceAccountName: starter, containers: [{name: c, image: a}]}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: starter, namespace: shop}, roleRef: {kind: Role, name: starter}, subjects: [{kind: ServiceAccount, name: starter}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: starter, namespace: shop}, rules: [{apiGroups: [apps], resources: [deployments], verbs: [create]}, {apiGroups: [""], resources: [configmaps], verbs: [get]}]}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: silent, namespace: shop}, automountServiceAccountToken: false}
---
{apiVersion: v1, kind: Pod, metadata: {name: silent, namespace: shop}, spec: {serviceAccountName: silent, containers: [{name: c, image: a}]}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: silent, namespace: shop}, roleRef: {kind: ClusterRole, name: edit}, subjects: [{kind: ServiceAccount, name: silent}]}
`
	got := map[string][]string{}
	for _, s := range NewGraph(plainRender(t, text)).SecretAccesses() {
		key := s.Namespace + "/" + s.Name
		if s.Object == nil {
			key += " elsewhere"
		}
		for _, r := range s.Readers {
			how := r.Workload.Object.Name
			switch {
			case r.Given.Exists():
				how += " is given it"
			case r.ByPod:
				how += " starts pods"
			default:
				how += " reads by " + r.Grant.RoleName
			}
			got[key] = append(got[key], how)
		}
	}
	require.Equal(t, map[string][]string{
		"shop/db":                {"web is given it", "all reads by cluster-admin", "starter starts pods"},
		"shop/outside elsewhere": {"web is given it", "all reads by cluster-admin", "starter starts pods"},
		"ops/other":              {"all reads by cluster-admin"},
	}, got)
}

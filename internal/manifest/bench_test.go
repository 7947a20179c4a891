package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// BenchmarkLoad measures a small project, and each repository of the corpus
// where TIDEWAITER_CORPUS names one.
func BenchmarkLoad(b *testing.B) {
	archive, err := txtar.ParseFile("testdata/shop.txtar")
	require.NoError(b, err)
	open := map[string]func() *source.Repo{
		"shop": func() *source.Repo { return source.OpenFS(archiveFS(archive)) },
	}
	if dir := os.Getenv("TIDEWAITER_CORPUS"); dir != "" {
		entries, err := os.ReadDir(dir)
		require.NoError(b, err)
		for _, e := range entries {
			if !e.IsDir() {
				continue
			}
			open[e.Name()] = func() *source.Repo {
				repo, err := source.Open(filepath.Join(dir, e.Name()))
				require.NoError(b, err)
				return repo
			}
		}
	}
	for name, open := range open {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				repo := open()
				_, err := Load(b.Context(), repo, Options{})
				require.NoError(b, err)
				require.NoError(b, repo.Close())
			}
		})
	}
}

// BenchmarkGraph measures what is asked of 2,400 objects together: ways in,
// policies, rights, secrets and quotas.
func BenchmarkGraph(b *testing.B) {
	var text strings.Builder
	for i := range 300 {
		fmt.Fprintf(&text, "---\n"+strings.TrimPrefix(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: n%[1]d}
spec: {replicas: 2, template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: web, containers: [{name: c, image: a, envFrom: [{secretRef: {name: db}}], resources: {limits: {cpu: 100m}}}]}}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: n%[1]d}, spec: {selector: {app: web}, ports: [{port: 80}]}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: n%[1]d}, spec: {defaultBackend: {service: {name: web}}}}
---
{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: n%[1]d}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: web, namespace: n%[1]d}, rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: web, namespace: n%[1]d}, roleRef: {kind: Role, name: web}, subjects: [{kind: ServiceAccount, name: web}]}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web, namespace: n%[1]d}, spec: {podSelector: {}}}
---
{apiVersion: v1, kind: ResourceQuota, metadata: {name: all, namespace: n%[1]d}, spec: {hard: {limits.cpu: 1, pods: 9}}}
`, "\n"), i)
	}
	repo := source.OpenFS(fstest.MapFS{"all.yaml": {Data: []byte(text.String())}})
	set, err := Load(b.Context(), repo, Options{})
	require.NoError(b, err)
	r := set.Renders[0]
	require.Len(b, r.Objects, 2400)
	for b.Loop() {
		g := NewGraph(r)
		for _, w := range r.Workloads() {
			require.Len(b, g.Exposures(w), 1)
			require.True(b, g.Isolation(w).Ingress)
			require.Len(b, g.Grants(w), 1)
		}
		require.Len(b, g.SecretAccesses(), 300)
		require.Empty(b, g.OverQuotas())
	}
}

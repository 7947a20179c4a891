package facts_test

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// shop is a small project: an image of Alpine with a library of its own, run by
// a Deployment that an Ingress exposes.
const shop = `
-- Dockerfile --
FROM alpine:3.20
COPY node_modules /app/node_modules
USER 65532
-- deploy/app.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.test/app:1.0
      - name: sidecar
        image: registry.test/other:1.0
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules:
  - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
-- image/app/image.yaml --
user: "65532"
history:
- created_by: ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / # buildkit
- created_by: COPY node_modules /app/node_modules # buildkit
- created_by: USER 65532
  empty_layer: true
-- image/app/layer-0/etc/os-release --
ID=alpine
VERSION_ID=3.20.3
-- image/app/layer-0/lib/apk/db/installed --
P:libssl3
V:3.3.2-r0
A:x86_64
o:openssl

-- image/app/layer-1/app/node_modules/lodash/package.json --
{"name":"lodash","version":"4.17.15"}
-- advisories/Alpine/ALPINE-CVE-2024-1.json --
{"id":"ALPINE-CVE-2024-1","modified":"2026-10-01T00:00:00Z","upstream":["CVE-2024-1"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
 "affected":[{"package":{"name":"openssl","ecosystem":"Alpine:v3.20"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3.3.3-r0"}]}]}]}
`

func TestLoadJoinsTheWorlds(t *testing.T) {
	p := ruletest.Load(t, ruletest.Parse(shop))
	require.Equal(t, facts.Have{Dockerfiles: true, Manifests: true, Images: true, Advisories: true}, p.Have)
	require.Len(t, p.Builds, 1)
	b := p.Builds[0]
	require.True(t, b.Matched)
	require.Equal(t, "Dockerfile:1:6", b.LayerSpan(0).String())
	require.Equal(t, "Dockerfile:2:1", b.LayerSpan(1).String())
	require.Len(t, b.Deployed, 1)

	require.Len(t, p.Deployments, 1, "the sidecar's image was not given")
	d := p.Deployments[0]
	require.Equal(t, "web", d.Container.Name)
	require.Equal(t, []*facts.Build{b}, d.Builds)
	var kinds []string
	for _, e := range d.Exposures {
		kinds = append(kinds, e.Kind)
	}
	slices.Sort(kinds)
	require.Equal(t, []string{"Ingress", "NodePort"}, kinds)

	require.Len(t, p.Vulnerabilities, 1)
	v := p.Vulnerabilities[0]
	require.Equal(t, "CVE-2024-1", v.ID)
	require.Equal(t, "3.3.3-r0", v.Fixed)
	require.Equal(t, "critical", v.Severity)
	require.Equal(t, 0, v.Package.Layer)
	require.Equal(t, "2026-10-01", p.Advisories.Updated.Format("2006-01-02"))

	require.Equal(t, []source.NotAnalysed{{Concern: "advisories", Reason: p.NotAnalysed[0].Reason}}, p.NotAnalysed)
	require.Contains(t, p.NotAnalysed[0].Reason, "vulnerabilities of 1 npm packages are not known")
}

func TestLoadWithoutAdvisories(t *testing.T) {
	ex := ruletest.Parse(shop)
	ex.Advisories = nil
	p := ruletest.Load(t, ex)
	require.False(t, p.Have.Advisories)
	require.Empty(t, p.Vulnerabilities)
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "there is no advisory data; name it with --advisories")
}

func TestLoadNamesAnImageThatCannotBeRead(t *testing.T) {
	broken := &registry.Content{Ref: "registry.test/broken@sha256:0", Images: []registry.Image{{
		Config: []byte(`{"config":{},"rootfs":{"type":"layers","diff_ids":["sha256:0"]}}`),
		Layers: []registry.Layer{{Digest: "sha256:0", DiffID: "sha256:0", MediaType: "application/vnd.oci.image.layer.v1.tar",
			Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(bytes.NewReader([]byte("short"))), nil
			}}},
	}}}
	var mu strings.Builder
	_, err := facts.Load(context.Background(), facts.Sources{
		Repo: source.OpenFS(fstest.MapFS{}), Images: []facts.ImageSource{{Content: broken}},
		Progress: func(step string) { mu.WriteString(step + "\n") },
	})
	require.ErrorContains(t, err, "registry.test/broken@sha256:0")
	require.Contains(t, mu.String(), "read image registry.test/broken@sha256:0\n")
}

func TestLoadFindsPushedImagesInManifests(t *testing.T) {
	ex := ruletest.Parse(shop)
	p := ruletest.Load(t, ex)
	content := &registry.Content{Ref: "oci:out", Resolved: p.Images[0].Resolved}
	content.Resolved.Repo = ""
	s := facts.Sources{Repo: source.OpenFS(ex.Files), Images: []facts.ImageSource{{Content: content, Name: "registry.test/app:1.0"}}}
	loaded, err := facts.Load(context.Background(), s)
	require.NoError(t, err)
	require.Empty(t, loaded.Deployments, "an index of no platforms runs nothing")

	content.Images = []registry.Image{{Config: []byte(`{"config":{}}`)}}
	loaded, err = facts.Load(context.Background(), s)
	require.NoError(t, err)
	require.Len(t, loaded.Deployments, 1)
	s.Images[0].Name = ""
	loaded, err = facts.Load(context.Background(), s)
	require.NoError(t, err)
	require.Empty(t, loaded.Deployments)
	require.False(t, loaded.Builds[0].LayerSpan(0).Valid() && loaded.Builds[0].Fallback != loaded.Builds[0].LayerSpan(0))
}

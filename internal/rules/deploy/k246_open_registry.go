package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var openRegistry = rule.Rule{
	ID:       "TW-K246",
	Name:     "open-registry",
	Title:    "Container registry without authentication or TLS",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever reaches a registry without authentication can push: the next pod that pulls the tag runs their program. Without TLS the same can be done to images on the way.",
	Fix:      "Set `auth` (htpasswd or token) and `http.tls` in the registry's configuration, by file or by the `REGISTRY_AUTH` and `REGISTRY_HTTP_TLS_CERTIFICATE` variables.",
	Refs:     refs(nist, "4.2.1", nist, "4.2.3", practice, "M33"),
	Bad: []string{`
-- registry.yaml --
apiVersion: v1
kind: Pod
metadata: {name: registry, labels: {app: registry}}
spec:
  containers:
  - name: registry
    image: docker.io/library/registry:3
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the registry of container registry asks nobody who they are and speaks plain HTTP: whoever reaches it can push
`, `
-- registry.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: registry}
data:
  config.yml: |
    version: 0.1
    http: {addr: ":5000", tls: {certificate: /tls/tls.crt}}
---
apiVersion: v1
kind: Pod
metadata: {name: registry}
spec:
  containers:
  - {name: registry, image: "docker.io/library/registry:3", volumeMounts: [{name: config, mountPath: /etc/distribution}]}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the registry of container registry asks nobody who they are: whoever reaches it can push
  volumes: [{name: config, configMap: {name: registry}}]
`},
	Good: []string{`
-- registry.yaml --
apiVersion: v1
kind: Pod
metadata: {name: registry}
spec:
  containers:
  - name: registry
    image: docker.io/library/registry:3
    env: [{name: REGISTRY_AUTH, value: htpasswd}, {name: REGISTRY_HTTP_TLS_CERTIFICATE, value: /tls/tls.crt}]
  - {name: elsewhere, image: "docker.io/library/registry:3", volumeMounts: [{name: config, mountPath: /etc/docker/registry}]}
  - {name: mirror, image: "docker.io/library/registry:3", env: [{name: REGISTRY_PROXY_REMOTEURL, value: "https://registry-1.docker.io"}]}
  - {name: other, image: "example.com/team/registry:1"}
  volumes: [{name: config, configMap: {name: not-here}}]
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		if !ordinary(c) || !isRegistry(c.Image.Canonical) {
			return
		}
		text, at, known := registrySettings(p, c)
		if !known || strings.Contains(text, "remoteurl") {
			return // what only mirrors another registry cannot be pushed to
		}
		auth := strings.Contains(text, "registry_auth") || strings.Contains(text, "auth:")
		tls := strings.Contains(text, "registry_http_tls") || strings.Contains(text, "tls:") || behindTLS(p, c.Workload)
		if auth {
			return // plain HTTP inside the cluster alone is for a mesh or a proxy to judge
		}
		lack := "asks nobody who they are"
		if !tls {
			lack += " and speaks plain HTTP"
		}
		f := finding(c.Image.Field, c, "the registry of %s %s: whoever reaches it can push", who(c), lack)
		if at.Exists() {
			f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: at.Span(), Message: "its configuration"})
		}
		f.Fix = &rule.Fix{Title: "configure auth and TLS"}
		p.Report(f)
	}),
}

// isRegistry reports whether an image is the registry of the distribution project.
func isRegistry(canonical string) bool {
	switch canonical {
	case "docker.io/library/registry", "docker.io/distribution/distribution", "ghcr.io/distribution/distribution", "public.ecr.aws/docker/library/registry":
		return true
	}
	return false
}

// registrySettings returns the variables and the configuration of a registry in
// small letters; known is false where some of it is not here.
func registrySettings(p *rule.Pass, c *manifest.Container) (text string, at manifest.Field, known bool) {
	var b strings.Builder
	if len(c.Field.Get("envFrom").Items()) > 0 {
		return "", at, false
	}
	for _, e := range c.Field.Get("env").Items() {
		b.WriteString(e.Get("name").String() + "\n")
	}
	for _, m := range c.Field.Get("volumeMounts").Items() {
		path := m.Get("mountPath").String()
		if !strings.HasPrefix(path, "/etc/docker/registry") && !strings.HasPrefix(path, "/etc/distribution") {
			continue
		}
		i := slices.IndexFunc(c.Workload.PodSpec.Get("volumes").Items(), func(v manifest.Field) bool { return v.Get("name").String() == m.Get("name").String() })
		if i < 0 {
			return "", at, false
		}
		name := c.Workload.PodSpec.Get("volumes").Items()[i].Get("configMap", "name").String()
		o := p.Graph(c.Workload.Object.Render).Find("ConfigMap", c.Workload.Object.Namespace, name)
		if name == "" || o == nil {
			return "", at, false
		}
		at = o.Field("data")
		for _, v := range at.Entries() {
			b.WriteString(v.String() + "\n")
		}
	}
	for _, list := range []string{"args", "command"} {
		for _, arg := range c.Field.Get(list).Strings() {
			if strings.Contains(arg, ".y") && !at.Exists() {
				return "", at, false // a configuration of its own somewhere
			}
		}
	}
	return strings.ToLower(b.String()), at, true
}

// behindTLS reports whether an Ingress or Gateway in front ends TLS.
func behindTLS(p *rule.Pass, w *manifest.Workload) bool {
	return slices.ContainsFunc(p.Graph(w.Object.Render).Exposures(w), func(e manifest.Exposure) bool { return e.Path[0].Field("spec", "tls").Exists() })
}

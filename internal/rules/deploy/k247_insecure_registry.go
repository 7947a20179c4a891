package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var insecureRegistry = rule.Rule{
	ID:       "TW-K247",
	Name:     "insecure-registry",
	Title:    "Registry is spoken to without TLS, or without checking its certificate",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever is on the way between node and registry, or answers in its stead, gives the node another image and learns the credentials. A tag is all that such a node asks for.",
	Fix:      "Give the registry a certificate, and its authority to the runtime (`ca` in containerd's hosts.toml, `certs.d` of Docker and CRI-O); remove the exception.",
	Refs:     refs(nist, "4.2.1", practice, "M33"),
	Bad: []string{`
-- nodes.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: runtime}
data:
  daemon.json: |
    {"insecure-registries": ["registry.example.com:5000"], "live-restore": true}
#     ^^^^^^^^^^^^^^^^^^^ key daemon.json speaks to a registry without TLS or without checking its certificate (insecure-registries)
  hosts.toml: |
    server = "https://registry.example.com"
    [host."https://registry.example.com"]
    skip_verify = true
#   ^^^^^^^^^^^ key hosts.toml speaks to a registry without TLS or without checking its certificate (skip_verify)
  registries.conf: |
    [[registry]]
    location = "registry.example.com"
    insecure = true
#   ^^^^^^^^ key registries.conf speaks to a registry without TLS or without checking its certificate (insecure)
---
apiVersion: v1
kind: Pod
metadata: {name: build}
spec:
  containers:
  - name: kaniko
    image: example.com/kaniko:1
    args: [--destination=registry.example.com/web:1, --skip-tls-verify]
#                                                    ^^^^^^^^^^^^^^^^^ container kaniko speaks to a registry without TLS or without checking its certificate (--skip-tls-verify)
---
apiVersion: config.openshift.io/v1
kind: Image
metadata: {name: cluster}
spec:
  registrySources:
    insecureRegistries: [registry.example.com]
#   ^^^^^^^^^^^^^^^^^^ Image cluster speaks to registry.example.com without TLS or without checking its certificate
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: web}
spec: {url: "oci://registry.example.com/web", insecure: true}
#                                                       ^^^^ OCIRepository web speaks to oci://registry.example.com/web without TLS or without checking its certificate
`},
	Good: []string{`
-- nodes.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: runtime}
data:
  daemon.json: |
    {"insecure-registries": [], "live-restore": true}
  local.json: |
    {"insecure-registries": ["127.0.0.0/8", "localhost:5000"]}
  hosts.toml: |
    [host."https://registry.example.com"]
      skip_verify = false
  prometheus.yml: |
    tls_config: {insecure_skip_verify: true}
---
apiVersion: v1
kind: Pod
metadata: {name: build}
spec: {containers: [{name: other, image: "example.com/other:1", args: [--insecure]}, {name: kaniko, image: "example.com/kaniko:1", args: [--destination=registry.example.com/web:1]}]}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		var found []rule.Finding
		for _, o := range r.Objects {
			found = append(found, insecureIn(o)...)
		}
		for _, w := range r.Workloads() {
			found = append(found, insecureBuilders(w)...)
		}
		for _, f := range found {
			f.Fix = &rule.Fix{Title: "give the registry a certificate that the runtime trusts, and remove the exception"}
			p.Report(f)
		}
	}),
}

const withoutTLS = "without TLS or without checking its certificate"

// runtimeSettings are the exceptions that the configurations of containerd, Docker,
// CRI-O, Podman, BuildKit and k3s know.
// https://github.com/containerd/containerd/blob/main/docs/hosts.md
var runtimeSettings = lazyregexp.New(`(?m)["']?\b(insecure-registries|insecure_registries|insecure_skip_verify|skip_verify|insecure)["']?[ \t]*[=:][ \t]*(true\b|\[[^\]]*\w[^\]]*\])`)

// plainMirror is a mirror of containerd's old form that is plain HTTP.
var plainMirror = lazyregexp.New(`\b(endpoint)\s*=\s*\[\s*"http://([^"]+)"`)

func insecureIn(o *manifest.Object) []rule.Finding {
	switch {
	case o.Kind == "ConfigMap" && o.APIVersion == "v1":
		return insecureFiles(o)
	case o.Kind == "Image" && o.Group() == "config.openshift.io":
		if list := o.Field("spec", "registrySources", "insecureRegistries"); len(list.Items()) > 0 {
			f := finding(list, nil, "%s speaks to %s "+withoutTLS, named(o), verbList(list.Strings()))
			return []rule.Finding{f}
		}
	case o.Group() == "source.toolkit.fluxcd.io":
		if on, _ := o.Field("spec", "insecure").Bool(); on {
			return []rule.Finding{finding(o.Field("spec", "insecure"), nil, "%s speaks to %s "+withoutTLS, named(o), o.Field("spec", "url").String())}
		}
	}
	return nil
}

// insecureFiles judges the files of a ConfigMap that are a runtime's by their name
// or by what they speak of.
func insecureFiles(o *manifest.Object) []rule.Finding {
	var out []rule.Finding
	for name, value := range o.Field("data").Entries() {
		text := value.String()
		if !runtimeFile(name, text) {
			continue
		}
		for _, m := range append(runtimeSettings.FindAllStringSubmatch(text, maxSettings), plainMirror.FindAllStringSubmatch(text, maxSettings)...) {
			if local(m[2]) {
				continue
			}
			f := finding(value, nil, "key %s speaks to a registry "+withoutTLS+" (%s)", name, m[1])
			f.Key += "." + m[1]
			f.At = narrow(f.At, m[1])
			out = append(out, f)
			break
		}
	}
	return out
}

// runtimeFile reports whether a text configures how images are pulled.
func runtimeFile(name, text string) bool {
	switch name {
	case "daemon.json", "hosts.toml", "registries.conf", "registries.yaml", "buildkitd.toml":
		return true
	}
	return strings.Contains(text, "insecure-registries") || strings.Contains(text, "io.containerd.grpc.v1.cri") || strings.Contains(text, "io.containerd.cri.v1.images") ||
		strings.Contains(text, "[[registry]]") || strings.Contains(text, "insecure_registries")
}

// local reports whether a list names only this machine, of which nobody is in the
// way.
func local(list string) bool {
	for _, host := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(`[]"', `, r) }) {
		if !strings.HasPrefix(host, "localhost") && !strings.HasPrefix(host, "127.") && !strings.HasPrefix(host, "::1") {
			return false
		}
	}
	return true
}

// builderFlag is a flag of programs that push and pull images.
var builderFlag = lazyregexp.New(`^--(?:insecure(?:-pull|-registry)?|skip-tls-verify(?:-pull|-registry)?|(?:src-|dest-)?tls-verify=false|plain-http)(?:=|$)`)

func insecureBuilders(w *manifest.Workload) []rule.Finding {
	var out []rule.Finding
	for _, c := range w.Containers {
		tool := strings.ToLower(c.Image.Canonical)
		words := append(c.Field.Get("command").Items(), c.Field.Get("args").Items()...)
		if len(words) > 0 {
			tool += " " + words[0].String()
		}
		if !builds(tool) {
			continue
		}
		for _, word := range words {
			flag := word.String()
			if !builderFlag.MatchString(flag) || strings.HasSuffix(flag, "=false") && !strings.Contains(flag, "tls-verify=") {
				continue
			}
			f := finding(word, c, "%s speaks to a registry "+withoutTLS+" (%s)", who(c), flag)
			out = append(out, f)
			break
		}
	}
	return out
}

func builds(tool string) bool {
	for _, name := range []string{"kaniko", "buildah", "skopeo", "podman", "crane", "oras", "buildkit", "nerdctl", "dockerd", "docker:", "registry-creds", "regctl"} {
		if strings.Contains(tool, name) {
			return true
		}
	}
	return false
}

package deploy

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var copiedSecret = rule.Rule{
	ID:       "TW-K245",
	Name:     "copied-secret",
	Title:    "One secret in several namespaces",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Namespaces are what keeps applications apart. A secret that several of them hold is known to whoever may read secrets in one, and a break-in in the least of them is one in all.",
	Fix:      "Give each namespace a credential of its own, which can be revoked alone.",
	Refs:     refs(nist, "4.1.4", nist, "4.3.3", practice, "M48", practice, "M49"),
	Bad: []string{`
-- secrets.yaml --
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
stringData: {password: Zk3v9qpX7mm2wLq8}
---
apiVersion: v1
kind: Secret
metadata: {name: store, namespace: mail}
data: {password: WmszdjlxcFg3bW0yd0xxOA==}
#                ^^^^^^^^^^^^^^^^^^^^^^^^ key password of Secret mail/store holds what key password of Secret shop/db holds
---
apiVersion: v1
kind: Secret
metadata:
  name: pull
  namespace: shop
  annotations:
    reflector.v1.k8s.emberstack.com/reflection-auto-enabled: "true"
#                                                            ^^^^^^ Secret pull is copied into other namespaces
---
apiVersion: external-secrets.io/v1
kind: ClusterExternalSecret
metadata: {name: shared}
#                ^^^^^^ ClusterExternalSecret shared makes one secret in several namespaces
spec: {externalSecretSpec: {target: {name: shared}}}
`},
	Good: []string{`
-- secrets.yaml --
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
stringData: {user: application-user, password: changeme, url: "https://example.com/app", one: Zk3v9qpX7mm2wLq8}
---
apiVersion: v1
kind: Secret
metadata: {name: store, namespace: mail}
stringData: {user: application-user, password: changeme, url: "https://example.com/app", other: Zk3v9qpX7mm2wLq9}
---
apiVersion: v1
kind: Secret
metadata: {name: again, namespace: shop}
stringData: {password: Zk3v9qpX7mm2wLq8}
`},
	Sensitive: true,
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		g := p.Graph(r)
		if g.Renders[0] != r { // plain manifests of all folders are judged together, once
			return
		}
		reportCopies(p, g.Of("Secret"))
		for _, o := range g.Of("Secret", "SealedSecret") {
			notes := o.Field("metadata", "annotations")
			if o.Kind == "SealedSecret" {
				notes = o.Field("spec", "template", "metadata", "annotations")
			}
			for key, value := range notes.Entries() {
				if spreads(key, value.String()) {
					f := finding(value, nil, "%s is copied into other namespaces", named(o))
					f.Fix = &rule.Fix{Title: "give each namespace a credential of its own"}
					p.Report(f)
					break
				}
			}
		}
		for _, o := range g.Of("ClusterExternalSecret", "ClusterSecret") {
			if o.Custom() {
				f := finding(o.Field("metadata", "name"), nil, "%s makes one secret in several namespaces", named(o))
				f.Fix = &rule.Fix{Title: "give each namespace a credential of its own"}
				p.Report(f)
			}
		}
	}),
}

// reportCopies reports the values that Secrets of different namespaces have in
// common: once a Secret, at the first such value.
func reportCopies(p *rule.Pass, secrets []*manifest.Object) {
	type place struct {
		key   string
		value manifest.Field
	}
	first := map[string]place{}
	secrets = slices.SortedStableFunc(slices.Values(secrets), func(a, b *manifest.Object) int { return -strings.Compare(a.Namespace, b.Namespace) })
	for _, o := range secrets {
		if o.APIVersion != "v1" || o.Field("sops").Exists() {
			continue
		}
		told := false
		values := valuesByKey(o)
		for _, key := range slices.Sorted(maps.Keys(values)) {
			value := values[key]
			text := decoded(value, value.Path())
			if !worth(text) {
				continue
			}
			known, ok := first[text]
			if !ok {
				first[text] = place{key, value}
				continue
			}
			if other := known.value.Object(); other.Namespace != o.Namespace && !told && o.Namespace != "" && other.Namespace != "" {
				told = true
				f := finding(value, nil, "key %s of Secret %s/%s holds what key %s of Secret %s/%s holds", key, o.Namespace, o.Name, known.key, other.Namespace, other.Name)
				f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: known.value.Span(), Message: "the same value"})
				f.Key += "." + other.Namespace + "/" + other.Name
				f.Fix = &rule.Fix{Title: "give each namespace a credential of its own"}
				p.Report(f)
			}
		}
	}
}

// valuesByKey returns the values of a Secret.
func valuesByKey(o *manifest.Object) map[string]manifest.Field {
	fields := map[string]manifest.Field{}
	for _, part := range []string{"data", "stringData"} {
		for key, value := range o.Field(part).Entries() {
			fields[key] = value
		}
	}
	return fields
}

// decoded is what a value of a Secret says: data is base64.
func decoded(value manifest.Field, path string) string {
	text := value.String()
	if !strings.HasPrefix(path, "data.") {
		return text
	}
	if plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text)); err == nil {
		return string(plain)
	}
	return text
}

// worth reports whether a value is one that nobody has by chance.
func worth(text string) bool {
	if strings.HasPrefix(text, "ENC[") {
		return false
	}
	_, known := knownToken(text)
	return known || random(text) && !placeholder(text)
}

// spreads reports whether an annotation has a controller copy the Secret into other
// namespaces: reflector, replicator, kubed and config-syncer.
func spreads(key, value string) bool {
	switch key {
	case "reflector.v1.k8s.emberstack.com/reflection-allowed", "reflector.v1.k8s.emberstack.com/reflection-auto-enabled":
		return value == "true"
	case "replicator.v1.mittwald.de/replicate-to", "replicator.v1.mittwald.de/replicate-to-matching", "kubed.appscode.com/sync", "kubernetes.appscode.com/sync":
		return value != "" && value != "false"
	}
	return false
}

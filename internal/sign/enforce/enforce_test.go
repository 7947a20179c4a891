package enforce_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/tidewaiter/tidewaiter/internal/sign/enforce"
)

var digests = []string{"sha256:" + strings.Repeat("a", 64), "sha256:" + strings.Repeat("b", 64)}

const key = "-----BEGIN PUBLIC KEY-----\nMFkw\nAAAA\n-----END PUBLIC KEY-----\n"

func options(withKey, enforced bool) enforce.Options {
	o := enforce.Options{Images: []string{"ghcr.io/acme/app", "ghcr.io/acme/shop/*"}, Identity: `https://github.com/acme/app/.github/workflows/r.yml@refs/heads/"x"`, Issuer: "https://issuer.example",
		Policies: digests, MaxAge: 90 * 24 * time.Hour, Verifier: "https://verifier.example", VerdictType: "https://slsa.dev/verification_summary/v1",
		Enforce: enforced, Levels: map[string]string{"shop": "baseline", "web": "restricted"}}
	if withKey {
		o.Key, o.Identity = key, ""
	}
	return o
}

// documents parses what was written, strictly.
func documents(t *testing.T, kind string, o enforce.Options) (out []map[string]any, text string) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, enforce.Write(&b, kind, o))
	text = b.String()
	d := yaml.NewDecoder(&b)
	for {
		var doc map[string]any
		err := d.Decode(&doc)
		if err == io.EOF {
			return out, text
		}
		require.NoError(t, err, text)
		if doc != nil {
			out = append(out, doc)
		}
	}
}

// at follows keys and the first items of lists.
func at(t *testing.T, v any, path ...string) any {
	t.Helper()
	for _, p := range path {
		if list, ok := v.([]any); ok {
			require.NotEmpty(t, list, "%v", path)
			v = list[0]
		}
		m, ok := v.(map[string]any)
		require.True(t, ok, "%s of %v", p, path)
		require.Contains(t, m, p)
		v = m[p]
	}
	return v
}

func TestWrite(t *testing.T) {
	kinds := map[string]string{"policy-controller": "ClusterImagePolicy", "kyverno": "ClusterPolicy", "kyverno-images": "ImageValidatingPolicy", "admission": "ValidatingAdmissionPolicy", "namespaces": "Namespace"}
	require.Len(t, enforce.Kinds(), len(kinds))
	for _, kind := range enforce.Kinds() {
		for _, withKey := range []bool{true, false} {
			docs, text := documents(t, kind, options(withKey, false))
			require.Equal(t, kinds[kind], docs[0]["kind"])
			require.NotRegexp(t, "(?i)deny|mode: enforce|Action: Enforce|/enforce:", text, "%s starts by telling", kind)
			_, enforced := documents(t, kind, options(withKey, true))
			require.Regexp(t, "(?i)deny|mode: enforce|Action: Enforce|/enforce:", enforced, kind)
		}
	}
	require.ErrorContains(t, enforce.Write(io.Discard, "gatekeeper", options(true, false)), "one of admission")
}

func TestDemands(t *testing.T) {
	docs, _ := documents(t, "policy-controller", options(false, false))
	rego := at(t, docs[0], "spec", "authorities", "attestations", "policy", "data").(string)
	for _, word := range []string{`p.verificationResult == "PASSED"`, `"` + strings.Repeat("b", 64) + `"`, "7776000000000000", `"https://verifier.example"`} {
		require.Contains(t, rego, word)
	}
	require.Equal(t, options(false, false).Identity, at(t, docs[0], "spec", "authorities", "keyless", "identities", "subject"))
	docs, _ = documents(t, "policy-controller", options(true, false))
	require.Equal(t, key, at(t, docs[0], "spec", "authorities", "key", "data"))

	docs, _ = documents(t, "kyverno", options(true, false))
	attestation := at(t, docs[0], "spec", "rules", "verifyImages", "attestations")
	require.Equal(t, key, at(t, attestation, "attestors", "entries", "keys", "publicKeys"))
	conditions := at(t, attestation, "conditions", "all").([]any)
	require.Len(t, conditions, 4)
	require.Equal(t, map[string]any{"key": "{{ time_since('', '{{ timeVerified }}', '') }}", "operator": "LessThanOrEquals", "value": "2160h"}, conditions[3])

	docs, _ = documents(t, "kyverno-images", options(true, false))
	require.Equal(t, key, at(t, docs[0], "spec", "attestors", "cosign", "key", "data"))
	require.Len(t, at(t, docs[0], "spec", "validations"), 4)

	docs, _ = documents(t, "namespaces", options(true, false))
	require.Len(t, docs, 2)
	require.Equal(t, "baseline", at(t, docs[0], "metadata", "labels", "pod-security.kubernetes.io/warn"))
}

func TestPattern(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("a", 64)
	pattern := options(true, false).Pattern()
	for image, want := range map[string]bool{"ghcr.io/acme/app" + digest: true, "ghcr.io/acme/app:1.2" + digest: true, "ghcr.io/acme/shop/web" + digest: true,
		"ghcr.io/acme/app:1.2": false, "ghcr.io/acme/apps" + digest: false, "ghcrXio/acme/app" + digest: false, "evil.io/ghcr.io/acme/app" + digest: false, "ghcr.io/acme/app" + digest + "x": false} {
		if want {
			require.Regexp(t, pattern, image)
		} else {
			require.NotRegexp(t, pattern, image)
		}
	}
}

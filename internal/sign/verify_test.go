package sign_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

// signed is a world whose image bears both signatures of the first key.
func signed(t *testing.T, referrers bool) (world, sign.Receipt) {
	t.Helper()
	w := newWorld(t, referrers)
	receipt, err := sign.Sign(t.Context(), verdict(nil, w.at), w.at, client(), testKeys()[0], sign.About{})
	require.NoError(t, err)
	return w, receipt
}

// manifest is what tests take apart.
type manifest struct {
	SchemaVersion int                   `json:"schemaVersion"`
	MediaType     string                `json:"mediaType"`
	ArtifactType  string                `json:"artifactType,omitempty"`
	Config        registry.Descriptor   `json:"config"`
	Layers        []registry.Descriptor `json:"layers"`
	Subject       *registry.Descriptor  `json:"subject,omitempty"`
	Annotations   map[string]string     `json:"annotations,omitempty"`
}

func read(t *testing.T, w world, reference string) manifest {
	t.Helper()
	got, err := client().GetManifest(t.Context(), w.at.Repo, reference)
	require.NoError(t, err)
	var m manifest
	require.NoError(t, json.Unmarshal(got.Raw, &m))
	return m
}

func blob(t *testing.T, w world, digest string) []byte {
	t.Helper()
	b, err := client().GetBlob(t.Context(), w.at.Repo, digest, sign.MaxBundleBytes)
	require.NoError(t, err)
	return b
}

// unsign is a fresh registry with the same image and nothing else.
func unsign(t *testing.T, referrers bool) world { return newWorld(t, referrers) }

// putBundle attaches a bundle, as anyone may who can push.
func putBundle(t *testing.T, w world, m manifest, bundle []byte) {
	t.Helper()
	reg := client()
	for _, b := range [][]byte{bundle, []byte("{}")} {
		_, err := reg.PutBlob(t.Context(), w.at.Repo, b)
		require.NoError(t, err)
	}
	layer := m.Layers[0]
	layer.Data = nil
	layer.Size = int64(len(bundle))
	layer.Digest = registrytest.Digest(bundle)
	m.Layers = []registry.Descriptor{layer}
	raw, err := json.Marshal(m)
	require.NoError(t, err)
	_, err = reg.PutManifest(t.Context(), w.at.Repo, "", registry.ManifestMediaType, raw)
	require.NoError(t, err)
	require.NoError(t, reg.AddReferrerByTag(t.Context(), w.at.Repo, w.at.Digest, registry.Descriptor{
		MediaType: registry.ManifestMediaType, Digest: registrytest.Digest(raw), Size: int64(len(raw)), ArtifactType: m.ArtifactType, Annotations: m.Annotations}))
}

// putClassic stores a .sig manifest with one payload.
func putClassic(t *testing.T, w world, m manifest, payload []byte) {
	t.Helper()
	reg := client()
	_, err := reg.PutBlob(t.Context(), w.at.Repo, payload)
	require.NoError(t, err)
	m.Layers = []registry.Descriptor{{MediaType: m.Layers[0].MediaType, Size: int64(len(payload)), Digest: registrytest.Digest(payload), Annotations: m.Layers[0].Annotations}}
	raw, err := json.Marshal(m)
	require.NoError(t, err)
	_, err = reg.PutManifest(t.Context(), w.at.Repo, registry.FallbackTag(w.at.Digest)+".sig", registry.ManifestMediaType, raw)
	require.NoError(t, err)
}

// changed edits the envelope of a bundle.
func changed(t *testing.T, bundle []byte, change func(envelope map[string]any)) []byte {
	t.Helper()
	var doc map[string]any
	require.NoError(t, json.Unmarshal(bundle, &doc))
	change(doc["dsseEnvelope"].(map[string]any))
	out, err := json.Marshal(doc)
	require.NoError(t, err)
	return out
}

// flipped decodes base64, flips one bit of the middle byte and encodes again.
func flipped(t *testing.T, s string) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	require.NoError(t, err)
	b[len(b)/2] ^= 1
	return base64.StdEncoding.EncodeToString(b)
}

func TestVerifyTamperedBundle(t *testing.T) {
	both(t, func(t *testing.T, referrers bool) {
		from, receipt := signed(t, referrers)
		m := read(t, from, receipt.Bundle.Digest)
		good := blob(t, from, m.Layers[0].Digest)
		otherDigest := strings.Repeat("ab", 32)
		tampers := map[string]func(map[string]any){
			"signature": func(e map[string]any) {
				s := e["signatures"].([]any)[0].(map[string]any)
				s["sig"] = flipped(t, s["sig"].(string))
			},
			"payload":      func(e map[string]any) { e["payload"] = flipped(t, e["payload"].(string)) },
			"payload type": func(e map[string]any) { e["payloadType"] = "application/vnd.in-toto+jsom" },
			"no signature": func(e map[string]any) { e["signatures"] = []any{} },
			"subject": func(e map[string]any) {
				p, err := base64.StdEncoding.DecodeString(e["payload"].(string))
				require.NoError(t, err)
				hex := strings.TrimPrefix(from.at.Digest, "sha256:")
				require.Contains(t, string(p), hex)
				e["payload"] = base64.StdEncoding.EncodeToString(bytes.ReplaceAll(p, []byte(hex), []byte(otherDigest)))
			},
		}
		for name, tamper := range tampers {
			t.Run(name, func(t *testing.T) {
				w := unsign(t, referrers)
				putBundle(t, w, m, changed(t, good, tamper))
				requireRejected(t, w, 1)
			})
		}
		t.Run("not a bundle", func(t *testing.T) {
			w := unsign(t, referrers)
			putBundle(t, w, m, []byte("garbage"))
			requireRejected(t, w, 1)
		})
		t.Run("attached to another image", func(t *testing.T) {
			w := newWorld(t, referrers, "other")
			m := m
			m.Subject = &registry.Descriptor{MediaType: w.at.MediaType, Digest: w.at.Digest, Size: w.at.Size}
			putBundle(t, w, m, good)
			requireRejected(t, w, 1)
		})
		t.Run("untouched", func(t *testing.T) {
			w := unsign(t, referrers)
			putBundle(t, w, m, good)
			got, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), sign.Demands{Now: noon})
			require.NoError(t, err, "else the cases above prove nothing")
			require.NotEmpty(t, got.Bundle)
			require.Empty(t, got.Legacy)
		})
		t.Run("garbage beside a good one", func(t *testing.T) {
			w, _ := signed(t, referrers)
			putBundle(t, w, m, []byte("garbage"))
			got, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), sign.Demands{Now: noon})
			require.NoError(t, err)
			require.NotEmpty(t, got.Bundle)
		})
	})
}

func TestVerifyTamperedClassic(t *testing.T) {
	from, _ := signed(t, true)
	m := read(t, from, registry.FallbackTag(from.at.Digest)+".sig")
	good := blob(t, from, m.Layers[0].Digest)
	const annotation = "dev.cosignproject.cosign/signature"
	withSignature := func(s string) manifest {
		m := m
		m.Layers = []registry.Descriptor{m.Layers[0]}
		m.Layers[0].Annotations = map[string]string{annotation: s}
		return m
	}
	for name, c := range map[string]struct {
		m       manifest
		payload []byte
		image   []string
	}{
		"signature":     {withSignature(flipped(t, m.Layers[0].Annotations[annotation])), good, nil},
		"no signature":  {withSignature(""), good, nil},
		"payload":       {m, bytes.Replace(good, []byte(`"optional":null`), []byte(`"optional":nulL`), 1), nil},
		"another image": {m, good, []string{"other"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, true, c.image...)
			putClassic(t, w, c.m, c.payload)
			requireRejected(t, w, 1)
		})
	}
	w := unsign(t, true)
	putClassic(t, w, m, good)
	got, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), sign.Demands{Now: noon})
	require.NoError(t, err, "else the cases above prove nothing")
	require.Empty(t, got.Bundle)
	require.NotEmpty(t, got.Legacy)
}

// requireRejected: not accepted, decided, and each signature named.
func requireRejected(t *testing.T, w world, found int) {
	t.Helper()
	_, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), sign.Demands{Now: noon})
	var r *sign.RejectedError
	require.ErrorAs(t, err, &r)
	require.Len(t, r.Found, found, "%v", r.Found)
	require.Equal(t, w.at.Reference(), r.Reference)
}

func TestVerifyUnsigned(t *testing.T) {
	both(t, func(t *testing.T, referrers bool) {
		w := newWorld(t, referrers)
		requireRejected(t, w, 0)
	})
}

// TestVerifyOtherStatement: a statement signed by the same key that is no image
// signature, such as a failed scan, does not make an image signed.
func TestVerifyOtherStatement(t *testing.T) {
	w := newWorld(t, true)
	_, receipt := signed(t, true)
	from, _ := signed(t, true)
	m := read(t, from, receipt.Bundle.Digest)
	bundle, err := sign.BundleOf(testKeys()[0], "https://slsa.dev/verification_summary/v1", `{"verifier": {"id": "https://example.com"}, "verificationResult": "FAILED"}`, w.at.Digest)
	require.NoError(t, err)
	putBundle(t, w, m, bundle)
	requireRejected(t, w, 1)
}

// TestVerifyCannotTell: trouble with the registry is no verdict.
func TestVerifyCannotTell(t *testing.T) {
	for name, part := range map[string]string{"image": "/manifests/1.0", "referrers": "/referrers/", "classic": ".sig"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, true)
			w.Fail(func(r *http.Request) *registrytest.Fault {
				if strings.Contains(r.URL.Path, part) {
					return &registrytest.Fault{Status: 500}
				}
				return nil
			})
			_, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), sign.Demands{Now: noon})
			var e *registry.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, registry.Unavailable, e.Reason)
			var r *sign.RejectedError
			require.NotErrorAs(t, err, &r)
		})
	}
	t.Run("one layout is enough", func(t *testing.T) {
		w, _ := signed(t, true)
		w.Fail(func(r *http.Request) *registrytest.Fault {
			if strings.Contains(r.URL.Path, "/referrers/") {
				return &registrytest.Fault{Status: 500}
			}
			return nil
		})
		got, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), sign.Demands{Now: noon})
		require.NoError(t, err)
		require.NotEmpty(t, got.Legacy)
		require.Len(t, got.Ignored, 1)
	})
}

// TestVerifyServedOtherBytes: a registry that changes what it stored.
func TestVerifyServedOtherBytes(t *testing.T) {
	w, _ := signed(t, false)
	w.Fail(func(r *http.Request) *registrytest.Fault {
		if r.Method == http.MethodGet && (strings.Contains(r.URL.Path, "/blobs/") || strings.Contains(r.URL.Path, "/manifests/sha256:") || strings.HasSuffix(r.URL.Path, ".sig")) && !strings.HasSuffix(r.URL.Path, w.at.Digest) {
			return &registrytest.Fault{Corrupt: true}
		}
		return nil
	})
	requireRejected(t, w, 3)
}

func TestVerifyTooManyReferrers(t *testing.T) {
	w := newWorld(t, true)
	w.Answer(func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "/referrers/") {
			return false
		}
		list := make([]registry.Descriptor, registry.MaxReferrers+1)
		for i := range list {
			list[i] = registry.Descriptor{MediaType: registry.ManifestMediaType, Digest: w.at.Digest}
		}
		rw.Header().Set("Content-Type", registry.IndexMediaType)
		_ = json.NewEncoder(rw).Encode(registry.Index{SchemaVersion: 2, MediaType: registry.IndexMediaType, Manifests: list})
		return true
	})
	_, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), sign.Demands{Now: noon})
	require.ErrorContains(t, err, "limit of 200 referrers")
}

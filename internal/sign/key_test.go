package sign_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/encrypted"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/sign"
)

func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(k string) string { return m[k] }
}

// keyPair is a key file with the password "right", made once: scrypt is slow on
// purpose.
var keyPair = sync.OnceValues(func() (private, public []byte) {
	private, public, err := sign.GenerateKey([]byte("right"))
	if err != nil {
		panic(err)
	}
	return private, public
})

func TestKeyFromFileAndVariable(t *testing.T) {
	private, public := keyPair()
	dir := t.TempDir()
	file, pub := filepath.Join(dir, "cosign.key"), filepath.Join(dir, "cosign.pub")
	require.NoError(t, os.WriteFile(file, private, 0o600))
	require.NoError(t, os.WriteFile(pub, public, 0o600))

	want, err := sign.LoadPublicKey(pub, env())
	require.NoError(t, err)
	for name, lookup := range map[string]func(string) string{
		file:        env("COSIGN_PASSWORD", "right"),
		"env://KEY": env("COSIGN_PASSWORD", "right", "KEY", string(private)),
	} {
		key, err := sign.LoadKey(name, lookup)
		require.NoError(t, err, name)
		require.Equal(t, want, key.Public())
	}
	// The older name of the same envelope.
	old := strings.ReplaceAll(string(private), "SIGSTORE", "COSIGN")
	_, err = sign.ParseKey("old", []byte(old), []byte("right"))
	require.NoError(t, err)
}

func TestKeyErrorsNameTheNextStep(t *testing.T) {
	private, public := keyPair()
	big := filepath.Join(t.TempDir(), "big")
	require.NoError(t, os.WriteFile(big, make([]byte, sign.MaxKeyBytes+1), 0o600))
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	plain, err := x509.MarshalPKCS8PrivateKey(p384)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		key  string
		text string
		pass string
		want []string
	}{
		"wrong password":   {"env://K", string(private), "wrong", []string{"wrong password", "COSIGN_PASSWORD"}},
		"no password":      {"env://K", string(private), "", []string{"no password was given", "COSIGN_PASSWORD"}},
		"garbage":          {"env://K", "garbage", "right", []string{"no PEM block", "cosign generate-key-pair"}},
		"damaged":          {"env://K", pemOf("ENCRYPTED SIGSTORE PRIVATE KEY", []byte("{")), "right", []string{"damaged"}},
		"other envelope":   {"env://K", pemOf("ENCRYPTED SIGSTORE PRIVATE KEY", []byte(`{"kdf":{"name":"md5"}}`)), "right", []string{"damaged", "md5"}},
		"not PKCS8":        {"env://K", sealed(t, []byte("hello"), "right"), "right", []string{"PKCS #8"}},
		"public":           {"env://K", string(public), "right", []string{"public key cannot sign"}},
		"plain":            {"env://K", pemOf("PRIVATE KEY", plain), "", []string{"unencrypted", "cosign import-key-pair"}},
		"P-384":            {"env://K", sealed(t, plain, "right"), "right", []string{"P-256"}},
		"ed25519":          {"env://K", sealed(t, pkcs8(t, ed), "right"), "right", []string{"ed25519", "P-256"}},
		"empty variable":   {"env://K", "", "right", []string{"empty", "set it"}},
		"missing file":     {filepath.Join(t.TempDir(), "none"), "", "right", []string{"no such file", "cosign generate-key-pair"}},
		"too large":        {big, "", "right", []string{"limit of 65536 bytes"}},
		"other scheme":     {"awskms:///alias/key", "", "right", []string{"awskms", "not supported"}},
		"plugin by scheme": {"evil://x", "", "right", []string{"not supported"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sign.LoadKey(c.key, env("K", c.text, "COSIGN_PASSWORD", c.pass))
			var e *sign.KeyError
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.key, e.Key)
			for _, w := range c.want {
				require.ErrorContains(t, err, w)
			}
			require.NotContains(t, err.Error(), "right")
		})
	}
	for name, text := range map[string]string{"private": string(private), "garbage": "x", "damaged": pemOf("PUBLIC KEY", []byte("x")), "empty": pemOf("PUBLIC KEY", nil)} {
		_, err := sign.ParsePublicKey("k.pub", []byte(text))
		var e *sign.KeyError
		require.ErrorAs(t, err, &e, name)
	}
}

func pemOf(kind string, b []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
}

func sealed(t *testing.T, b []byte, pass string) string {
	t.Helper()
	e, err := encrypted.EncryptWithCustomKDFParameters(b, []byte(pass), encrypted.Legacy)
	require.NoError(t, err)
	return pemOf("ENCRYPTED SIGSTORE PRIVATE KEY", e)
}

func pkcs8(t *testing.T, key any) []byte {
	t.Helper()
	b, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return b
}

func FuzzCheckBundle(f *testing.F) {
	digest := "sha256:" + strings.Repeat("0a", 32)
	key := testKeys()[0]
	good, err := sign.BundleOf(key, sign.PredicateType, "{}", digest)
	require.NoError(f, err)
	require.NoError(f, sign.CheckBundle(good, digest, key.Public()))
	for _, seed := range [][]byte{good, []byte("{}"), []byte("null"), []byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}`),
		[]byte(strings.Replace(string(good), `"publicKey"`, `"certificate"`, 1)), good[:len(good)/2]} {
		f.Add(seed)
	}
	other := testKeys()[1].Public()
	f.Fuzz(func(t *testing.T, raw []byte) {
		require.Error(t, sign.CheckBundle(raw, digest, other), "no input is signed by a key that signed nothing")
	})
}

//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/embedded"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

const signPassword = "e2e password"

// signPart finds a program, by a variable or on the PATH. Under CI a missing
// part fails the test.
func signPart(t *testing.T, variable, name string) string {
	t.Helper()
	if p := os.Getenv(variable); p != "" {
		return p
	}
	p, err := exec.LookPath(name)
	if err == nil {
		return p
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: install it or set %s", name, variable)
	}
	t.Skipf("%s is missing: install it or set %s", name, variable)
	return ""
}

// signKeys writes a key pair as cosign does and returns its folder.
func signKeys(t *testing.T) (dir string, key *sign.Key) {
	t.Helper()
	dir = t.TempDir()
	private, public, err := sign.GenerateKey([]byte(signPassword))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cosign.key"), private, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cosign.pub"), public, 0o600))
	key, err = sign.ParseKey("cosign.key", private, []byte(signPassword))
	require.NoError(t, err)
	return dir, key
}

// signCosign runs cosign in the folder of the keys, with nothing of the machine's.
func signCosign(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, signPart(t, "COSIGN", "cosign"), args...)
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir, "COSIGN_PASSWORD=" + signPassword, "PATH=" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func signClient() *registry.Client {
	return registry.New(registry.Options{UserAgent: "tidewaiter-e2e"})
}

// signRegistries starts one registry of each kind and returns their hosts.
func signRegistries(t *testing.T) map[string]string {
	t.Helper()
	hosts := map[string]string{}
	for name, referrers := range map[string]bool{"in memory with referrers API": true, "in memory without": false} {
		srv := httptest.NewServer(embedded.Handler(referrers))
		t.Cleanup(srv.Close)
		hosts[name] = strings.TrimPrefix(srv.URL, "http://")
	}
	hosts["docker-registry"] = signDockerRegistry(t)
	return hosts
}

// signDockerRegistry starts Debian's docker-registry on a free port.
func signDockerRegistry(t *testing.T) string {
	t.Helper()
	program := signPart(t, "DOCKER_REGISTRY", "docker-registry")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	host := l.Addr().String()
	require.NoError(t, l.Close())
	dir := t.TempDir()
	config := fmt.Sprintf("version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %q}}\nhttp: {addr: %q}\n", dir+"/data", host)
	file := filepath.Join(dir, "config.yml")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	cmd := exec.Command(program, "serve", file)
	cmd.Stderr = &bytes.Buffer{}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	require.Eventually(t, func() bool {
		_, err := signClient().Resolve(t.Context(), host+"/none:none")
		return registry.IsNotFound(err)
	}, 20*time.Second, 50*time.Millisecond, "docker-registry: %s", cmd.Stderr)
	return host
}

// signPush pushes a small image under a name of its own.
func signPush(t *testing.T, host, name string) registry.Resolved {
	t.Helper()
	c, err := signClient().Open(t.Context(), "oci:"+registrytest.Layout(t, registrytest.Image(t, "amd64", name)))
	require.NoError(t, err)
	defer c.Close()
	at, err := signClient().Push(t.Context(), c, host+"/acme/"+name+":1.0")
	require.NoError(t, err)
	return at
}

func signVerdict(at registry.Resolved) policy.Verdict {
	project := &facts.Project{Images: []*image.Image{{Resolved: at}}}
	return policy.Judge(&policy.Policy{FailOn: rule.High}, nil, project, time.Now())
}

// signVerifications are the ways to ask cosign, by the layout each of them reads.
var signVerifications = map[string][]string{
	"bundle":  {"verify", "--key", "cosign.pub", "--insecure-ignore-tlog=true"},
	"classic": {"verify", "--key", "cosign.pub", "--insecure-ignore-tlog=true", "--new-bundle-format=false"},
}

func TestCosignAcceptsWhatWeSign(t *testing.T) {
	dir, key := signKeys(t)
	otherDir, _ := signKeys(t)
	for kind, host := range signRegistries(t) {
		t.Run(kind, func(t *testing.T) {
			at := signPush(t, host, "signed")
			unsigned := signPush(t, host, "unsigned")
			for range 2 { // the second run must not disturb anything
				_, err := sign.Sign(t.Context(), signVerdict(at), at, signClient(), key, sign.About{})
				require.NoError(t, err)
			}
			for layout, args := range signVerifications {
				for _, ref := range []string{at.Reference(), host + "/acme/signed:1.0"} {
					out, err := signCosign(t, dir, append(args, ref)...)
					require.NoError(t, err, "%s %s: %s", layout, ref, out)
					require.Contains(t, out, at.Digest)
				}
				out, err := signCosign(t, dir, append(args, unsigned.Reference())...)
				require.Error(t, err, "%s: unsigned", layout)
				require.Contains(t, out, "no signatures found")
				out, err = signCosign(t, otherDir, append(args, at.Reference())...)
				require.Error(t, err, "%s: other key", layout)
				require.Contains(t, out, "no matching")
			}
			out, err := signCosign(t, dir, "verify-attestation", "--key", "cosign.pub", "--insecure-ignore-tlog=true", "--type", sign.VerdictType, at.Reference())
			require.NoError(t, err, out)
			listed, err := signClient().Referrers(t.Context(), at.Repo, at.Digest)
			require.NoError(t, err)
			require.Len(t, listed, 2, "the signature and the verdict")
		})
	}
}

func TestWeAcceptWhatCosignSigns(t *testing.T) {
	dir, key := signKeys(t)
	for kind, host := range signRegistries(t) {
		t.Run(kind, func(t *testing.T) {
			for layout, format := range map[string]string{"bundle": "true", "classic": "false"} {
				at := signPush(t, host, layout)
				out, err := signCosign(t, dir, "sign", "--yes", "--key", "cosign.key", "--tlog-upload=false", "--use-signing-config=false",
					"--new-bundle-format="+format, at.Reference())
				require.NoError(t, err, out)
				got, err := sign.Verify(t.Context(), signClient(), at.Reference(), key.Public(), sign.Demands{Now: time.Now()})
				require.NoError(t, err, layout)
				require.Equal(t, layout == "bundle", got.Bundle != "")
				require.Equal(t, layout == "classic", got.Legacy != "")

				// Ours is added beside cosign's, and both stay valid.
				_, err = sign.Sign(t.Context(), signVerdict(at), at, signClient(), key, sign.About{})
				require.NoError(t, err)
				for name, args := range signVerifications {
					out, err := signCosign(t, dir, append(args, at.Reference())...)
					require.NoError(t, err, "%s: %s", name, out)
				}
			}
		})
	}
}

// TestCosignRefusesOneChangedByte takes a signed image to a fresh registry with
// one byte of one signature changed.
func TestCosignRefusesOneChangedByte(t *testing.T) {
	dir, key := signKeys(t)
	for kind, host := range signRegistries(t) {
		t.Run(kind, func(t *testing.T) {
			at := signPush(t, host, "app")
			receipt, err := sign.Sign(t.Context(), signVerdict(at), at, signClient(), key, sign.About{})
			require.NoError(t, err)
			for layout, digest := range map[string]string{"bundle": receipt.Bundle.Digest, "classic": receipt.Legacy.Digest} {
				// The same image under another name, with only the bad signature.
				to := at
				to.Repo = host + "/acme/tampered-" + layout
				signCopy(t, at, to)
				signCopyTampered(t, at, to, digest, layout)
				out, err := signCosign(t, dir, append(signVerifications[layout], to.Reference())...)
				require.Error(t, err, "%s: cosign accepts it", layout)
				require.Contains(t, out, "no matching")
				_, err = sign.Verify(t.Context(), signClient(), to.Reference(), key.Public(), sign.Demands{Now: time.Now()})
				var rejected *sign.RejectedError
				require.ErrorAs(t, err, &rejected, layout)
				require.Len(t, rejected.Found, 1, layout)
			}
		})
	}
}

func signCopy(t *testing.T, from, to registry.Resolved) {
	t.Helper()
	c, err := signClient().Open(t.Context(), from.Reference())
	require.NoError(t, err)
	_, err = signClient().Push(t.Context(), c, to.Repo+":1.0")
	require.NoError(t, err)
}

// signCopyTampered copies a signature's manifest with the signature changed.
func signCopyTampered(t *testing.T, from, to registry.Resolved, digest, layout string) {
	t.Helper()
	reg := signClient()
	m, err := reg.GetManifest(t.Context(), from.Repo, digest)
	require.NoError(t, err)
	var doc map[string]any
	require.NoError(t, json.Unmarshal(m.Raw, &doc))
	layer := doc["layers"].([]any)[0].(map[string]any)
	blob, err := reg.GetBlob(t.Context(), from.Repo, layer["digest"].(string), sign.MaxBundleBytes)
	require.NoError(t, err)
	config, err := reg.GetBlob(t.Context(), from.Repo, doc["config"].(map[string]any)["digest"].(string), sign.MaxBundleBytes)
	require.NoError(t, err)
	if layout == "bundle" {
		blob = signTamperedBundle(t, blob)
		delete(layer, "data")
		layer["digest"], layer["size"] = registrytest.Digest(blob), len(blob)
	} else {
		notes := layer["annotations"].(map[string]any)
		const name = "dev.cosignproject.cosign/signature"
		notes[name] = signFlipped(t, notes[name].(string))
	}
	for _, b := range [][]byte{blob, config} {
		_, err := reg.PutBlob(t.Context(), to.Repo, b)
		require.NoError(t, err)
	}
	raw, err := json.Marshal(doc)
	require.NoError(t, err)
	if layout == "classic" {
		_, err = reg.PutManifest(t.Context(), to.Repo, registry.FallbackTag(to.Digest)+".sig", m.MediaType, raw)
		require.NoError(t, err)
		return
	}
	_, err = reg.PutManifest(t.Context(), to.Repo, "", m.MediaType, raw)
	require.NoError(t, err)
	require.NoError(t, reg.AddReferrerByTag(t.Context(), to.Repo, to.Digest, registry.Descriptor{
		MediaType: m.MediaType, Digest: registrytest.Digest(raw), Size: int64(len(raw)), ArtifactType: doc["artifactType"].(string)}))
}

func signTamperedBundle(t *testing.T, raw []byte) []byte {
	t.Helper()
	var doc map[string]any
	require.NoError(t, json.Unmarshal(raw, &doc))
	sig := doc["dsseEnvelope"].(map[string]any)["signatures"].([]any)[0].(map[string]any)
	sig["sig"] = signFlipped(t, sig["sig"].(string))
	out, err := json.Marshal(doc)
	require.NoError(t, err)
	return out
}

func signFlipped(t *testing.T, s string) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	require.NoError(t, err)
	b[len(b)/2] ^= 1
	return base64.StdEncoding.EncodeToString(b)
}

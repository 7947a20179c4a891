package sign_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/sign"
	"github.com/tidewaiter/tidewaiter/internal/sign/signtest"
)

// services is the fake with what a signer needs of it.
type services struct {
	*signtest.Server
	material sign.Material
}

func newServices(t *testing.T) services {
	t.Helper()
	s := services{Server: signtest.New(t)}
	var err error
	s.material, err = sign.LoadMaterial(t.Context(), sign.MaterialOptions{File: s.TrustedRoot(t), Now: time.Now})
	require.NoError(t, err)
	return s
}

func (s services) signer(t *testing.T, rekor int) *sign.Keyless {
	t.Helper()
	config, err := sign.LoadServices(s.SigningConfig(t, rekor), time.Now())
	require.NoError(t, err)
	return sign.NewKeyless(sign.KeylessOptions{Token: sign.GitHubToken(s.Env), Services: config, Material: s.material,
		Transport: http.DefaultTransport, Timeout: 400 * time.Millisecond, Backoff: time.Millisecond, Now: time.Now})
}

func (s services) keeper(t *testing.T, o sign.IdentityOptions) *sign.Keeper {
	t.Helper()
	id, err := sign.NewIdentity(o)
	require.NoError(t, err)
	k, err := sign.NewKeeper(id, s.material)
	require.NoError(t, err)
	return k
}

// acme is the workflow that the fake's tokens speak of.
var acme = sign.IdentityOptions{Repository: "acme/app", Workflow: "release.yml", Ref: "refs/tags/v1"}

func now() time.Time { return time.Now().UTC() }

func TestKeyless(t *testing.T) {
	for name, rekor := range map[string]int{"Rekor v1": 1, "Rekor v2": 2} {
		t.Run(name, func(t *testing.T) {
			s, w := newServices(t), newWorld(t, true)
			receipt, err := sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), s.signer(t, rekor), sbomOf(w.at))
			require.NoError(t, err)
			require.Equal(t, 1, s.Count(signtest.OIDC))
			require.Equal(t, 1, s.Made, "one certificate serves all signatures")
			require.Equal(t, rekor == 1, receipt.Legacy.Digest != "", "the classic layout has no place for Rekor v2")
			signatures := 3
			if rekor == 1 {
				signatures++
			}
			require.Equal(t, signatures, s.Logged)
			require.Equal(t, signatures, s.Stamped)

			demands := sign.Demands{Now: now(), Verdict: true, MaxAge: time.Hour, Types: []string{sign.CycloneDXType}}
			got, err := sign.Verify(t.Context(), client(), w.tag, s.keeper(t, acme), demands)
			require.NoError(t, err)
			require.Equal(t, receipt.Bundle.Digest, got.Bundle)
			require.Equal(t, receipt.Legacy.Digest, got.Legacy)
			require.Empty(t, got.Ignored)

			// A second run changes nothing, and asks for no more than the token.
			s.Reset()
			again, err := sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), s.signer(t, rekor), sbomOf(w.at))
			require.NoError(t, err)
			require.Equal(t, receipt.Verdict.Digest, again.Verdict.Digest)
			require.Equal(t, []int{1, 0, 0, 0, 0}, []int{s.Count(signtest.OIDC), s.Count(signtest.Fulcio), s.Count(signtest.TSA), s.Count(signtest.RekorV1), s.Count(signtest.RekorV2)})
		})
	}
}

func TestKeylessIdentities(t *testing.T) {
	s, w := newServices(t), newWorld(t, true)
	_, err := sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), s.signer(t, 1), sign.About{})
	require.NoError(t, err)
	const workflow = "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1"
	for name, c := range map[string]struct {
		o  sign.IdentityOptions
		ok bool
	}{
		"exact":                      {sign.IdentityOptions{Identity: workflow}, true},
		"repository":                 {sign.IdentityOptions{Repository: "acme/app"}, true},
		"pattern":                    {sign.IdentityOptions{Repository: "acme/*"}, true},
		"workflow and ref":           {acme, true},
		"workflow at its ref":        {sign.IdentityOptions{Repository: "acme/app", Workflow: ".github/workflows/release.yml@refs/tags/v1"}, true},
		"by its full name":           {sign.IdentityOptions{Repository: "acme/*", Workflow: "acme/app/.github/workflows/release.yml"}, true},
		"prefix of the name":         {sign.IdentityOptions{Identity: strings.TrimSuffix(workflow, "1")}, false},
		"repository is a prefix":     {sign.IdentityOptions{Repository: "acme/ap"}, false},
		"dot is no pattern":          {sign.IdentityOptions{Repository: "acme/.pp"}, false},
		"other workflow":             {sign.IdentityOptions{Repository: "acme/app", Workflow: "test.yml"}, false},
		"other ref of the workflow":  {sign.IdentityOptions{Repository: "acme/app", Workflow: "release.yml@refs/tags/v11"}, false},
		"other ref":                  {sign.IdentityOptions{Repository: "acme/app", Ref: "refs/heads/main"}, false},
		"other issuer":               {sign.IdentityOptions{Repository: "acme/app", Issuer: "https://accounts.example.com"}, false},
		"other server":               {sign.IdentityOptions{Repository: "acme/app", Server: "https://git.example.com"}, false},
		"other repository, same way": {sign.IdentityOptions{Repository: "evil/app", Workflow: "acme/app/.github/workflows/release.yml"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sign.Verify(t.Context(), client(), w.tag, s.keeper(t, c.o), sign.Demands{Now: now()})
			if c.ok {
				require.NoError(t, err)
				return
			}
			var rejected *sign.RejectedError
			require.ErrorAs(t, err, &rejected)
			require.Len(t, rejected.Found, 3, "each signature with its reason")
		})
	}
	t.Run("under another root", func(t *testing.T) {
		var rejected *sign.RejectedError
		_, err := sign.Verify(t.Context(), client(), w.tag, newServices(t).keeper(t, acme), sign.Demands{Now: now()})
		require.ErrorAs(t, err, &rejected)
	})
	t.Run("by a key", func(t *testing.T) {
		var rejected *sign.RejectedError
		_, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), sign.Demands{Now: now()})
		require.ErrorAs(t, err, &rejected)
	})
}

// A reusable workflow signs for the repositories that call it.
func TestKeylessReusableWorkflow(t *testing.T) {
	s, w := newServices(t), newWorld(t, true)
	s.Claims["job_workflow_ref"] = "acme/ci/.github/workflows/sign.yml@refs/tags/v3"
	_, err := sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), s.signer(t, 1), sign.About{})
	require.NoError(t, err)
	with := func(repository, workflow string) error {
		_, err := sign.Verify(t.Context(), client(), w.tag, s.keeper(t, sign.IdentityOptions{Repository: repository, Workflow: workflow}), sign.Demands{Now: now()})
		return err
	}
	require.NoError(t, with("acme/*", "acme/ci/.github/workflows/sign.yml@refs/tags/v3"))
	require.NoError(t, with("acme/app", "acme/ci/.github/workflows/sign.yml"))
	require.ErrorContains(t, with("acme/other", "acme/ci/.github/workflows/sign.yml"), `is signed for the repository "https://github.com/acme/app"`)
	require.Error(t, with("acme/app", ""), "a workflow of another repository must be named")
}

func TestIdentityOptions(t *testing.T) {
	for why, o := range map[string]sign.IdentityOptions{
		"name who signed": {}, "either the identity": {Identity: "a", Repository: "b/c"}, "owner/name": {Repository: "acme"}, "an owner that is named": {Repository: "*/app"},
	} {
		_, err := sign.NewIdentity(o)
		require.ErrorContains(t, err, why)
	}
	for server, issuer := range map[string]string{"": sign.GitHubIssuer, "https://acme.ghe.com": "https://token.actions.acme.ghe.com", "https://git.example.com/": "https://git.example.com/_services/token"} {
		id, err := sign.NewIdentity(sign.IdentityOptions{Server: server, Repository: "a/b"})
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(id.String(), issuer), id)
	}
}

// Names that are not public stay out of public logs: nobody is asked but GitHub,
// for the token.
func TestKeylessKeepsPrivateNamesOutOfPublicLogs(t *testing.T) {
	s, w := newServices(t), newWorld(t, true)
	asked := 0
	strict := roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == signtest.OIDC {
			return http.DefaultTransport.RoundTrip(r)
		}
		asked++
		return nil, context.Canceled
	})
	signer := func(may bool) *sign.Keyless {
		return sign.NewKeyless(sign.KeylessOptions{Token: sign.GitHubToken(s.Env), Services: sign.PublicServices(), Material: s.material,
			MayPublish: may, Transport: strict, Timeout: 50 * time.Millisecond, Backoff: time.Millisecond, Now: time.Now})
	}
	for _, visibility := range []string{"private", "internal", ""} {
		s.Claims["repository_visibility"] = visibility
		w.Reset()
		_, err := sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), signer(false), sign.About{})
		var refused *sign.NotPublicError
		require.ErrorAs(t, err, &refused, visibility)
		require.ErrorContains(t, err, "sign: {log: public}")
		require.ErrorContains(t, err, "--signing-config")
		require.Zero(t, asked)
		require.Empty(t, w.Requests())
	}
	_, err := sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), signer(true), sign.About{})
	require.ErrorContains(t, err, "fulcio.sigstore.dev", "said to be meant, it is asked")
	require.Positive(t, asked)
	s.Claims["repository_visibility"] = "public"
	asked = 0
	_, err = sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), signer(false), sign.About{})
	require.Error(t, err)
	require.Positive(t, asked)

	// Services of one's own may be told everything.
	s.Claims["repository_visibility"] = "private"
	_, err = sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), s.signer(t, 1), sign.About{})
	require.NoError(t, err)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Whatever a service does, nothing is written that does not verify, and once the
// service is well the next run signs.
func TestKeylessFaults(t *testing.T) {
	faults := map[string]signtest.Fault{"429": {Status: 429}, "500": {Status: 500}, "refused": {Status: 400, Body: "no"},
		"garbage": {Status: 201, Body: "{}"}, "silent": {Hang: true}, "cut": {Break: true}}
	for _, part := range []string{signtest.Fulcio, signtest.TSA, signtest.RekorV1, signtest.RekorV2, signtest.OIDC} {
		for name, fault := range faults {
			t.Run(strings.Trim(part, "/")+" "+name, func(t *testing.T) {
				t.Parallel()
				rekor := 1
				if part == signtest.RekorV2 {
					rekor = 2
				}
				s, w := newServices(t), newWorld(t, true)
				s.Server.Fail(func(r *http.Request) *signtest.Fault {
					if strings.HasPrefix(r.URL.Path, part) {
						return &fault
					}
					return nil
				})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				receipt, err := sign.Sign(ctx, verdictAt(now(), nil, w.at), w.at, client(), s.signer(t, rekor), sign.About{})
				var service *sign.ServiceError
				require.ErrorAs(t, err, &service)
				require.NoError(t, ctx.Err(), "it gives up by itself")
				require.Zero(t, receipt)
				for _, r := range w.Requests() {
					require.NotRegexp(t, "^(PUT|POST) ", r)
				}
				s.Server.Fail(nil)
				_, err = sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), s.signer(t, rekor), sign.About{})
				require.NoError(t, err)
			})
		}
	}
}

// What passes by itself is waited for.
func TestKeylessPatience(t *testing.T) {
	s, w := newServices(t), newWorld(t, true)
	n := map[string]int{}
	s.Server.Fail(func(r *http.Request) *signtest.Fault {
		if n[r.URL.Path]++; n[r.URL.Path] > 2 || r.URL.Path == signtest.OIDC {
			return nil
		}
		return &signtest.Fault{Status: http.StatusServiceUnavailable}
	})
	_, err := sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), s.signer(t, 1), sign.About{})
	require.NoError(t, err)
}

func TestKeylessCancelled(t *testing.T) {
	s, w := newServices(t), newWorld(t, true)
	ctx, cancel := context.WithCancel(t.Context())
	s.Server.Fail(func(r *http.Request) *signtest.Fault {
		if r.URL.Path != signtest.OIDC {
			cancel()
			return &signtest.Fault{Hang: true}
		}
		return nil
	})
	_, err := sign.Sign(ctx, verdictAt(now(), nil, w.at), w.at, client(), s.signer(t, 1), sign.About{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestKeylessHints(t *testing.T) {
	s, w := newServices(t), newWorld(t, true)
	try := func(signer sign.Signer) error {
		_, err := sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), signer, sign.About{})
		return err
	}
	s.TokenAge = time.Hour
	require.ErrorContains(t, try(s.signer(t, 1)), "it has expired")
	s.TokenAge = 0
	s.Server.Fail(func(r *http.Request) *signtest.Fault {
		if r.URL.Path == signtest.OIDC {
			return &signtest.Fault{Status: http.StatusForbidden}
		}
		return nil
	})
	require.ErrorContains(t, try(s.signer(t, 1)), "permissions: id-token: write")
	s.Server.Fail(nil)

	other := newServices(t)
	stranger := services{s.Server, other.material}
	require.ErrorContains(t, try(stranger.signer(t, 1)), "must name the services that are asked")

	s.TokenAge = -4 * time.Hour
	s.Server.Now = func() time.Time { return time.Now().Add(-2 * time.Hour) }
	require.ErrorContains(t, try(s.signer(t, 1)), "are 2h0m0s apart")
	for _, r := range w.Requests() {
		require.NotRegexp(t, "^(PUT|POST) ", r)
	}
}

// A token from a file, of an issuer whose certificates are named in its own way.
func TestKeylessTokenFile(t *testing.T) {
	s, w := newServices(t), newWorld(t, true)
	delete(s.Claims, "job_workflow_ref")
	s.Claims["sub"] = "builder@example.com"
	token, err := s.Token("sigstore")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte(token+"\n"), 0o600))
	config, err := sign.LoadServices(s.SigningConfig(t, 1), time.Now())
	require.NoError(t, err)
	signer := sign.NewKeyless(sign.KeylessOptions{Token: sign.FileToken(file), Services: config, Material: s.material, Transport: http.DefaultTransport, Now: time.Now})
	_, err = sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), signer, sign.About{})
	require.NoError(t, err)
	_, err = sign.Verify(t.Context(), client(), w.tag, s.keeper(t, sign.IdentityOptions{Identity: "builder@example.com"}), sign.Demands{Now: now(), Verdict: true})
	require.NoError(t, err)

	require.Nil(t, sign.GitHubToken(func(string) string { return "" }), "no job of GitHub's")
	for _, bad := range []string{"", "a.b", "a.!.c", "a.bm90IGpzb24.c"} {
		require.NoError(t, os.WriteFile(file, []byte(bad), 0o600))
		_, err := sign.Sign(t.Context(), verdictAt(now(), nil, w.at), w.at, client(), sign.NewKeyless(sign.KeylessOptions{Token: sign.FileToken(file), Services: config, Material: s.material, Transport: http.DefaultTransport, Now: time.Now}), sign.About{})
		var service *sign.ServiceError
		require.ErrorAs(t, err, &service, bad)
	}
}

// Sixteen keyless runs on one digest leave one set, too.
func TestKeylessReplacesAndLeavesOne(t *testing.T) {
	both(t, func(t *testing.T, referrers bool) {
		s, w := newServices(t), newWorld(t, referrers)
		for i, v := range []time.Time{now().Add(-48 * time.Hour), now()} {
			r, err := sign.Sign(t.Context(), verdictAt(v, nil, w.at), w.at, client(), s.signer(t, 1), sbomOf(w.at))
			require.NoError(t, err)
			require.True(t, r.Verdict.New, i)
		}
		require.Equal(t, 1, attached(t, w, w.at)[sign.VerdictType])
		require.Equal(t, 1, attached(t, w, w.at)[sign.CycloneDXType])
	})
}

func TestLoadMaterial(t *testing.T) {
	m, err := sign.LoadMaterial(t.Context(), sign.MaterialOptions{Offline: true, Now: func() time.Time { return time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC) }})
	require.NoError(t, err)
	require.Contains(t, m.Source, "517 days old")
	require.NotEmpty(t, m.FulcioCertificateAuthorities())
	require.NotEmpty(t, m.RekorLogs())
	require.NotEmpty(t, m.CTLogs())

	// Where the network does not help, the last resort says why it is used.
	down := roundTrip(func(*http.Request) (*http.Response, error) { return nil, context.DeadlineExceeded })
	m, err = sign.LoadMaterial(t.Context(), sign.MaterialOptions{Transport: down, Now: time.Now})
	require.NoError(t, err)
	require.Contains(t, m.Source, "built-in")

	file := filepath.Join(t.TempDir(), "root.json")
	require.NoError(t, os.WriteFile(file, []byte("{}"), 0o600))
	for _, name := range []string{file, file + "none"} {
		_, err = sign.LoadMaterial(t.Context(), sign.MaterialOptions{File: name, Now: time.Now})
		require.ErrorContains(t, err, name)
		_, err = sign.LoadServices(name, time.Now())
		require.ErrorContains(t, err, name)
	}
}

func FuzzClassicAnnotations(f *testing.F) {
	f.Add("c2ln", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", `{"SignedEntryTimestamp":"AA==","Payload":{"body":"e30=","integratedTime":1,"logIndex":1,"logID":"00"}}`, `{"SignedRFC3161Timestamp":"AA=="}`)
	id, err := sign.NewIdentity(acme)
	require.NoError(f, err)
	m, err := sign.LoadMaterial(f.Context(), sign.MaterialOptions{Offline: true, Now: time.Now})
	require.NoError(f, err)
	k, err := sign.NewKeeper(id, m)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, sig, cert, log, stamp string) {
		require.Error(t, sign.CheckClassic(k, map[string]string{"dev.cosignproject.cosign/signature": sig, "dev.sigstore.cosign/certificate": cert, "dev.sigstore.cosign/bundle": log, "dev.sigstore.cosign/rfc3161timestamp": stamp}))
	})
}

package secret

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// private returns a private key in PEM, made here and used nowhere.
func private(t testing.TB) string {
	t.Helper()
	seed := bytes.Repeat([]byte("tidewaiter tests"), 2)
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(seed))
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// samples are one secret of each important form. They are put together from
// pieces, so that nobody's scanner takes this file for a leak.
func samples(t testing.TB) map[string]string {
	return map[string]string{
		"private-key":                        private(t),
		"aws-access-token":                   "AKIA" + random("aws", upper, 16),
		"github-pat":                         "ghp_" + random("ghp", alnum, 36),
		"github-fine-grained-pat":            "github_pat_" + random("ghf", alnum, 82),
		"github-oauth":                       "gho_" + random("gho", alnum, 36),
		"gitlab-pat":                         "glpat-" + random("glpat", alnum, 20),
		"slack-bot-token":                    "xoxb-" + random("x1", digits, 12) + "-" + random("x2", digits, 12) + random("x3", alnum, 24),
		"npm-access-token":                   "npm_" + random("npm", lower, 36),
		"pypi-upload-token":                  "pypi-AgEIcHlwaS5vcmc" + random("pypi", alnum, 60),
		"jwt":                                "eyJ" + random("j1", alnum, 30) + ".eyJ" + random("j2", alnum, 40) + "." + random("j3", alnum, 43),
		"twilio-api-key":                     "SK" + random("twilio", hexa, 32),
		"vault-service-token":                "hvs." + random("vault", alnum, 95),
		"facebook-page-access-token":         "EAAM" + random("fb", alnum, 110),
		"square-access-token":                "sq0atp-" + random("square", alnum, 22),
		"authress-service-client-access-key": "sc_" + random("a1", lower, 10) + "." + random("a2", lower, 5) + ".acc_" + random("a3", lower, 15) + "." + random("a4", lower, 40),
		"lob-api-key":                        "lob_key = \"live_" + random("lob", hexa, 35) + "\"",
		"stripe-access-token":                "sk_live_" + random("stripe", alnum, 24),
		"gcp-api-key":                        "AIza" + random("gcp", alnum, 35),
	}
}

const (
	alnum  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	lower  = "abcdefghijklmnopqrstuvwxyz0123456789"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	digits = "0123456789"
	hexa   = "0123456789abcdef"
)

func searcher(t testing.TB) *Searcher {
	t.Helper()
	s, err := Load()
	require.NoError(t, err)
	return s
}

const budget = 256 << 20

func search(t testing.TB, name string, text []byte, least Certainty) []Found {
	found, _ := searcher(t).Search(name, text, least, budget)
	return found
}

func detectors(found []Found) []string {
	var out []string
	for _, s := range found {
		out = append(out, s.Detector)
	}
	return out
}

func TestSecretForms(t *testing.T) {
	for detector, value := range samples(t) {
		t.Run(detector, func(t *testing.T) {
			for _, text := range []string{
				value, "first\nTOKEN=" + value + "\nlast\n", "{\"token\": \"" + value + "\"}", strings.Repeat("padding of a long line; ", 2000) + "\"" + value + "\"",
			} {
				found := search(t, "app/config", []byte(text), Guessed)
				require.Contains(t, detectors(found), detector, "%.60s", text)
				for _, s := range found {
					require.NotContains(t, fmt.Sprintf("%+v", s), value, "a value must not be kept")
					require.Len(t, s.Digest, 16)
					require.NotEmpty(t, s.Description)
				}
			}
		})
	}
}

func TestSecretLine(t *testing.T) {
	text := "a\nb\r\nkey: " + samples(t)["github-pat"] + "\n"
	found := search(t, "x", []byte(text), Form)
	require.Len(t, found, 1)
	require.Equal(t, 3, found[0].Line)
	found = search(t, "x", []byte("\n\n\n"+samples(t)["private-key"]), Form)
	require.Equal(t, 4, found[0].Line)
}

func TestSecretExamplesAreNone(t *testing.T) {
	for name, text := range map[string]string{
		"AWS's own example": "AKIA" + "IOSFODNN7EXAMPLE",
		"too regular":       "ghp_" + strings.Repeat("a", 36),
		"too short":         "ghp_" + random("x", alnum, 20),
		"placeholder":       "password = \"${DATABASE_PASSWORD}\"",
		"public key":        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n",
		"a word":            "secret token key password api auth credential access",
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, search(t, "app/config", []byte(text), Guessed))
		})
	}
}

func TestSecretGeneric(t *testing.T) {
	text := []byte("DATABASE_PASSWORD=" + random("db", alnum, 24) + "\n")
	found := search(t, "app/.env", text, Guessed)
	require.Len(t, found, 1)
	require.Equal(t, Guessed, found[0].Certainty)
	require.Empty(t, search(t, "app/.env", text, Form))
	require.Empty(t, search(t, "app/.env", text, Named))
	for name, want := range map[string]bool{
		"app/.env": false, "root/.bashrc": false, "etc/app.conf": false, "usr/src/app/.env": false, "usr/local/etc/x": false, "srv/x": false,
		"usr/share/x": true, "lib/x": true, "usr/lib/x": true, "usr/local/lib/x": true, "usr/local/go/src/x.go": true, "bin/x": true,
		"app/node_modules/x/a.js": true, "opt/venv/lib/python3.12/site-packages/x.py": true,
	} {
		require.Equal(t, want, Installed(name), name)
	}
	known := []byte("github_token = \"" + samples(t)["github-pat"] + "\"\n")
	require.Equal(t, []string{"github-pat"}, detectors(search(t, "x", known, Guessed)), "found by form, not told again by name")
}

// A text of nothing but keywords must not keep the expressions busy for long.
func TestSecretBudget(t *testing.T) {
	text := []byte(strings.Repeat("curl -u linear=abcdefgh0 sumo='abcdefgh' github: 12345678 ", 1000))
	_, tried := searcher(t).Search("x", text, Guessed, 10_000)
	require.GreaterOrEqual(t, tried, int64(10_000))
	require.Less(t, tried, int64(20_000))
}

func TestSecretSameValueOnce(t *testing.T) {
	v := samples(t)["github-pat"]
	require.Len(t, search(t, "x", []byte(v+"\n"+v+"\n"), Form), 1)
}

// The windows around keywords and the gates are shortcuts: searching the whole
// text with every expression must find the same.
func TestSecretShortcutsLoseNothing(t *testing.T) {
	s := searcher(t)
	var text strings.Builder
	all := samples(t)
	for i, f := range forms(t) {
		all[fmt.Sprint("form", i)] = f.text
	}
	for i, id := range keysOf(all) {
		fmt.Fprintf(&text, "%s noise %s\nname%d: %s\n", random(id, alnum, 90), random(id+"s", alnum+" ;\n=_-.", 150), i, all[id])
	}
	body := []byte(text.String())
	whole := &matches{name: "x", text: body, seen: map[string]bool{}, allow: s.allow, generic: true}
	for i := range s.detectors {
		if d := &s.detectors[i]; d.file == nil {
			whole.match(d, []window{{0, len(body)}})
		}
	}
	got := map[string]bool{}
	for _, f := range search(t, "x", body, Guessed) {
		got[f.Digest] = true
	}
	require.Greater(t, len(whole.out), 80, "some of the forms share a password")
	for _, f := range whole.out {
		require.True(t, got[f.Digest], "%s on line %d: %q", f.Detector, f.Line, body[f.Start:f.End])
	}
}

func keysOf(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

func TestMask(t *testing.T) {
	for value, want := range map[string]string{
		"": "…", "hunter2": "…", "hunter2hunter": "h…r", "ghp_0123456789abcdefghij": "ghp_…ij",
		"-----BEGIN RSA PRIVATE KEY-----\nabc\n": "-----BEGIN … KEY-----", "ä\x00öüßäöüßäöü": "ä…ü", "a\n\nb c d e f g h": "a…h",
	} {
		require.Equal(t, want, Mask(value), "%q", value)
	}
}

func TestKeywords(t *testing.T) {
	words := []string{"he", "she", "hers", "his", "a-b", "xoxb"}
	k := newKeywords(words)
	var got []string
	k.each([]byte("uSHErs A-B xoxoxb h is"), func(w, end int) { got = append(got, fmt.Sprintf("%s@%d", words[w], end)) })
	require.Equal(t, []string{"she@4", "he@4", "hers@6", "a-b@10", "xoxb@17"}, got)
}

// Every keyword of every detector must be found wherever it stands, in any case.
func TestKeywordsOfAllDetectors(t *testing.T) {
	s := searcher(t)
	ids := map[string]bool{}
	for _, d := range s.detectors {
		require.NotEmpty(t, d.what, d.id)
		require.False(t, ids[d.id], "%s twice", d.id)
		ids[d.id] = true
		require.True(t, len(d.words) > 0 || d.file != nil, d.id)
		for _, w := range d.words {
			require.Equal(t, strings.ToLower(w), w)
			text := []byte("xs" + strings.ToUpper(w) + "x")
			seen := false
			s.all.words.each(text, func(word, end int) {
				seen = seen || end == 2+len(w) && s.all.length[word] == len(w)
			})
			require.True(t, seen, w)
		}
	}
}

package gate_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// internet answers by address, and notes what it was asked for.
type internet struct {
	pages map[string]string
	moved map[string]string
	mu    sync.Mutex
	asked []string
}

func (n *internet) RoundTrip(r *http.Request) (*http.Response, error) {
	at := r.URL.String()
	n.mu.Lock()
	n.asked = append(n.asked, at)
	n.mu.Unlock()
	resp := &http.Response{StatusCode: http.StatusNotFound, Status: "404 Not Found", Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader("")),
		ProtoMajor: 1, ProtoMinor: 1}
	if to, ok := n.moved[at]; ok {
		resp.StatusCode, resp.Status = http.StatusFound, "302 Found"
		resp.Header.Set("Location", to)
		return resp, nil
	}
	body, ok := n.pages[at]
	if strings.HasSuffix(at, "/v2/") {
		body, ok = "{}", true
	}
	if ok {
		resp.StatusCode, resp.Status, resp.Body, resp.ContentLength = http.StatusOK, "200 OK", io.NopCloser(strings.NewReader(body)), int64(len(body))
		resp.Header.Set("Content-Type", "application/vnd.oci.image.index.v1+json")
	}
	return resp, nil
}

func digestOf(text string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(text))) }

const index = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}`

// mended runs Repair over one Dockerfile.
func mended(t *testing.T, net *internet, offline bool, text string, more map[string]string) (string, *gate.Repaired) {
	t.Helper()
	files := map[string]string{"Dockerfile": text}
	for name, content := range more {
		files[name] = content
	}
	e := env(t)
	if e.Public = nil; net != nil {
		e.Public = net
	}
	done, err := gate.Repair(t.Context(), e, gate.Options{Path: repo(t, files), Offline: offline,
		Rules: "unpinned-base,unpinned-copy-source,unpinned-frontend,unverified-add"})
	require.NoError(t, err)
	if len(done.Files) == 0 {
		return text, done
	}
	require.Len(t, done.Files, 1)
	require.Equal(t, text, done.Files[0].Before)
	return done.Files[0].After, done
}

func TestRepairPinsByDigest(t *testing.T) {
	net := &internet{pages: map[string]string{
		"https://index.docker.io/v2/library/debian/manifests/12": index,
		"https://ghcr.io/v2/acme/tools/manifests/1":              index + " ",
		"https://ghcr.io/v2/acme/frontend/manifests/2":           index + "  ",
		"https://example.com/tool-1.tgz":                         "the tool",
	}}
	text := "# syntax=ghcr.io/acme/frontend:2\nFROM debian:12 AS a\nFROM debian:12\nCOPY --from=ghcr.io/acme/tools:1 /x /x\n" +
		"RUN --mount=type=bind,from=ghcr.io/acme/tools:1,target=/t /t/x\n"
	want := strings.NewReplacer("frontend:2", "frontend:2@"+digestOf(index+"  "), "debian:12", "debian:12@"+digestOf(index), "tools:1", "tools:1@"+digestOf(index+" ")).Replace(text)
	got, done := mended(t, net, false, text, nil)
	require.Equal(t, want, got)
	require.Len(t, done.Fixed, 5)
	require.Empty(t, done.Unanswered)
	for _, once := range []string{"debian/manifests/12", "acme/tools/manifests/1"} {
		n := 0
		for _, at := range net.asked {
			if strings.HasSuffix(at, once) {
				n++
			}
		}
		require.LessOrEqual(t, n, 2, "%s is asked for its digest once, and for its configuration", once)
	}

	add := "FROM scratch\nADD https://example.com/tool-1.tgz /opt/\n"
	got, _ = mended(t, net, false, add, nil)
	require.Equal(t, "FROM scratch\nADD --checksum="+digestOf("the tool")+" https://example.com/tool-1.tgz /opt/\n", got)
}

func TestRepairOfflineAsksNobody(t *testing.T) {
	net := &internet{}
	text := "FROM debian:12\nADD https://example.com/x /y\n"
	got, done := mended(t, net, true, text, nil)
	require.Equal(t, text, got)
	require.Empty(t, net.asked)
	require.Empty(t, done.Unanswered)
	require.Len(t, done.Remaining, 2)
	got, _ = mended(t, nil, false, text, nil)
	require.Equal(t, text, got)
}

// What the repository names is not trusted: no address within, no plain HTTP, no
// way there by a redirect, no credential.
func TestRepairAsksPublicPlacesOnly(t *testing.T) {
	net := &internet{pages: map[string]string{"https://example.com/x": "x"}, moved: map[string]string{
		"https://example.com/in":    "https://169.254.169.254/latest/meta-data/",
		"https://example.com/plain": "http://example.com/x",
		"https://example.com/local": "https://localhost/x",
		"https://example.com/round": "https://example.com/round",
	}}
	for text, why := range map[string]string{
		"FROM scratch\nADD https://169.254.169.254/x /y\n":      "it is an address",
		"FROM scratch\nADD https://[fd00::1]/x /y\n":            "it is an address",
		"FROM scratch\nADD https://2130706433/x /y\n":           "it is an address",
		"FROM scratch\nADD https://vault.internal/x /y\n":       "a private network",
		"FROM scratch\nADD https://intranet/x /y\n":             "a private network",
		"FROM scratch\nADD https://example.com:8443/x /y\n":     "only port 443",
		"FROM scratch\nADD https://user:pw@example.com/x /y\n":  "a password in an address is not sent",
		"FROM scratch\nADD https://example.com/in /y\n":         "it is an address",
		"FROM scratch\nADD https://example.com/plain /y\n":      "only HTTPS",
		"FROM scratch\nADD https://example.com/local /y\n":      "a private network",
		"FROM scratch\nADD https://example.com/round /y\n":      "stopped after 10 redirects",
		"FROM scratch\nADD https://example.com/none /y\n":       "404 Not Found",
		"FROM registry.internal:5000/a/b:1\n":                   "is not a registry that may be asked",
		"FROM 10.0.0.1/a/b:1\n":                                 "is not a registry that may be asked",
		"FROM scratch\nCOPY --from=localhost:5000/a/b:1 /x /\n": "is not a registry that may be asked",
		"FROM debian:13\n": "debian:13",
	} {
		net.asked = nil
		got, done := mended(t, net, false, text, nil)
		require.Equal(t, text, got)
		require.Len(t, done.Unanswered, 1, text)
		require.Contains(t, done.Unanswered[0], why, text)
		require.NotContains(t, done.Unanswered[0], ":pw@", "no credential is shown")
		require.False(t, slices.ContainsFunc(net.asked, func(at string) bool {
			return !strings.HasPrefix(at, "https://example.com/") && !strings.HasPrefix(at, "https://index.docker.io/")
		}), "%s: asked %v", text, net.asked)
	}
}

func TestRepairAsksRegistriesThatTheOperatorNames(t *testing.T) {
	net := &internet{pages: map[string]string{"https://registry.acme.example/v2/a/b/manifests/1": index}}
	text := "FROM registry.acme.example/a/b:1\n"
	got, _ := mended(t, net, false, text, map[string]string{"tidewaiter.yaml": "version: 1\nregistries: [registry.acme.example]\n"})
	require.Equal(t, "FROM registry.acme.example/a/b:1@"+digestOf(index)+"\n", got)
	got, done := mended(t, net, false, text, nil)
	require.Equal(t, text, got)
	require.Contains(t, done.Unanswered[0], "name it under registries in tidewaiter.yaml")
}

// Check offers only what it can prove, and asks nobody for digests.
func TestRunOffersOnlyProvenEdits(t *testing.T) {
	dir := repo(t, map[string]string{"Dockerfile": "FROM debian:12\nRUN curl -k https://example.com/x | grep y\nUSER 1\n# tidewaiter:ignore tls-verification-off reason=\"ours\"\nRUN curl -k https://example.com/z | grep y\n"})
	r, err := gate.Run(t.Context(), env(t), gate.Options{Path: dir, Edits: true, Rules: "tls-verification-off,unpinned-base"})
	require.NoError(t, err)
	edits := map[string]int{}
	for _, f := range r.Findings {
		require.NotEmpty(t, f.Fix.Title, "the words stay")
		edits[fmt.Sprintf("%s:%d %s", f.Rule, f.Line, f.Status)] = len(f.Fix.Edits)
	}
	require.Equal(t, map[string]int{"TW-D005:1 open": 0, "TW-D011:2 open": 1, "TW-D011:5 ignored": 0}, edits)
	require.Contains(t, r.Timings, "prove")
}

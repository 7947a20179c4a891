package build

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// first parses one RUN and returns its first command.
func first(t *testing.T, run string) *dockerfile.Command {
	t.Helper()
	f, err := dockerfile.Parse(source.NewFile("Dockerfile", "FROM a:1\nRUN "+run+"\n"))
	require.NoError(t, err)
	return f.Stages[0].Instructions[0].Run.Commands[0]
}

func texts(words []dockerfile.Word) []string {
	out := []string{}
	for _, w := range words {
		out = append(out, w.Value)
	}
	return out
}

func TestOptions(t *testing.T) {
	tests := []struct {
		run, valued string
		opts        []string
		operands    []string
	}{
		{"x -a b", "", []string{"-a="}, []string{"b"}},
		{"x -fsSLo out url", "-o", []string{"-f=", "-s=", "-S=", "-L=", "-o=out"}, []string{"url"}},
		{"x -oout url", "-o", []string{"-o=out"}, []string{"url"}},
		{"x --name=v --other w --flag z", "--other", []string{"--name=v", "--other=w", "--flag="}, []string{"z"}},
		{"x -a -- -b c", "", []string{"-a="}, []string{"-b", "c"}},
		{"x -ldflags '-s -w' y", "-ldflags", []string{"-ldflags=-s -w"}, []string{"y"}},
		{"x - y -o", "-o", []string{"-o="}, []string{"-", "y"}},
	}
	for _, tt := range tests {
		opts, operands := options(first(t, tt.run).Args, tt.valued)
		var got []string
		for _, o := range opts {
			got = append(got, o.name+"="+o.value)
		}
		require.Equal(t, tt.opts, got, tt.run)
		require.Equal(t, tt.operands, texts(operands), tt.run)
	}
}

func TestTool(t *testing.T) {
	for run, want := range map[string]string{
		"pip3.12 install x": "pip", "python3 -m pip install x": "pip", "/usr/bin/gcc-13 x": "gcc", "python3 -u -m venv x": "venv",
		"python3 run.py -m pip": "python", "npm ci": "npm",
	} {
		name, _ := tool(first(t, run))
		require.Equal(t, want, name, run)
	}
}

func TestDownloads(t *testing.T) {
	tests := []struct {
		run, output string
		urls        int
		fetches     bool
	}{
		{"curl -fsSL https://a/b", "", 1, true},
		{"curl -fsSLo /x/y https://a/b", "/x/y", 1, true},
		{"curl -O https://a/b.tgz?x=1", "b.tgz", 1, true},
		{"curl https://a/b > c", "c", 1, true},
		{"curl --url https://a/b -o -", "", 1, true},
		{"curl -X POST https://a/b -o c", "c", 1, false},
		{"curl -I https://a", "", 1, false},
		{"wget https://a/b", "b", 1, true},
		{"wget -qO- https://a/b", "", 1, true},
		{"wget -O c -P /d https://a/b", "c", 1, true},
		{"wget --spider https://a/b", "b", 1, false},
	}
	for _, tt := range tests {
		d, ok := downloads(first(t, tt.run))
		require.True(t, ok)
		require.Equal(t, tt.output, d.output, tt.run)
		require.Len(t, d.urls, tt.urls, tt.run)
		require.Equal(t, tt.fetches, d.fetches, tt.run)
	}
	_, ok := downloads(first(t, "echo curl"))
	require.False(t, ok)
}

func TestVerified(t *testing.T) {
	tests := map[string]bool{
		`echo "abc  f.tgz" | sha256sum -c -`:                true,
		`echo "abc *f.tgz" | shasum -a 256 -c`:              true,
		`echo "abc  g.tgz" | sha256sum -c -`:                false,
		`sha256sum -c SHA256SUMS`:                           true,
		`grep f SHA256SUMS | sha256sum --check --status`:    true,
		`test "$(sha256sum f.tgz | cut -c-64)" = abc`:       true,
		`test "$(sha256sum g.tgz | cut -c-64)" = abc`:       false,
		`gpg --batch --verify f.tgz.asc f.tgz`:              true,
		`gpg --dearmor -o f`:                                false,
		`cosign verify-blob --key k f.tgz`:                  true,
		`openssl dgst -sha256 -verify k -signature s f.tgz`: true,
		`sha256sum g.tgz > f.sum`:                           false,
		"sha256sum -c <<X\nabc  f.tgz\nX":                   true,
		`md5sum f.tgz`:                                      false,
	}
	for run, want := range tests {
		text := "FROM a:1\nRUN " + run + "\n"
		if strings.Contains(run, "<<") {
			text = "FROM a:1\nRUN <<EOF\n" + run + "\nEOF\n"
		}
		f, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
		require.NoError(t, err)
		require.Equal(t, want, activityOf(f.Stages[0]).verified("f.tgz", runs(f.Stages[0])[0]), run)
	}
}

func TestSecretValues(t *testing.T) {
	for text, want := range map[string]string{
		"AKIAZQ3DRSTUVWXY2345":                      "an AWS access key",
		"AKIAIOSFODNN7EXAMPLE":                      "",
		"glpat-" + "Zx9Yw8Vu7Ts6Rq5Po4Nm":           "a GitLab token",
		"https://user:p4ssw0rd-of-mine@example.com": "a password in a URL",
		"https://user:$TOKEN@example.com":           "",
		"https://user:changeme@example.com":         "",
		"postgres://postgres:postgres@db/x":         "",
		"git@github.com:acme/x.git":                 "",
		"http://example.com:8080/a@b":               "",
		"-----BEGIN RSA PRIVATE KEY-----":           "a private key",
		"-----BEGIN PUBLIC KEY-----":                "",
		"nothing to see":                            "",
		"eyJhbGciOiJIUzI1NiJ9aaaa.eyJzdWIiOiIxMjM0In0aaaa.c2lnbmF0dXJlLW9mLXRva2Vu": "a signed JSON web token",
	} {
		require.Equal(t, want, knownToken(text), text)
	}
}

func TestSecretNames(t *testing.T) {
	for _, name := range []string{"DB_PASSWORD", "API_KEY", "apikey", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "CLIENT_SECRET", "npmToken"} {
		require.True(t, secretLike(name), name)
	}
	for _, name := range []string{"SSH_AUTH_SOCK", "AUTH_MODE", "TOKEN_TTL", "PASSWORD_FILE", "PUBLIC_KEY", "KEY_ALIAS", "SECRET_NAME", "MONKEY", "PATH", "TOKENIZERS_PARALLELISM"} {
		require.False(t, secretLike(name), name)
	}
}

func TestPlaceholders(t *testing.T) {
	for _, v := range []string{"", "changeme", "<token>", "your-token", "${X}", "xxxxxxxx", "example", "/run/secrets/x", "true", "aaaaaaaa"} {
		require.True(t, placeholder(v), v)
	}
	require.False(t, placeholder("wintergarden"))
	require.True(t, weakDefault("postgres123"))
	require.False(t, weakDefault("wintergarden"))
	require.True(t, random("Wq8pLr2Zt6Vb9Nx4Ks7M"))
	require.False(t, random("a-long-but-quite-readable-value"))
	require.False(t, random("/usr/lib/jvm/java-17-openjdk"))
}

func TestModes(t *testing.T) {
	for mode, bad := range map[string]bool{
		"777": true, "0777": true, "666": true, "755": false, "1777": false, "4755": true, "2755": false, "6711": true, "u+s": true, "+s": true,
		"a+rwx": true, "o=rw": true, "ug+rwx": false, "+x": false, "go-w": false, "a+rwxt": false, "644": false,
	} {
		require.Equal(t, bad, openMode(mode) != "", mode)
	}
}

func TestBases(t *testing.T) {
	base := func(ref string) dockerfile.Reference {
		f, err := dockerfile.Parse(source.NewFile("Dockerfile", "FROM "+ref+"\n"))
		require.NoError(t, err)
		return f.Stages[0].Base
	}
	require.True(t, toolchainBase(base("eclipse-temurin:21-jdk-alpine")))
	require.False(t, toolchainBase(base("eclipse-temurin:21-jre-alpine")))
	require.True(t, bareName(base("builder")))
	require.False(t, bareName(base("nginx")))
}

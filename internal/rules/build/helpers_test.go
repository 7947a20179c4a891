package build

import (
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

package facts_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// tokenA is of the right form and was given out by nobody.
const tokenA = "gl" + "pat-4fXk2mQ8vRz7LwT1bNcY"

func loadSecrets(t *testing.T, files map[string]string, s facts.Sources) *facts.Project {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s.Repo, s.Secrets = source.OpenFS(fsys), true
	p, err := facts.Load(context.Background(), s)
	require.NoError(t, err)
	return p
}

func placesOf(p *facts.Project) []string {
	var out []string
	for _, s := range p.Secrets {
		out = append(out, s.At.String())
	}
	return out
}

func TestSecretsOfRepository(t *testing.T) {
	utf16 := "\xff\xfe"
	for _, r := range "a\nkey=" + tokenA {
		utf16 += string([]byte{byte(r), 0})
	}
	p := loadSecrets(t, map[string]string{
		"a.txt": "ä x\nü = " + tokenA + "\n", "node_modules/b.js": tokenA, "b.bin": "\x00" + tokenA, "go.sum": tokenA, "c.png": tokenA,
		"windows.txt": utf16, "test/x.go": `password = "f8S7dfGh2kJh34"`, "test/key.txt": tokenA, "third_party/c.txt": tokenA,
		"app.min.js": strings.Repeat("a(1);", 1000) + `secret="f8S7dfGh2kJh34dd"`,
	}, facts.Sources{Skip: func(name string) bool { return strings.HasPrefix(name, "third_party/") }})
	require.Equal(t, []string{"a.txt:2:5", "test/key.txt:1:1", "windows.txt:2:5"}, placesOf(p))
	require.True(t, p.Secrets[1].Shown)
	require.Empty(t, p.NotAnalysed)
}

func TestSecretsOfChange(t *testing.T) {
	files := map[string]string{"a.txt": tokenA, "b.txt": tokenA}
	p := loadSecrets(t, files, facts.Sources{Changes: &source.Changes{Paths: []string{"b.txt"}}})
	require.Equal(t, []string{"b.txt:1:1"}, placesOf(p))
}

func TestSecretIgnores(t *testing.T) {
	p := loadSecrets(t, map[string]string{
		"a.js":  "// tidewaiter:ignore secret-in-file reason=\"public\"\nconst a = '" + tokenA + "'\nb('" + tokenA + "2') /* tidewaiter:ignore TW-P200 reason=\"x\" */\n// tidewaiter:ignore root-user\n",
		"b.xml": "<!-- tidewaiter:ignore secret-in-file until=2027-01-01 reason=\"y\" -->\n<a>" + tokenA + "</a>\n",
	}, facts.Sources{})
	require.Len(t, p.Secrets, 3)
	require.Len(t, p.Ignores, 3)
	for i, s := range p.Secrets {
		require.True(t, p.Ignores[i].Covers(s.At), "%v %v", p.Ignores[i], s.At)
		require.NotEmpty(t, p.Ignores[i].Reason)
		require.Empty(t, p.Ignores[i].Problem)
	}
}

func TestSecretsInLargeFileAreSaid(t *testing.T) {
	p := loadSecrets(t, map[string]string{"dump.sql": strings.Repeat("insert 1;\n", source.MaxFileBytes/9)}, facts.Sources{})
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "1 files were not searched for credentials, among them dump.sql (larger than the limit of 8 MiB)")
}

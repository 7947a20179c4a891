package secret

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzSearch(f *testing.F) {
	f.Add("app/.env", []byte("password = \"hunter2hunter2\" -----BEGIN PRIVATE KEY----- ghp_ eyJhbGciOi://a:b@c"))
	f.Add("root/.pgpass", []byte("a:1:b:c:d"))
	f.Add("x", []byte("\xff\xfea\x00b\x00"))
	f.Add("x.key", []byte("PuTTY Private-Lines: 1 LS0tLS1CRUdJTi \"auth\": \"YTpi\""))
	for _, p := range forms(f) {
		f.Add(p.file, []byte(p.text))
	}
	s := searcher(f)
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		text, ok := Text(data)
		if !ok {
			return
		}
		found, _ := s.Search(name, text, Guessed, 1<<20)
		require.LessOrEqual(t, len(found), MaxFound)
		for _, x := range found {
			require.True(t, 0 <= x.Start && x.Start < x.End && x.End <= len(text), "%+v", x)
			require.Equal(t, 1+bytes.Count(text[:x.Start], []byte("\n")), x.Line)
		}
		_, _, err := s.Stream(name, bytes.NewReader(text), Guessed, 1<<20)
		require.NoError(t, err)
	})
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "\xff\xfea\x00\xe4\x00": "aä", "\xfe\xff\x00a\x00\xe4": "aä", "": "",
	} {
		got, ok := Text([]byte(in))
		require.True(t, ok)
		require.Equal(t, want, string(got))
	}
	_, ok := Text([]byte("a\x00b"))
	require.False(t, ok)
}

func TestStreamStopsAtBinary(t *testing.T) {
	text := samples(t)["github-pat"] + "\n\x00" + samples(t)["gitlab-pat"]
	found, _, err := searcher(t).Stream("x", bytes.NewReader([]byte(text)), Guessed, budget)
	require.ErrorIs(t, err, ErrBinary)
	require.Equal(t, []string{"github-pat"}, detectors(found))
}

// What a checksum disproves, what a manual shows, and what stands for a value.
func TestNoSecrets(t *testing.T) {
	found := search(t, "x", []byte("gh"+"p_"+random("no", alnum, 36)), Form)
	require.Len(t, found, 1)
	require.True(t, found[0].Doubtful)
	for _, text := range []string{
		"postgres://user:password@localhost/db", "mysql://root:${DB_PASSWORD}@db/x", "https://<user>:<token>@github.com", "redis://:{{ .Values.password }}@r",
		"//registry.npmjs.org/:_authToken=${NPM_TOKEN}", "password: changeme", "token: <your-token>", "api_key = \"YOUR_API_KEY_GOES_HERE1\"", "secret: $(cat /run/secret1)",
		"password_file: /run/secrets/db_password1", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY", "define('DB_PASSWORD', 'password_here');",
		"{\"auths\": {\"x\": {\"auth\": \"" + b64("user:password") + "\"}}}", "token_url: https://id.example.org/a1b2c3", "secretName: web-tls-2024", "image: a@sha256:" + random("i", hexa, 64),
		"-----BEGIN RSA PRIVATE" + " KEY-----\n...\n-----END RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE" + " KEY-----\nMIIEpQIBAAKCAQEA" + random("half", base64s, 60) + "\n-----END RSA PRIVATE KEY-----",
		"key: 123e4567-e89b-12d3-a456-426614174000", "Authorization: Bearer $TOKEN", "password=process.env.PASSWORD1", "spring.datasource.password=${DB_PASSWORD:x1y2z3}",
	} {
		require.Empty(t, search(t, "app/application.yaml", []byte(text), Guessed), text)
	}
}

func BenchmarkSearch(b *testing.B) {
	s := searcher(b)
	text := bytes.Repeat([]byte("if token == nil { return the key of the value; access = \"configuration\" } // secret module\n"), 1<<13)
	for _, least := range []Certainty{Form, Guessed} {
		b.Run(map[Certainty]string{Form: "form", Guessed: "all"}[least], func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s.Search("app/x", text, least, budget)
			}
		})
	}
}

package image_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

func token(seed string) string { return "ghp_" + random(seed, alnum, 36) }

// where tells of each secret "detector path layer deletedIn".
type where struct {
	detector, path   string
	layer, deletedIn int
}

func secretsOf(p *image.Platform) []where {
	var out []where
	for _, s := range p.Secrets {
		out = append(out, where{s.Detector, s.Path, s.Layer, s.DeletedIn})
	}
	return out
}

func TestSecretsOfLayers(t *testing.T) {
	key := "root/.token"
	for name, c := range map[string]struct {
		layers []imagetest.LayerSpec
		want   []where
	}{
		"kept":           {[]imagetest.LayerSpec{layer("a", "b"), layer(key, token("1"))}, []where{{"github-pat", key, 1, -1}}},
		"deleted later":  {[]imagetest.LayerSpec{layer(key, token("1")), layer("a", "b"), layer(key+"-", "")}, []where{{"github-pat", key, 0, 2}}},
		"folder deleted": {[]imagetest.LayerSpec{layer(key, token("1")), layer("root-", "")}, []where{{"github-pat", key, 0, 1}}},
		"overwritten":    {[]imagetest.LayerSpec{layer(key, token("1")), layer(key, "clean, and long enough")}, []where{{"github-pat", key, 0, 1}}},
		"another value": {[]imagetest.LayerSpec{layer(key, token("1")), layer(key, token("2"))},
			[]where{{"github-pat", key, 0, 1}, {"github-pat", key, 1, -1}}},
		"written again": {[]imagetest.LayerSpec{layer(key, token("1")), layer(key, token("1")+"\nmore")}, []where{{"github-pat", key, 0, -1}}},
		"written again, then deleted": {[]imagetest.LayerSpec{layer(key, token("1")), layer(key, token("1")), layer(key+"-", "")},
			[]where{{"github-pat", key, 0, 2}}},
		"deleted and back": {[]imagetest.LayerSpec{layer(key, token("1")), layer(key+"-", ""), layer(key, token("1"))},
			[]where{{"github-pat", key, 0, 1}, {"github-pat", key, 2, -1}}},
		"alive under another name": {[]imagetest.LayerSpec{
			{Files: []imagetest.FileSpec{file(key, token("1")), hardLink("copy", key)}}, layer(key+"-", "")},
			[]where{{"github-pat", key, 0, -1}}},
		"in a binary":             {[]imagetest.LayerSpec{layer("bin/app", "\x7fELF "+token("1")), layer("data", "\x00"+token("1"))}, nil},
		"in long text":            {[]imagetest.LayerSpec{layer("data", strings.Repeat("x\n", image.MaxSecretBytes)+token("1"))}, []where{{"github-pat", "data", 0, -1}}},
		"in an installed library": {[]imagetest.LayerSpec{layer("app/node_modules/x/index.js", token("1"))}, []where{{"github-pat", "app/node_modules/x/index.js", 0, -1}}},
	} {
		t.Run(name, func(t *testing.T) {
			p := read(t, layers(c.layers...))
			require.Equal(t, c.want, secretsOf(p))
			require.Empty(t, p.NotAnalysed)
		})
	}
}

func TestSecretsOfPackages(t *testing.T) {
	const list = "var/lib/dpkg/info/x.list"
	generic := "password = \"" + random("pw", alnum, 24) + "\"\n"
	for name, c := range map[string]struct {
		layers []imagetest.LayerSpec
		want   []where
	}{
		"generic, owned":       {[]imagetest.LayerSpec{layer(list, "/etc/x.conf\n", "etc/x.conf", generic)}, nil},
		"generic, not":         {[]imagetest.LayerSpec{layer(list, "/etc/y.conf\n", "etc/x.conf", generic)}, []where{{"generic-api-key", "etc/x.conf", 0, -1}}},
		"generic, below usr":   {[]imagetest.LayerSpec{layer("usr/lib/x.conf", generic)}, nil},
		"example of a package": {[]imagetest.LayerSpec{layer(list, "/usr/share/doc/x/example\n", "usr/share/doc/x/example", token("1"))}, nil},
		"put into a package's file later": {[]imagetest.LayerSpec{
			layer(list, "/usr/share/doc/x/example\n", "usr/share/doc/x/example", "nothing yet"), layer("usr/share/doc/x/example", token("1"))},
			[]where{{"github-pat", "usr/share/doc/x/example", 1, -1}}},
		"in a package's configuration": {[]imagetest.LayerSpec{layer(list, "/etc/x.conf\n", "etc/x.conf", token("1"))},
			[]where{{"github-pat", "etc/x.conf", 0, -1}}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, secretsOf(read(t, layers(c.layers...)))) })
	}
}

func TestSecretsStated(t *testing.T) {
	p := read(t, imagetest.Spec{
		Config: imagetest.Config{
			Env:    []string{"PATH=/usr/bin:/bin", "GH=" + token("1"), "DATABASE_PASSWORD=" + random("db", alnum, 24)},
			Labels: map[string]string{"z": token("2"), "a": "b"}, Entrypoint: []string{"sh", "-c", "app --token " + token("3")},
		},
		History: []imagetest.History{
			{CreatedBy: "COPY x"}, {CreatedBy: "ENV GH=" + token("1"), EmptyLayer: true},
			{CreatedBy: "RUN |1 NPM=" + token("4") + " /bin/sh -c npm ci"},
		},
		Layers: []imagetest.LayerSpec{layer("a", "b"), layer("c", "d")},
	})
	require.Equal(t, []where{
		{"github-pat", "config:Env", -1, -1}, {"generic-api-key", "config:Env", -1, -1}, {"github-pat", "config:Labels", -1, -1},
		{"github-pat", "config:Entrypoint", -1, -1}, {"github-pat", "history:1", -1, -1}, {"github-pat", "history:2", 1, -1},
	}, secretsOf(p))
	require.Equal(t, 2, p.Secrets[0].Line, "the second of the list")
	require.Equal(t, p.Secrets[0].Digest, p.Secrets[4].Digest, "equal values can be told")
}

func TestSecretsSkipped(t *testing.T) {
	content := imagetest.Spec{Config: imagetest.Config{Env: []string{token("1")}}, Layers: []imagetest.LayerSpec{layer("x", token("1"))}}.Content()
	img, err := image.Read(context.Background(), content, image.Options{SkipSecrets: true})
	require.NoError(t, err)
	require.Empty(t, img.Platforms[0].Secrets)
}

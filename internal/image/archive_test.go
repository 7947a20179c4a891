package image_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

func zipped(t testing.TB, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		f, err := w.Create(pairs[i])
		require.NoError(t, err)
		_, err = f.Write([]byte(pairs[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

func tarred(t testing.TB, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: pairs[i], Mode: 0o644, Size: int64(len(pairs[i+1]))}))
		_, err := w.Write([]byte(pairs[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

func gzipped(t testing.TB, data string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(data))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func TestSecretsInArchives(t *testing.T) {
	key := "token=" + token("1") + "\n"
	deep := "conf/app.env"
	for name, c := range map[string]struct{ file, data, inside string }{
		"zip":            {"srv/a.zip", zipped(t, "x.png", key, deep, key), deep},
		"jar":            {"app/a.jar", zipped(t, "A.class", key, deep, key), deep},
		"tar":            {"srv/a.tar", tarred(t, deep, key), deep},
		"tar.gz":         {"srv/a.tar.gz", gzipped(t, tarred(t, deep, key)), deep},
		"one text":       {"var/log/app.log.1.gz", gzipped(t, strings.Repeat("line\n", 1<<19)+key), ""},
		"war with a jar": {"srv/a.war", zipped(t, "WEB-INF/lib/b.jar", zipped(t, deep, key)), "WEB-INF/lib/b.jar!/" + deep},
		"zip in tar.gz":  {"srv/a.tgz", gzipped(t, tarred(t, "b.zip", zipped(t, deep, key))), "b.zip!/" + deep},
		"tar.gz in zip":  {"srv/a.zip", zipped(t, "b.tgz", gzipped(t, tarred(t, deep, key))), "b.tgz!/" + deep},
	} {
		t.Run(name, func(t *testing.T) {
			p := read(t, layers(layer(c.file, c.data), layer(c.file+"-", "")))
			require.Len(t, p.Secrets, 1)
			require.Equal(t, c.inside, p.Secrets[0].Inside)
			require.Equal(t, where{"github-pat", c.file, 0, 1}, secretsOf(p)[0])
			require.Empty(t, p.NotAnalysed)
		})
	}
}

func TestArchivesThatAreNone(t *testing.T) {
	key := token("1")
	for name, data := range map[string]string{
		"cut zip": zipped(t, "a", key)[:40], "cut gzip": gzipped(t, strings.Repeat(key, 100))[:30], "a zip by name": "PK\x03\x04", "gzip of nothing": gzipped(t, ""), "tar of nothing": tarred(t),
	} {
		require.Empty(t, read(t, layers(layer("srv/"+name, data))).NotAnalysed, name)
	}
	nested := zipped(t, "a.txt", key)
	for range 6 {
		nested = zipped(t, "a.zip", nested)
	}
	p := read(t, layers(layer("srv/a.zip", nested)))
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "nested deeper than the limit of 4 archives")
	require.Empty(t, read(t, layers(layer("usr/share/doc/x.gz", gzipped(t, key)))).Secrets)
	require.Empty(t, read(t, imagetest.Spec{}).Secrets)
}

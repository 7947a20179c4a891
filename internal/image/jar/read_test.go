package jar

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pack makes an archive of name, content pairs; stored leaves them uncompressed.
func pack(t testing.TB, method uint16, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: pairs[i], Method: method})
		require.NoError(t, err)
		_, err = w.Write([]byte(pairs[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

func pom(group, artifact, version string) (string, string) {
	return "META-INF/maven/" + group + "/" + artifact + "/pom.properties", fmt.Sprintf("#x\ngroupId=%s\nartifactId = %s\nversion:%s\n", group, artifact, version)
}

func TestIs(t *testing.T) {
	for name, head := range map[string]string{"a/b.jar": "PK\x03\x04", "B.WAR": "PK\x03\x04", "app.jar": "#!/bin/bash\n"} {
		require.True(t, Is(name, []byte(head)), name)
	}
	for name, head := range map[string]string{"a.zip": "PK\x03\x04", "a.jar": "PK", "b.jar": ""} {
		require.False(t, Is(name, []byte(head)), name)
	}
}

// A fat archive, as Spring makes them, holds others as they are; one that the
// shade plugin made holds what describes several.
func TestReadNested(t *testing.T) {
	name, text := pom("g.one", "one", "1.0")
	name2, text2 := pom("g.two", "two", "2.0")
	inner := pack(t, zip.Deflate, name, text, name2, text2)
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		middle := pack(t, method, "WEB-INF/lib/one.jar", string(inner))
		outer := append([]byte("#!/bin/bash\nexec java -jar $0\n"), pack(t, method, "app.war", string(middle), "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")...)
		got, err := Read("srv/app.ear", outer)
		require.NoError(t, err)
		const inside = "app.war!/WEB-INF/lib/one.jar"
		require.Equal(t, []Artifact{{"g.one", "one", "1.0", inside}, {"g.two", "two", "2.0", inside}}, got)
	}
}

func TestReadWithoutPOM(t *testing.T) {
	for name, c := range map[string]struct{ manifest, want string }{
		"lib/guava-31.1-jre.jar":                     {"Bundle-SymbolicName: com.google.guava\n", "com.google:guava:31.1-jre"},
		"commons-io-2.11.0.jar":                      {"Manifest-Version: 1.0\n", "commons-io:commons-io:2.11.0"},
		"spring-core-5.3.20.jar":                     {"Implementation-Title: spring-core\nAutomatic-Module-Name: spring.core\n", "org.springframework:spring-core:5.3.20"},
		"spring-boot-starter-web-2.7.0.jar":          {"", "org.springframework.boot:spring-boot-starter-web:2.7.0"},
		"org.eclipse.sisu.inject-0.3.5.jar":          {"", "org.eclipse.sisu:org.eclipse.sisu.inject:0.3.5"},
		"usr/share/java/xml-apis.jar":                {"Implementation-Version: 1.4.01\nImplementation-Vendor-Id: xml-apis.group\n", "xml-apis.group:xml-apis:1.4.01"},
		"commons-lang3.jar":                          {"Bundle-SymbolicName: org.apache.commons.la\n ng3;singleton:=true\nBundle-Version: 3.12.0\n", "org.apache.commons:commons-lang3:3.12.0"},
		"junit4_4.13.jar":                            {"\n\nX: y\n\nName: a\nImplementation-Vendor-Id: z.z\n", "junit4:junit4:4.13"},
		"usr/share/java/unknown.jar":                 {"Manifest-Version: 1.0\n", ""},
		"app.jar":                                    {"Implementation-Version: ${project.version}\n", ""},
		"com.sun.mail.javax-mail-1.6.2_SNAPSHOT.jar": {"", "com.sun.mail:com.sun.mail.javax-mail:1.6.2_SNAPSHOT"},
	} {
		got, err := Read(name, pack(t, zip.Deflate, "META-INF/MANIFEST.MF", strings.ReplaceAll(c.manifest, "\n", "\r\n")))
		require.NoError(t, err, name)
		text := ""
		for _, a := range got {
			text += a.Group + ":" + a.Artifact + ":" + a.Version
		}
		require.Equal(t, c.want, text, name)
	}
}

func TestReadLimits(t *testing.T) {
	name, text := pom("g", "a", "1")
	deep := pack(t, zip.Store, name, text)
	for range MaxDepth {
		deep = pack(t, zip.Store, "in.jar", string(deep), name, text)
	}
	got, err := Read("x.jar", deep)
	require.ErrorContains(t, err, "in.jar!/in.jar!/in.jar!/in.jar!/in.jar!/in.jar: it is nested deeper than the limit of 6 archives")
	require.Len(t, got, MaxDepth, "what is above is read")

	var many []string
	for i := range MaxArchives + 1 {
		many = append(many, fmt.Sprintf("%d.jar", i), "x")
	}
	_, err = Read("x.jar", pack(t, zip.Store, many...))
	require.ErrorContains(t, err, "zip: not a valid zip file")

	large := strings.Repeat("#\n", MaxManifestBytes)
	got, err = Read("a-1.jar", pack(t, zip.Deflate, "META-INF/MANIFEST.MF", large, "x/pom.properties", large))
	require.ErrorContains(t, err, "META-INF/MANIFEST.MF: unpacked it is over the limit of 1048576 bytes")
	require.Len(t, got, 1)

	_, err = Read("x.jar", bytes.Repeat([]byte("PK\x01\x02"), MaxEntries+1))
	require.ErrorContains(t, err, "200001 files, over the limit of 200000")
}

// What is unpacked is counted over all of them.
func TestReadBomb(t *testing.T) {
	bomb := string(pack(t, zip.Deflate, "x", strings.Repeat("\x00", 1<<20)))
	r := &reader{left: int64(len(bomb)) + 10}
	r.archive("x.jar", "", pack(t, zip.Deflate, "a.jar", bomb, "b.jar", bomb), 1)
	require.ErrorContains(t, r.err, "b.jar: unpacked it is over the limit of 10 bytes")
}

func FuzzRead(f *testing.F) {
	name, text := pom("g", "a", "1")
	f.Add("a-1.jar", pack(f, zip.Store, "b.jar", string(pack(f, zip.Deflate, name, text))))
	f.Add("a.jar", pack(f, zip.Deflate, "META-INF/MANIFEST.MF", "Bundle-SymbolicName: a.b;x\n c\nBundle-Version: 1\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		got, _ := Read(name, data)
		for _, a := range got {
			require.True(t, a.valid())
		}
	})
}

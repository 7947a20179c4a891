package image_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func zipOf(t testing.TB, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		require.NoError(t, err)
		_, err = w.Write([]byte(pairs[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.String()
}

func TestJava(t *testing.T) {
	guava := string(fixture(t, "language/java/archive/testdata/guava-31.1-jre.jar"))
	p := read(t, layers(layer(
		"srv/app.war", zipOf(t, "WEB-INF/lib/guava-31.1-jre.jar", guava, "META-INF/MANIFEST.MF", "Implementation-Version: 1.0\n"),
		"opt/spring-core-5.3.1.jar", zipOf(t, "META-INF/MANIFEST.MF", "Implementation-Title: spring-core\n"),
		"opt/text.jar", "no archive",
	)))
	require.Equal(t, map[string]int{
		"pkg:maven/com.google.guava/guava@31.1-jre": 0, "pkg:maven/app/app@1.0": 0, "pkg:maven/org.springframework/spring-core@5.3.1": 0,
	}, purls(p))
	require.Equal(t, "srv/app.war!/WEB-INF/lib/guava-31.1-jre.jar", byName(p)["com.google.guava:guava"].Path)
	require.Empty(t, byName(p)["com.google.guava:guava"].Inside)
}

func TestRuby(t *testing.T) {
	const dir = "usr/local/bundle/specifications/"
	spec := func(name, version string) string {
		return "# stub: " + name + "\n\nGem::Specification.new do |s|\n  s.name = " + name + "\n  s.version = " + version + "\n  s.authors = [\"x\".freeze]\nend\n"
	}
	p := read(t, layers(layer(
		dir+"rake-13.0.6.gemspec", spec(`"rake".freeze`, `"13.0.6"`), dir+"nokogiri-1.15.0-x86_64-linux.gemspec", spec(`"nokogiri".freeze`, `"1.15.0".freeze`),
		"usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.1.gemspec", spec(`"json".freeze`, `Gem::Version.new("2.6.1")`),
		"srv/app/app.gemspec", spec(`"app"`, "App::VERSION"), dir+"odd-1.gemspec", "x",
	)))
	require.Equal(t, map[string]int{"pkg:gem/rake@13.0.6": 0, "pkg:gem/nokogiri@1.15.0": 0, "pkg:gem/json@2.6.1": 0}, purls(p))
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "gem specification cannot be read")
}

func TestCargo(t *testing.T) {
	const dir = "language/rust/cargoauditable/testdata/"
	p := read(t, layers(layer("usr/bin/a", string(fixture(t, dir+"uses_serde_json/uses_serde_json")), "usr/bin/b", string(fixture(t, dir+"no_deps/no_deps")))))
	require.Equal(t, map[string]int{
		"pkg:cargo/itoa@1.0.14": 0, "pkg:cargo/memchr@2.7.4": 0, "pkg:cargo/proc-macro2@1.0.92": 0, "pkg:cargo/quote@1.0.38": 0, "pkg:cargo/ryu@1.0.18": 0,
		"pkg:cargo/serde@1.0.217": 0, "pkg:cargo/serde_derive@1.0.217": 0, "pkg:cargo/serde_json@1.0.135": 0, "pkg:cargo/syn@2.0.95": 0, "pkg:cargo/unicode-ident@1.0.14": 0,
	}, purls(p))
}

func TestDotnet(t *testing.T) {
	const dir = "language/dotnet/depsjson/testdata/"
	p := read(t, layers(layer(
		"app/TestLibrary.deps.json", string(fixture(t, dir+"valid")), "app/editor.deps.json", string(fixture(t, dir+"editor.deps.json")),
		"self/app.deps.json", `{"runtimeTarget":{},"libraries":{"app/1.0":{"type":"project"},"runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":{"type":"runtimepack"}}}`,
		"cut/app.deps.json", `{"runtimeTarget":{"name"`,
	)))
	require.Equal(t, map[string]int{"pkg:nuget/AWSSDK.Core@3.7.10.6": 0, "pkg:nuget/Microsoft.Extensions.DependencyInjection@6.0.0": 0, "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1": 0}, purls(p))
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "/cut/app.deps.json")
}

func TestComposer(t *testing.T) {
	p := read(t, layers(layer(
		"app/vendor/composer/installed.json", `{"packages":[{"name":"monolog/monolog","version":"2.9.1","extra":[]},{"name":"symfony/yaml","version":"v6.3.0"}],"dev":true}`,
		"old/vendor/composer/installed.json", `[{"name":"psr/log","version":"1.1.4"}]`, "bad/vendor/composer/installed.json", `{`,
	)))
	require.Equal(t, map[string]int{"pkg:composer/monolog/monolog@2.9.1": 0, "pkg:composer/symfony/yaml@6.3.0": 0, "pkg:composer/psr/log@1.1.4": 0}, purls(p))
	require.Len(t, p.NotAnalysed, 1)
}

func TestConda(t *testing.T) {
	p := read(t, layers(layer(
		"opt/conda/conda-meta/jupyterlab-3.1.12-py39hf3db000.json", string(fixture(t, "language/python/condameta/testdata/valid")),
		"opt/conda/conda-meta/history", "==>", "opt/conda/conda-meta/x.json", `{"name":"x"}`,
	)))
	require.Equal(t, map[string]int{"pkg:conda/jupyterlab@3.1.12": 0}, purls(p))
	require.Len(t, p.NotAnalysed, 1)
}

// Yarn's cache, eggs in both forms, wheels; pnpm's folders are node_modules, too.
func TestPackagesInArchives(t *testing.T) {
	const site = "usr/lib/python3/site-packages/"
	meta := func(name string) string { return "Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n" }
	p := read(t, layers(layer(
		"app/.yarn/cache/lodash-npm-4.17.21-6382451519.zip", zipOf(t, "node_modules/lodash/package.json", `{"name":"lodash","version":"4.17.21"}`, "node_modules/lodash/fp/package.json", `{}`),
		"app/node_modules/.pnpm/ms@2.1.2/node_modules/ms/package.json", `{"name":"ms","version":"2.1.2"}`,
		site+"zipped-1.0-py3.egg", zipOf(t, "EGG-INFO/PKG-INFO", meta("zipped")), site+"folder-1.0-py3.egg/EGG-INFO/PKG-INFO", meta("folder"),
		"wheels/whole-1.0-py3-none-any.whl", zipOf(t, "whole-1.0.dist-info/METADATA", meta("whole"), "whole/_vendor/in-1.0.dist-info/METADATA", meta("in")),
		"usr/lib/python3/ensurepip/_bundled/pip-1.0-py3-none-any.whl", zipOf(t, "pip-1.0.dist-info/METADATA", meta("pip")),
		"app/.yarn/cache/broken.zip", "PK\x03\x04",
	)))
	require.Equal(t, map[string]int{"pkg:npm/lodash@4.17.21": 0, "pkg:npm/ms@2.1.2": 0, "pkg:pypi/zipped@1.0": 0, "pkg:pypi/folder@1.0": 0, "pkg:pypi/whole@1.0": 0}, purls(p))
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "package archive cannot be read")
}

// What a package of the distribution brought is reported once, but for programs
// and what other vendors put into /opt.
func TestOwnedLanguages(t *testing.T) {
	jar := zipOf(t, "META-INF/maven/g/a/pom.properties", "groupId=g\nartifactId=a\nversion=1\n")
	files := []string{"usr/share/java/a.jar", jar, "opt/vendor/a.jar", jar, "usr/share/specifications/x-1.gemspec", "s.name = \"x\"\ns.version = \"1\"\n"}
	list := ""
	for i := 0; i < len(files); i += 2 {
		list += "/" + files[i] + "\n"
	}
	p := read(t, layers(layer(append(files, "var/lib/dpkg/status", dpkg("p", "1"), "var/lib/dpkg/info/p.list", list)...)))
	require.Equal(t, map[string]int{"pkg:deb/p@1?arch=amd64": 0, "pkg:maven/g/a@1": 0}, purls(p))
	require.Equal(t, "opt/vendor/a.jar", byName(p)["g:a"].Path)
	require.True(t, strings.HasPrefix(jar, "PK"))
}

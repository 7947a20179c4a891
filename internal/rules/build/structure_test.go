package build

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestPorts(t *testing.T) {
	for word, want := range map[string]string{
		"0": "", "65535": "", "65536": "does not exist", "99999999999999999999/udp": "does not exist", "1-65536": "does not exist",
		"80-90/tcp": "", "90-80": "ends before", "http": "is no port", "80x": "is no port", "-1": "is no port", "80-": "is no port", "": "is no port",
		"$P": "", "80-$P": "", "[::1]:80:8080": "", "127.0.0.1::8080": "", "1:2:70000": "does not exist",
	} {
		wrong, outside := portProblem(word)
		require.Contains(t, wrong, want, word)
		require.Equal(t, want == "", wrong == "", word)
		require.Equal(t, want == "does not exist", outside, word)
	}
}

func TestPlatformParts(t *testing.T) {
	for text, want := range map[string]string{
		"linux/amd64": "linux/amd64", "amd64": "linux/amd64", "linux/x86_64": "linux/amd64", "aarch64": "linux/arm64", "linux": "linux/amd64",
		"linux/arm/v7": "linux/arm", "armhf": "linux/arm", "windows(10.0.17763)/amd64": "windows/amd64", "Linux/AMD64": "linux/amd64",
		"macos/arm64": "darwin/arm64", "nonsense": "", "linux/": "", "a b": "", "linux/arm/v7/x": "",
	} {
		system, machine, ok := platformParts(text)
		require.Equal(t, want != "", ok, text)
		if ok {
			require.Equal(t, want, system+"/"+machine, text)
		}
	}
}

func TestRegistryAllowed(t *testing.T) {
	allowed := []string{"*.gcr.io", "ghcr.io/acme", "registry-1.docker.io/", "r.example.com:5000", "quay.io/*/public"}
	for name, want := range map[string]bool{
		"eu.gcr.io/a/b": true, "gcr.io/a": false, "ghcr.io/acme/x": true, "ghcr.io/acme/x/y": true, "ghcr.io/acmes": false, "ghcr.io/other": false,
		"docker.io/library/debian": true, "r.example.com:5000/x": true, "r.example.com/x": false, "quay.io/a/public": true, "quay.io/a/private": false,
		"evil.com/x.gcr.io": false, "GHCR.io/acme/x": true,
	} {
		require.Equal(t, want, registryAllowed(dockerHub(name), allowed), name)
	}
	require.True(t, registryAllowed("anything.example.com/x", []string{"*"}))
	require.False(t, registryAllowed("x.example.com/x", []string{"[", ""}))
}

func TestImageReference(t *testing.T) {
	sum := strings.Repeat("0123456789abcdef", 4)
	for text, want := range map[string]bool{
		"debian": true, "debian:12": true, "debian@sha256:" + sum: true, "r.example.com:5000/a/b_c/d--e:x-1@sha256:" + sum: true, "localhost/x": true,
		"Registry/x": true, "[::1]:5000/x": true, "a__b": true, "x.y/z": true, "scratch": true,
		"": false, "debian:": false, ":12": false, "Debian": false, "debian@": false, "debian@sha256:12": false, "a//b": false, "a/": false, "a___b": false,
		"-a": false, "a b": false, "a:" + strings.Repeat("x", 129): false, sum: false, "x_y.z/a": false, strings.Repeat("a/", 128): false, "a.b/" + strings.Repeat("c", 255): false,
	} {
		require.Equal(t, want, imageReference(text), text)
	}
}

func TestVariables(t *testing.T) {
	for word, want := range map[string]string{
		"debian": "", "$A:$B": "A B", "${A}x${B:-$C}": "A B|:-$C C", `\$A'$B'"$C"`: "C", "${A": "", "$": "", "${}": "", "${A:-{}}": "A|:-{}", "$1x": "1x",
	} {
		var got []string
		for _, v := range variables(word, '\\') {
			name := v.name
			if v.modifier != "" {
				name += "|" + v.modifier
			}
			got = append(got, name)
		}
		require.Equal(t, want, strings.Join(got, " "), word)
	}
	for text, want := range map[string]string{
		"debian:$X": "debian:", "${A:-debian}:${B-12}": "debian:12", "${A:-${B:-x}}": "x", "${A:+y}z": "z", "${A:?no}": "refused", "x${A#y}": "x", "plain": "plain",
	} {
		got, ok := withoutUnset(text, '\\')
		if !ok {
			got = "refused"
		}
		require.Equal(t, want, got, text)
	}
}

func TestLabelForms(t *testing.T) {
	for form, cases := range map[string]map[string]bool{
		"url":     {"https://example.com/a?b#c": true, "urn:isbn:1": true, "example.com": false, "": false, "http://a b": false, "://x": false, "https://example.com/%zz": false},
		"rfc3339": {"2026-11-01T12:00:00Z": true, "2026-11-01T12:00:00.5+02:00": true, "2026-11-01": false, "2026-13-01T12:00:00Z": false, "now": false},
		"spdx": {"MIT": true, "Apache-2.0 OR MIT": true, "(MIT AND BSD-3-Clause) OR GPL-2.0-or-later WITH Classpath-exception-2.0": true, "GPL-2.0+": true,
			"LicenseRef-acme": true, "": false, "MIT MIT": false, "OR MIT": false, "MIT OR": false, "(MIT": false, "MIT)": false, "GPL": false, "MIT WITH nothing": false},
		"hash":   {"0123abc": true, strings.Repeat("0f", 20): true, strings.Repeat("0f", 32): true, "0123ab": false, "0123abcd": false, "xyz1234": false},
		"semver": {"1.2.3": true, "1.2.3-rc.1+b.2": true, "0.0.0": true, "v1.2.3": false, "1.2": false, "01.2.3": false, "1.2.3-01": false, "": false},
		"email":  {"a@b.example": true, "a.b+c@example": true, `"a b"@example.com`: true, "a@[127.0.0.1]": true, "a": false, "a@": false, "@b": false, "A <a@b.c>": false, "a..b@c": false},
		"text":   {"anything": true, "$X": true},
	} {
		known, ok := labelForms(form)
		require.True(t, ok, form)
		for value, want := range cases {
			require.Equal(t, want, known.holds(value), "%s: %q", form, value)
		}
	}
	_, ok := labelForms("colour")
	require.False(t, ok)
}

func TestLabelKeys(t *testing.T) {
	for key, good := range map[string]bool{
		"a": true, "maintainer": true, "com.example.a-b": true, "org.opencontainers.image.source": true, "v2": true,
		"": false, "A": false, "aB": false, "1a": false, "a_b": false, "a..b": false, "a--b": false, "a-": false, "a.": false, "-a": false, "ä": false,
		"com.docker.x": false, "io.docker.x": false, "org.dockerproject.x": false, "com.dockers.x": true,
	} {
		require.Equal(t, good, keyProblem(key) == "", key)
	}
}

func TestQuotedLabel(t *testing.T) {
	for text, want := range map[string]string{
		"Ann <ann@example.com>": `"Ann <ann@example.com>"`, `"Ann"`: `"Ann"`, `'Ann'`: `"Ann"`, `"A" "B"`: `"\"A\" \"B\""`, `$x\y`: `"\$x\\y"`, "": `""`, `"`: `"\""`,
	} {
		quoted := quotedLabel(text, '\\')
		require.Equal(t, want, quoted, text)
		f, err := dockerfile.Parse(source.NewFile("Dockerfile", "FROM a:1\nLABEL x="+quoted+"\n"))
		require.NoError(t, err)
		kept := text
		if len(text) > 1 && strings.Count(text, text[:1]) == 2 && strings.ContainsAny(text[:1], `'"`) {
			kept = text[1 : len(text)-1]
		}
		require.Equal(t, kept, f.Stages[0].Instructions[0].Pairs[0].Value.Value, "what the label says")
	}
}

func TestCreated(t *testing.T) {
	for run, want := range map[string]account{
		"useradd -lu 123456 app":           {name: "app", short: true, id: dockerfile.Word{Value: "123456"}},
		"useradd --uid=7 -g 8 -o app":      {name: "app", shared: true, id: dockerfile.Word{Value: "7"}},
		"adduser -D -u 9 -G grp app":       {name: "app", id: dockerfile.Word{Value: "9"}},
		"groupadd --gid 3 -r grp":          {name: "grp", group: true, id: dockerfile.Word{Value: "3"}},
		"useradd -r -s /bin/false -d / me": {name: "me"},
	} {
		got, ok := created(first(t, run))
		require.True(t, ok, run)
		got.id = dockerfile.Word{Value: got.id.Value}
		require.Equal(t, want, got, run)
	}
	_, ok := created(first(t, "echo useradd x"))
	require.False(t, ok)
}

func TestCompiles(t *testing.T) {
	for run, want := range map[string]string{
		"go build -o x .": "go build", "./mvnw -B -q package": "mvnw package", "gcc -o x x.c": "gcc", "cargo build --release": "cargo build",
		"go version": "", "gcc --version": "", "npm run build": "", "go mod download": "", "dotnet restore": "", "dotnet publish -c Release": "dotnet publish",
	} {
		require.Equal(t, want, compiles(first(t, run)), run)
	}
}

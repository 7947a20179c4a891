package dockerfile_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// bases are base images with known configurations.
type bases map[string]string

var asked sync.Map

func (b bases) BaseConfig(_ context.Context, reference, platform string) ([]byte, bool) {
	asked.Store(reference+" "+platform, true)
	config, ok := b[reference]
	return []byte(config), ok
}

func checked(t *testing.T, text string, b dockerfile.BaseConfigs) *dockerfile.File {
	t.Helper()
	f := parse(t, text)
	require.Empty(t, f.Check(t.Context(), b))
	return f
}

func lint(f *dockerfile.File) []string {
	var out []string
	for _, w := range f.Lint {
		out = append(out, w.Check)
	}
	return out
}

// TestCheckSkipsNothing holds that what the file skips is found all the same,
// at BuildKit's lines, and that what it turns on stays on.
func TestCheckSkipsNothing(t *testing.T) {
	f := checked(t, "\ufeff# check=skip=all;error=true;experimental=all\n# stage\nFROM a:1 as x\n  # check=skip=JSONArgsRecommended why\nCMD x \\\n\n y\n", nil)
	require.Equal(t, []dockerfile.LintWarning{
		{Check: "FromAsCasing", Detail: "'as' and 'FROM' keywords' casing do not match", First: 3, Last: 3},
		{Check: "InvalidDefinitionDescription", Detail: f.Lint[1].Detail, First: 3, Last: 3},
		{Check: "JSONArgsRecommended", Detail: f.Lint[2].Detail, First: 5, Last: 7},
		{Check: "NoEmptyContinuation", Detail: "Empty continuation line", First: 7, Last: 7},
	}, f.Lint)
	f = checked(t, "# check=experimental=InvalidDefinitionDescription;skip=all\n# stage\nFROM a:1 AS x\n", nil)
	require.Equal(t, []string{"InvalidDefinitionDescription"}, lint(f))
	f = checked(t, "# stage\nFROM a:1 AS x\n", nil)
	require.Empty(t, f.Lint, "experimental checks are off by default")
}

// TestCheckWithoutBase holds that what depends on a base image that is not
// known is not said, and that it is where the base is known or empty.
func TestCheckWithoutBase(t *testing.T) {
	text := "FROM debian AS x\nUSER $HOME_USER\nWORKDIR $APP\nFROM x AS y\nUSER $OTHER\nFROM scratch\nUSER $MINE\n"
	require.Equal(t, []string{"UndefinedVar"}, lint(checked(t, text, nil)), "only that of the empty image")
	require.Equal(t, []string{"WorkdirRelativePath"}, lint(checked(t, "FROM debian\nENV DIR=x\nWORKDIR $DIR\n", nil)), "the file itself says it")
	require.Empty(t, lint(checked(t, "FROM mcr.microsoft.com/windows/nanoserver\nWORKDIR c:\\app\n", nil)))
	require.Equal(t, []string{"UndefinedVar"}, lint(checked(t, text, bases{"docker.io/library/alpine:latest": "{}"})))

	known := bases{"docker.io/library/debian:latest": `{"os":"linux","architecture":"arm64","config":{"Env":["APP=/app","HOME_USER=1"]},"rootfs":{"type":"layers","diff_ids":["sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]}}`}
	f := checked(t, text, known)
	require.Equal(t, []string{"InvalidBaseImagePlatform", "UndefinedVar", "UndefinedVar"}, lint(f))
	require.Equal(t, 5, f.Lint[1].First)
	require.Equal(t, "Usage of undefined variable '$OTHER'", f.Lint[1].Detail)
	_, ok := asked.Load("docker.io/library/debian:latest linux/amd64")
	require.True(t, ok)

	f = checked(t, "FROM --platform=linux/arm64 debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nUSER $X\nWORKDIR x\n", known)
	require.Equal(t, []string{"FromPlatformFlagConstDisallowed", "WorkdirRelativePath"}, lint(f))
	_, ok = asked.Load("docker.io/library/debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef linux/arm64")
	require.True(t, ok)
}

// TestCheckBadConfig holds that a configuration that cannot be read stops the
// checks and nothing else.
func TestCheckBadConfig(t *testing.T) {
	f := checked(t, "FROM debian\nMAINTAINER x\nUSER $X\n", bases{"docker.io/library/debian:latest": "{"})
	require.Equal(t, []string{"MaintainerDeprecated"}, lint(f))
}

package dockerfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// configuredFile parses a Dockerfile whose base image has the configuration.
func configuredFile(t *testing.T, text string, c *dockerfile.ImageConfig) *dockerfile.File {
	t.Helper()
	f, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
	require.NoError(t, err)
	f.Configure(func(dockerfile.BaseQuery) dockerfile.BaseAnswer {
		return dockerfile.BaseAnswer{Config: c, Unknown: "not asked"}
	})
	return f
}

func last(f *dockerfile.File) dockerfile.Config { return f.Stages[len(f.Stages)-1].Config }

func TestUserOfAStage(t *testing.T) {
	user := func(s string) *dockerfile.ImageConfig {
		return &dockerfile.ImageConfig{Full: true, User: &s, Workdir: &s}
	}
	for name, c := range map[string]struct {
		text string
		base *dockerfile.ImageConfig
		user string
		root dockerfile.Answer
	}{
		"base's":            {"FROM x", user("app"), "app", dockerfile.No},
		"base's root":       {"FROM x", user(""), "", dockerfile.Yes},
		"own":               {"FROM x\nUSER 0:0", user("app"), "0", dockerfile.Yes},
		"by name":           {"FROM x\nUSER Root", user("app"), "Root", dockerfile.Yes},
		"unknown base":      {"FROM x", nil, "", dockerfile.Unknown},
		"own on unknown":    {"FROM x\nUSER 1", nil, "1", dockerfile.No},
		"argument":          {"FROM x\nUSER $U", user(""), "$U", dockerfile.Unknown},
		"base's variable":   {"FROM x\nUSER $U", &dockerfile.ImageConfig{Full: true, Env: []string{"U=7"}}, "7", dockerfile.No},
		"parent stage":      {"FROM x AS a\nUSER 5\nFROM a", user(""), "5", dockerfile.No},
		"not root":          {"FROM x", &dockerfile.ImageConfig{NonRoot: true}, "", dockerfile.No},
		"root after all":    {"FROM x\nUSER root", &dockerfile.ImageConfig{NonRoot: true}, "root", dockerfile.Yes},
		"scratch":           {"FROM scratch", nil, "", dockerfile.Yes},
		"own ONBUILD":       {"FROM x\nONBUILD USER 0", user("9"), "9", dockerfile.No},
		"parent's ONBUILD":  {"FROM x AS a\nONBUILD USER 0\nFROM a", user("9"), "0", dockerfile.Yes},
		"grandparent's":     {"FROM x AS a\nONBUILD USER 0\nFROM a AS b\nUSER 3\nFROM b", user("9"), "3", dockerfile.No},
		"base's ONBUILD":    {"FROM x", &dockerfile.ImageConfig{Full: true, OnBuild: []string{"USER 0"}, NonRoot: true}, "0", dockerfile.Yes},
		"after base's":      {"FROM x\nUSER 4", &dockerfile.ImageConfig{Full: true, OnBuild: []string{"USER 0"}}, "4", dockerfile.No},
		"name from ARG":     {"ARG B\nFROM $B", user("app"), "", dockerfile.Unknown},
		"ONBUILD nonsense":  {"FROM x", &dockerfile.ImageConfig{Full: true, NonRoot: true, OnBuild: []string{"FROM y", "NONSENSE"}}, "", dockerfile.No},
		"ONBUILD two lines": {"FROM x", &dockerfile.ImageConfig{Full: true, NonRoot: true, OnBuild: []string{"RUN a\nUSER 0"}}, "0", dockerfile.Yes},
	} {
		t.Run(name, func(t *testing.T) {
			got := last(configuredFile(t, c.text+"\n", c.base))
			require.Equal(t, c.user, got.User.Value)
			require.Equal(t, c.root, got.Root())
			if !got.User.Known && c.base == nil && c.root == dockerfile.Unknown {
				require.NotEmpty(t, got.User.Why)
			}
		})
	}
}

func TestWorkdirOfAStage(t *testing.T) {
	at := func(s string) *dockerfile.ImageConfig { return &dockerfile.ImageConfig{Full: true, Workdir: &s} }
	for name, c := range map[string]struct {
		text  string
		base  *dockerfile.ImageConfig
		want  string
		known bool
	}{
		"default":              {"FROM x", at(""), "/", true},
		"base's":               {"FROM x", at("/srv"), "/srv", true},
		"relative":             {"FROM x\nWORKDIR a\nWORKDIR b/../c", at("/srv"), "/srv/a/c", true},
		"absolute":             {"FROM x\nWORKDIR /a\nWORKDIR b", nil, "/a/b", true},
		"relative to unknown":  {"FROM x\nWORKDIR a", nil, "a", false},
		"variable":             {"FROM x\nWORKDIR $D/a", nil, "$D/a", false},
		"base's variable":      {"FROM x\nWORKDIR $HOME_DIR/a", &dockerfile.ImageConfig{Full: true, Env: []string{"HOME_DIR=/h"}}, "/h/a", true},
		"path of Windows":      {"FROM x\nWORKDIR C:/app", at("/srv"), "C:/app", true},
		"after an unknown one": {"FROM x\nWORKDIR $D\nWORKDIR /b", nil, "/b", true},
	} {
		t.Run(name, func(t *testing.T) {
			got := last(configuredFile(t, c.text+"\n", c.base)).Workdir
			require.Equal(t, c.want, got.Value)
			require.Equal(t, c.known, got.Known)
		})
	}
}

func TestEnvAndShellOfAStage(t *testing.T) {
	base := &dockerfile.ImageConfig{Full: true, Env: []string{"A=1", "B=2"}, Shell: []string{"/bin/ash"}}
	f := configuredFile(t, "FROM x AS a\nENV B=3 C=4\nFROM a\nENV A=9\n", base)
	got := last(f)
	var pairs []string
	for _, v := range got.Env {
		pairs = append(pairs, v.Name+"="+v.Value)
	}
	require.Equal(t, []string{"B=3", "C=4", "A=9"}, pairs)
	require.True(t, got.EnvKnown)
	require.Equal(t, []string{"/bin/ash"}, got.Shell)
	require.Len(t, f.Stages[0].Config.Env, 3, "the stage below keeps its own")
	require.Equal(t, "1", f.Stages[0].Config.Env[0].Value)
	require.Equal(t, []string{"sh", "-ec"}, last(configuredFile(t, "FROM x\nSHELL [\"sh\", \"-ec\"]\n", base)).Shell)
}

func TestConfigureTwiceIsTheSame(t *testing.T) {
	base := &dockerfile.ImageConfig{Full: true, OnBuild: []string{"USER 0", "COPY --from=ghcr.io/acme/x:1 / /"}}
	f := configuredFile(t, "FROM x AS a\nONBUILD RUN true\nFROM a\n", base)
	require.Len(t, f.Stages[0].Triggers, 2)
	require.Equal(t, "COPY --from=ghcr.io/acme/x:1 / /", f.Stages[0].Triggers[1].Trigger)
	f.Configure(func(dockerfile.BaseQuery) dockerfile.BaseAnswer { return dockerfile.BaseAnswer{Config: base} })
	require.Len(t, f.Stages[0].Triggers, 2)
	require.Len(t, f.Stages[1].Triggers, 1)
	require.Empty(t, f.Stages[1].Triggers[0].Trigger)
}

func TestQuery(t *testing.T) {
	for text, want := range map[string]dockerfile.BaseQuery{
		"FROM debian": {Ref: "docker.io/library/debian:latest", Platform: "linux/amd64"},
		"FROM --platform=linux/arm64 ghcr.io/a/b:1": {Ref: "ghcr.io/a/b:1", Platform: "linux/arm64"},
		"FROM --platform=$BUILDPLATFORM golang:1":   {Ref: "docker.io/library/golang:1", Platform: "linux/amd64"},
		"FROM --platform=arm64 golang:1":            {Ref: "docker.io/library/golang:1", Platform: "linux/arm64"},
		"ARG P=linux/s390x\nFROM --platform=$P x":   {Ref: "docker.io/library/x:latest", Platform: "linux/s390x"},
		"FROM --platform=$UNKNOWN x":                {Ref: "docker.io/library/x:latest", Platform: "linux/amd64"},
		"FROM mcr.microsoft.com/windows/nanoserver": {Ref: "mcr.microsoft.com/windows/nanoserver:latest", Platform: "windows/amd64"},
	} {
		f, err := dockerfile.Parse(source.NewFile("Dockerfile", text+"\n"))
		require.NoError(t, err)
		got, ok := f.Stages[0].Query()
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"FROM scratch", "ARG B\nFROM $B"} {
		f, err := dockerfile.Parse(source.NewFile("Dockerfile", text+"\n"))
		require.NoError(t, err)
		_, ok := f.Stages[0].Query()
		require.False(t, ok, text)
	}
}

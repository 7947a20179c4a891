package facts

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestJoinBuildsPlacesLayers(t *testing.T) {
	f := parse(t, "Dockerfile", "FROM debian:12 AS base\nFROM base\nRUN make\nUSER 65532\n")
	img := &image.Image{Ref: "app", Platforms: []*image.Platform{platform(debian + "RUN /bin/sh -c make # buildkit\n- USER 65532")}}
	builds, unknown := joinBuilds(img, nil, []*dockerfile.File{f}, made, nil)
	require.Empty(t, unknown)
	require.Len(t, builds, 1)
	b := builds[0]
	require.True(t, b.Matched)
	require.False(t, b.Stated)
	require.Equal(t, f, b.Dockerfile)
	require.Equal(t, 1, b.BaseLayers)
	require.Equal(t, "Dockerfile:1:6", b.LayerSpan(0).String(), "the FROM of the parent stage")
	require.Equal(t, "debian:12", b.LayerSpan(0).Text())
	require.Equal(t, "RUN make", b.LayerSpan(1).Text())
	require.Equal(t, "debian:12", b.LayerSpan(-1).Text())
	require.Equal(t, "debian:12", b.StepSpan(1).Text())
	require.Equal(t, "RUN make", b.StepSpan(2).Text())
	require.Equal(t, "USER 65532", b.StepSpan(3).Text())
}

func TestJoinBuildsStatedButNotTheSame(t *testing.T) {
	f := parse(t, "Dockerfile", "FROM debian:12\nRUN make\n")
	img := &image.Image{Ref: "app", Platforms: []*image.Platform{platform(debian + "RUN /bin/sh -c other # buildkit")}}
	builds, unknown := joinBuilds(img, f.Stages[0], nil, made, nil)
	require.Empty(t, unknown)
	require.True(t, builds[0].Stated)
	require.False(t, builds[0].Matched)
	require.Equal(t, "debian:12", builds[0].LayerSpan(1).Text())
}

func TestJoinBuildsWithoutDockerfile(t *testing.T) {
	img := &image.Image{Ref: "app", Platforms: []*image.Platform{platform(debian)}}
	img.Platforms[0].Platform = registry.Platform{OS: "linux", Architecture: "amd64"}
	builds, unknown := joinBuilds(img, nil, nil, made, nil)
	require.Empty(t, unknown, "there is no Dockerfile that could explain it")
	require.False(t, builds[0].LayerSpan(0).Valid())

	one := parse(t, "Dockerfile", "FROM debian:12\nRUN make\n")
	builds, unknown = joinBuilds(img, nil, []*dockerfile.File{one}, made, nil)
	require.Equal(t, []source.NotAnalysed{{Concern: "attribution",
		Reason: "app (linux/amd64): its history fits no Dockerfile of the repository, so its layers are not traced to instructions; write --image REF,dockerfile=PATH,target=STAGE"}}, unknown)
	require.Equal(t, "debian:12", builds[0].LayerSpan(0).Text(), "the FROM of the only Dockerfile")

	builds, _ = joinBuilds(img, nil, []*dockerfile.File{one, parse(t, "b/Dockerfile", "FROM alpine\nRUN make\n")}, made, nil)
	require.False(t, builds[0].LayerSpan(0).Valid())
}

func TestStatedTarget(t *testing.T) {
	repo := source.OpenFS(fstest.MapFS{"build/app.image": {Data: []byte("FROM debian:12 AS one\nFROM one AS Two\nFROM scratch\n")}})
	known := parse(t, "Dockerfile", "FROM debian:12\n")
	for _, c := range []struct {
		dockerfile, target string
		stage              int
		problem            string
	}{
		{"Dockerfile", "", 0, ""},
		{"./Dockerfile", "0", 0, ""},
		{"build/app.image", "", 2, ""},
		{"build/app.image", "two", 1, ""},
		{"build/app.image", "1", 1, ""},
		{"build/app.image", "three", 0, "app: target=three: build/app.image has no such stage; it has one, two, 2"},
		{"missing/Dockerfile", "", 0, "app: dockerfile=missing/Dockerfile: "},
		{"../Dockerfile", "", 0, "app: dockerfile=../Dockerfile: "},
	} {
		target, extra, err := statedTarget(repo, []*dockerfile.File{known}, ImageSource{Content: &registry.Content{Ref: "app"}, Dockerfile: c.dockerfile, Target: c.target})
		if c.problem != "" {
			require.ErrorContains(t, err, c.problem)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.stage, target.Index)
		require.Equal(t, target.File != known, extra != nil, "a file that nobody took for a Dockerfile is judged too")
	}
}

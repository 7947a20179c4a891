package facts

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/provenance"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// joined is the build of an image from a Dockerfile.
func joined(t *testing.T, text, lines string) *Build {
	t.Helper()
	f := parse(t, "Dockerfile", text)
	img := &image.Image{Ref: "app", Platforms: []*image.Platform{platform(lines)}}
	builds, unknown := joinBuilds(img, nil, []*dockerfile.File{f}, made, nil)
	require.Empty(t, unknown)
	return builds[0]
}

func ways(b *Build, layer int, file string) []string {
	var out []string
	for _, r := range b.Origins(layer, file) {
		out = append(out, fmt.Sprintf("%d: %s: %s", r.At.Start.Line, r.At.Text(), r.Message))
	}
	return out
}

func TestOriginsFollowCopiesIntoTheStageThatMadeTheFile(t *testing.T) {
	b := joined(t, `FROM golang:1.25 AS build
WORKDIR /src
COPY go.mod ./
COPY . .
RUN go build -o /out/app ./cmd/app
RUN echo unrelated
FROM node:24 AS web
WORKDIR /web
COPY package.json .
RUN npm ci
COPY . .
FROM busybox AS tools
FROM build AS packed
COPY --from=tools /bin/sh /out/sh
FROM scratch
COPY --from=build /out/app /usr/bin/app
COPY --from=web /web/node_modules /app/node_modules
COPY --from=packed /out/ /all/
COPY --from=web /web/server.js /app/
COPY --from=docker.io/library/nginx:1.29 /etc/nginx /etc/nginx
COPY own /own
COPY --from=tools /bin/sh /sh
`, `COPY /out/app /usr/bin/app # buildkit
COPY /web/node_modules /app/node_modules # buildkit
COPY /out/ /all/ # buildkit
COPY /web/server.js /app/ # buildkit
COPY /etc/nginx /etc/nginx # buildkit
COPY own /own # buildkit
COPY /bin/sh /sh # buildkit
`)
	require.Equal(t, []string{"5: RUN go build -o /out/app ./cmd/app: it comes from stage build, where this instruction brings in /out/app"}, ways(b, 0, "usr/bin/app"))
	require.Equal(t, []string{"10: RUN npm ci: it comes from stage web, where this instruction brings in /web/node_modules/ms/package.json"},
		ways(b, 1, "app/node_modules/ms/package.json"), "not the COPY of everything after it")
	require.Equal(t, []string{
		"14: COPY --from=tools /bin/sh /out/sh: it comes from stage packed, where this instruction brings in /out/sh",
		"12: busybox: it comes from stage tools, and there from the image busybox",
	}, ways(b, 2, "all/sh"))
	require.Equal(t, []string{"11: COPY . .: it comes from stage web, where this instruction brings in /web/server.js"}, ways(b, 3, "app/server.js"))
	require.Equal(t, []string{"20: docker.io/library/nginx:1.29: it comes from the image docker.io/library/nginx:1.29"}, ways(b, 4, "etc/nginx/nginx.conf"))
	require.Empty(t, ways(b, 5, "own"))
	require.Equal(t, []string{"12: busybox: it comes from stage tools, and there from the image busybox"}, ways(b, 6, "sh"))
}

func TestOriginsNameTheStageWhereNothingSaysMore(t *testing.T) {
	b := joined(t, "FROM debian:12 AS build\nRUN make\nFROM scratch\nCOPY --from=build /result /\n", "COPY /result / # buildkit\n")
	require.Equal(t, []string{"1: FROM debian:12 AS build: it comes from stage build"}, ways(b, 0, "result"))
}

func TestSquashedLayer(t *testing.T) {
	b := joined(t, "FROM debian:12\nRUN echo a > /a\nCOPY b /srv/\n", debian+"- /bin/sh -c echo a > /a\n- /bin/sh -c #(nop) COPY file:1 in /srv/")
	require.False(t, b.Squashed)
	p := platform(debian + "- /bin/sh -c echo a > /a\n- /bin/sh -c #(nop) COPY file:1 in /srv/")
	p.History = append(p.History, image.History{Comment: "merge sha256:1 to sha256:2", Layer: 1})
	p.Layers = append(p.Layers, &image.Layer{Index: 1})
	f := parse(t, "Dockerfile", "FROM debian:12\nRUN echo a > /a\nCOPY b /srv/\n")
	builds, unknown := joinBuilds(&image.Image{Platforms: []*image.Platform{p}}, nil, []*dockerfile.File{f}, made, nil)
	require.Empty(t, unknown)
	b = builds[0]
	require.True(t, b.Squashed)
	require.True(t, b.FromBase(0))
	require.False(t, b.FromBase(1))
	require.Equal(t, "FROM debian:12", b.LayerSpan(1).Text())
	require.Equal(t, "RUN echo a > /a", b.FileSpan(1, "a").Text())
	require.Equal(t, "COPY b /srv/", b.FileSpan(1, "srv/b").Text())
	require.Equal(t, "FROM debian:12", b.FileSpan(1, "x").Text(), "no instruction speaks of it")
}

// layers gives a platform's layers their digests: "a" has the diff ID "sha256:a"
// and, as stored, "blob:a".
func layers(p *image.Platform, ids string) *image.Platform {
	for i, id := range strings.Fields(ids) {
		p.Layers[i].DiffID, p.Layers[i].Digest = "sha256:"+id, "blob:"+id
	}
	return p
}

func base(ids string) *dockerfile.ImageConfig {
	return &dockerfile.ImageConfig{Full: true, Raw: []byte(`{"rootfs":{"diff_ids":["sha256:` + strings.Join(strings.Fields(ids), `","sha256:`) + `"]}}`)}
}

func TestBaseDigestsDecideWhereTheHistoryDoesNot(t *testing.T) {
	old := parse(t, "a/Dockerfile", "FROM debian:11\nRUN make\n")
	now := parse(t, "b/Dockerfile", "FROM debian:12\nRUN make\n")
	old.Stages[0].Image, now.Stages[0].Image = base("x"), base("a b")
	img := &image.Image{Platforms: []*image.Platform{layers(platform("ADD rootfs /\nRUN trigger\nRUN /bin/sh -c make # buildkit"), "a b c")}}
	builds, unknown := joinBuilds(img, nil, []*dockerfile.File{old, now}, made, nil)
	require.Empty(t, unknown)
	joinBases(builds)
	require.Equal(t, now, builds[0].Dockerfile)
	require.True(t, builds[0].BaseKnown)
	require.Equal(t, 2, builds[0].BaseLayers)

	builds, _ = joinBuilds(img, old.Stages[0], nil, made, nil)
	joinBases(builds)
	require.False(t, builds[0].BaseKnown, "the image does not stand on that base")
}

func TestBaseImageOfTheSameRun(t *testing.T) {
	lower := parse(t, "base/Dockerfile", "FROM scratch\nCOPY lib /usr/lib/lib\n")
	upper := parse(t, "app/Dockerfile", "FROM ghcr.io/acme/base:1\nCOPY app /\n")
	files := []*dockerfile.File{lower, upper}
	base, _ := joinBuilds(&image.Image{Ref: "base", Platforms: []*image.Platform{layers(platform("COPY lib /usr/lib/lib # buildkit"), "a")}}, nil, files, made, nil)
	app, _ := joinBuilds(&image.Image{Ref: "app", Platforms: []*image.Platform{layers(platform("COPY lib /usr/lib/lib # buildkit\nCOPY app / # buildkit"), "a b")}}, nil, files, made, nil)
	joinBases(append(base, app...))
	require.Equal(t, base[0], app[0].BaseBuild)
	require.Equal(t, "ghcr.io/acme/base:1", app[0].LayerSpan(0).Text())
	require.Equal(t, []string{"2: COPY lib /usr/lib/lib: this line brought it into the base image"}, ways(app[0], 0, "usr/lib/lib"))
}

// attested is the statement of a build with a line for each layer.
func attested(text string, lines map[string]int) registry.Attestation {
	var locations, results []string
	for id, line := range lines {
		locations = append(locations, fmt.Sprintf(`"%s":{"locations":[{"ranges":[{"start":{"line":%d},"end":{"line":%d}}]}]}`, id, line, line))
		results = append(results, fmt.Sprintf(`"%s:0":[[{"digest":"blob:%s"}]]`, id, id))
	}
	raw := fmt.Sprintf(`{"predicateType":"%s","predicate":{"runDetails":{"metadata":{"buildkit_metadata":{"source":{"locations":{%s},"infos":[{"filename":"Dockerfile","data":"%s"}]},"layers":{%s}}}}}}`,
		provenance.TypeV1, strings.Join(locations, ","), base64.StdEncoding.EncodeToString([]byte(text)), strings.Join(results, ","))
	return registry.Attestation{PredicateType: provenance.TypeV1, Read: func(context.Context) ([]byte, error) { return []byte(raw), nil }}
}

func TestProvenanceTellsWhereTheHistoryDoesNot(t *testing.T) {
	f := parse(t, "Dockerfile", "FROM debian:12\nRUN make\nCOPY app /\n")
	told := readStatements(t.Context(), &registry.Content{Attestations: []registry.Attestation{
		{PredicateType: "https://spdx.dev/Document"}, attested(f.Source.Text, map[string]int{"a": 1, "b": 2, "c": 3})}})
	img := &image.Image{Platforms: []*image.Platform{layers(platform("base\nrewritten\nby somebody"), "a b c")}}
	builds, unknown := joinBuilds(img, nil, []*dockerfile.File{f}, made, told)
	require.Empty(t, unknown)
	require.Equal(t, TracedByProvenance, builds[0].Traced)
	require.Equal(t, "debian:12", builds[0].LayerSpan(0).Text())
	require.Equal(t, "RUN make", builds[0].LayerSpan(1).Text())
	require.Equal(t, "COPY app /", builds[0].LayerSpan(2).Text())
	require.True(t, builds[0].FromBase(0))

	changed := parse(t, "Dockerfile", "# moved\nFROM debian:12\nRUN make\nCOPY app /\n")
	_, unknown = joinBuilds(img, nil, []*dockerfile.File{changed}, made, told)
	require.Len(t, unknown, 1, "the lines of another text are not ours")
}

// A step that another platform of the build has made already is left out: its layer
// is seen in the results of later steps alone, and these have not made it.
func TestProvenanceWithAStepLeftOut(t *testing.T) {
	f := parse(t, "Dockerfile", "FROM scratch\nCOPY a /\nCOPY b /\n")
	raw := attested(f.Source.Text, map[string]int{"b": 3})
	text, err := raw.Read(t.Context())
	require.NoError(t, err)
	partial := strings.Replace(string(text), `[[{"digest":"blob:b"}]]`, `[[{"digest":"blob:a"},{"digest":"blob:b"}]]`, 1)
	raw.Read = func(context.Context) ([]byte, error) { return []byte(partial), nil }
	told := readStatements(t.Context(), &registry.Content{Attestations: []registry.Attestation{raw}})
	img := &image.Image{Platforms: []*image.Platform{layers(platform("COPY a / # buildkit\nCOPY b / # buildkit"), "a b")}}
	builds, unknown := joinBuilds(img, nil, []*dockerfile.File{f}, made, told)
	require.Empty(t, unknown)
	require.Equal(t, TracedByHistory, builds[0].Traced)
	require.Equal(t, "COPY a /", builds[0].LayerSpan(0).Text())
	require.Equal(t, "COPY b /", builds[0].LayerSpan(1).Text())
}

func TestProvenanceBreaksATie(t *testing.T) {
	one, two := parse(t, "a/Dockerfile", "FROM debian:11\nRUN make\n"), parse(t, "b/Dockerfile", "FROM debian:12\nRUN make\n")
	told := readStatements(t.Context(), &registry.Content{Attestations: []registry.Attestation{attested(two.Source.Text, map[string]int{"a": 1, "b": 2})}})
	img := &image.Image{Platforms: []*image.Platform{layers(platform("base\nRUN /bin/sh -c make # buildkit"), "a b")}}
	builds, unknown := joinBuilds(img, nil, []*dockerfile.File{one, two}, made, told)
	require.Empty(t, unknown)
	require.Equal(t, two, builds[0].Dockerfile)
}

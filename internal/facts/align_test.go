package facts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// made is how the tests' instructions recognise their history.
var made madeBy = (*dockerfile.Instruction).MatchesHistory

func parse(t testing.TB, path, text string) *dockerfile.File {
	t.Helper()
	f, err := dockerfile.Parse(source.NewFile(path, text))
	require.NoError(t, err)
	return f
}

// history makes a history from lines; one that starts with "-" made no layer.
func history(lines string) []image.History {
	var out []image.History
	layer := 0
	for line := range strings.Lines(strings.TrimSpace(lines)) {
		by, empty := strings.CutPrefix(strings.TrimSpace(line), "- ")
		h := image.History{CreatedBy: by, EmptyLayer: empty, Layer: -1}
		if !empty {
			h.Layer, layer = layer, layer+1
		}
		out = append(out, h)
	}
	return out
}

// platform makes a platform with as many layers as its history tells of.
func platform(lines string) *image.Platform {
	p := &image.Platform{History: history(lines)}
	for i, h := range p.History {
		if !h.EmptyLayer {
			p.Layers = append(p.Layers, &image.Layer{Index: h.Layer, History: i})
		}
	}
	return p
}

const twoStages = `FROM golang:1.25 AS build
RUN go build -o /app
FROM debian:12 AS base
RUN apt-get update
FROM base
ARG VERSION=1
ENV HOME=/srv
COPY --from=build /app /app
ONBUILD RUN never
USER 65532
`

const debian = `# debian.sh --arch 'amd64' out/ 'bookworm'
- CMD ["bash"]
`

// BuildKit's dispatchOnbuild writes no history.
func TestAlignWithoutOnBuild(t *testing.T) {
	f := parse(t, "Dockerfile", twoStages)
	fit := align(history(debian+`RUN /bin/sh -c apt-get update # buildkit
- ARG VERSION=7
- ENV HOME=/srv
COPY /app /app # buildkit
- USER 65532
`), f.Stages[2], made)
	require.Equal(t, 5, fit.matched)
	require.Equal(t, 2, fit.base)
}

func TestAlignWalksBackThroughParentStages(t *testing.T) {
	f := parse(t, "Dockerfile", twoStages)
	p := platform(debian + `RUN /bin/sh -c apt-get update # buildkit
- ARG VERSION=7
- ENV HOME=/srv
COPY /app /app # buildkit
- ONBUILD RUN never
- USER 65532
`)
	fit := align(p.History, f.Stages[2], made)
	require.Equal(t, 6, fit.matched)
	require.Equal(t, 2, fit.base)
	instructions, base := fit.byLayer(p)
	require.Equal(t, 1, base)
	require.Nil(t, instructions[0])
	require.Equal(t, "RUN apt-get update", instructions[1].Span.Text())
	require.Equal(t, "COPY --from=build /app /app", instructions[2].Span.Text())
}

func TestAlignRefusesWhatDoesNotFit(t *testing.T) {
	f := parse(t, "Dockerfile", twoStages)
	whole := debian + "RUN /bin/sh -c apt-get update # buildkit\n- ARG VERSION=7\n- ENV HOME=/srv\nCOPY /app /app # buildkit\n"
	for name, lines := range map[string]string{
		"another instruction at the end":   whole + "- USER 65532\n- CMD [\"x\"]",
		"another user":                     whole + "- USER 0",
		"an instruction that is not there": debian + "COPY /app /app # buildkit\n- USER 65532",
		"nothing":                          "",
	} {
		require.Zero(t, align(history(lines), f.Stages[2], made).matched, name)
	}
}

func TestAlignWithBuildersThatRecordLayersOnly(t *testing.T) {
	f := parse(t, "Dockerfile", twoStages)
	fit := align(history("ADD file:0 in /\nRUN apt-get update\nCOPY --from=build /app /app\n"), f.Stages[2], made)
	require.Equal(t, 2, fit.matched)
	require.Equal(t, 1, fit.base)
}

func TestAlignFromScratchLeavesNothingBelow(t *testing.T) {
	f := parse(t, "Dockerfile", "FROM scratch\nCOPY app /\n")
	require.Equal(t, 1, align(history("COPY app / # buildkit"), f.Stages[0], made).matched)
	require.Zero(t, align(history(debian+"COPY app / # buildkit"), f.Stages[0], made).matched)
}

func TestFindTarget(t *testing.T) {
	long := parse(t, "a/Dockerfile", "FROM debian:12\nRUN make\nCOPY app /\n")
	short := parse(t, "b/Dockerfile", "FROM ghcr.io/acme/base\nCOPY app /\n")
	twin := parse(t, "c/Dockerfile", "FROM debian:11\nRUN make\nCOPY app /\n")
	bare := parse(t, "d/Dockerfile", "FROM debian:12\n")
	built := history(debian + "RUN /bin/sh -c make # buildkit\nCOPY app / # buildkit")

	target, fit, _ := findTarget(&image.Platform{History: built}, []*dockerfile.File{short, long, bare}, made)
	require.Equal(t, long.Stages[0], target, "the longest suffix")
	require.Equal(t, 2, fit.matched)

	target, _, reason := findTarget(&image.Platform{History: built}, []*dockerfile.File{long, twin}, made)
	require.Nil(t, target)
	require.Equal(t, "its history fits a/Dockerfile and c/Dockerfile equally well", reason)

	target, _, reason = findTarget(&image.Platform{History: history(debian + "RUN other")}, []*dockerfile.File{long, short, bare}, made)
	require.Nil(t, target)
	require.Equal(t, "its history fits no Dockerfile of the repository", reason)

	_, _, reason = findTarget(&image.Platform{}, []*dockerfile.File{long}, made)
	require.Equal(t, "it carries no history", reason)
}

func TestFindTargetPrefersTheLaterStage(t *testing.T) {
	f := parse(t, "Dockerfile", "FROM debian:12 AS a\nCOPY app /\nFROM a AS b\n")
	target, _, _ := findTarget(&image.Platform{History: history("COPY app / # buildkit")}, []*dockerfile.File{f}, made)
	require.Equal(t, "b", target.Name)
}

package build_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	"github.com/stretchr/testify/require"
)

// unknownBases answers BuildKit for every image.
type unknownBases struct{}

func (unknownBases) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return ref, "", []byte(`{"os":"linux","architecture":"amd64","config":{},"rootfs":{"type":"layers"}}`), nil
}

// builds reports whether BuildKit gets to the end of a file: where it stops, our
// rules go on.
func builds(t *testing.T, text string) bool {
	t.Helper()
	caps := pb.Caps.CapSet(pb.Caps.All())
	res, err := dockerfile2llb.DockerfileLint(t.Context(), []byte(text), dockerfile2llb.ConvertOpt{MetaResolver: unknownBases{}, LLBCaps: &caps,
		SourceMap: &llb.SourceMap{Filename: "Dockerfile", Language: "Dockerfile", Data: []byte(text), Definition: &llb.Definition{}}})
	require.NoError(t, err)
	return res.Error == nil
}

// TestBuildkitChecksTogether puts the files of the table together at random, with
// and without their first line, and compares again: what one instruction means
// depends on those before it.
func TestBuildkitChecksTogether(t *testing.T) {
	var parts []string
	for _, files := range buildkitFiles {
		for _, f := range files {
			// Options stand at the top only; triggers show at the FROM that runs them.
			if !strings.HasPrefix(f, "#") && !strings.HasPrefix(f, `\`) && !strings.HasPrefix(f, "RUN") && !strings.Contains(strings.ToUpper(f), "ONBUILD") {
				parts = append(parts, f)
			}
		}
	}
	slices.Sort(parts)
	r := rand.New(rand.NewPCG(1, 2))
	compared := 0
	for range 600 {
		var text strings.Builder
		for range 2 + r.IntN(3) {
			part := parts[r.IntN(len(parts))]
			first, rest, _ := strings.Cut(part, "\n")
			if text.Len() > 0 && r.IntN(2) == 0 && strings.EqualFold(first[:min(4, len(first))], "from") && !strings.HasSuffix(first, `\`) {
				part = rest
			}
			text.WriteString(part)
		}
		if builds(t, text.String()) {
			compared++
			sameAsBuildkit(t, text.String())
		}
	}
	require.Greater(t, compared, 300)
}

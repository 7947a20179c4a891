package provenance

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const text = "FROM debian:12\nRUN make\n"

// buildKit is the part of a predicate that both versions have.
func buildKit() string {
	return fmt.Sprintf(`{"source":{"locations":{
 "step0":{"locations":[{"ranges":[{"start":{"line":1},"end":{"line":1}}]}]},
 "step1":{"locations":[{"ranges":[{"start":{"line":2},"end":{"line":2}}]}]},
 "step2":{},
 "step3":{"locations":[{"sourceIndex":7,"ranges":[{"start":{"line":2},"end":{"line":2}}]}]}},
 "infos":[{"filename":"Dockerfile","data":%q}]},
 "layers":{"step1:0":[[{"digest":"sha256:a"},{"digest":"sha256:b"},{"digest":"sha256:c"}]],
  "step0:0":[[{"digest":"sha256:a"},{"digest":"sha256:b"}]],
  "step3:0":[[{"digest":"sha256:d"}]]}}`, base64.StdEncoding.EncodeToString([]byte(text)))
}

const taken = `[{"uri":"pkg:docker/debian@12?platform=linux%2Famd64","digest":{"sha256":"11"}},{"uri":"https://example.com/x","digest":{"sha256":"22"}}]`

func TestParseBothVersions(t *testing.T) {
	for name, raw := range map[string]string{
		"v0.2": `{"predicateType":"` + TypeV02 + `","predicate":{"materials":` + taken + `,"metadata":{"https://mobyproject.org/buildkit@v1#metadata":` + buildKit() + `}}}`,
		"v1":   `{"predicateType":"` + TypeV1 + `","predicate":{"buildDefinition":{"resolvedDependencies":` + taken + `},"runDetails":{"metadata":{"buildkit_metadata":` + buildKit() + `}}}}`,
	} {
		b, err := Parse([]byte(raw))
		require.NoError(t, err, name)
		require.Equal(t, []File{{"Dockerfile", text}}, b.Files)
		require.Equal(t, map[string]Line{"sha256:a": {0, 1, 1, true}, "sha256:b": {0, 1, 1, false}, "sha256:c": {0, 2, 2, false}}, b.Layers,
			"the base image's layers are those of FROM; a step that points into no file says nothing")
		require.Equal(t, []Base{{"debian:12", "sha256:11"}}, b.Bases)
	}
}

func TestParseRefuses(t *testing.T) {
	_, err := Parse([]byte("no"))
	require.ErrorContains(t, err, "statement is no JSON that can be read")
	_, err = Parse([]byte(strings.Repeat(" ", MaxBytes+1)))
	require.ErrorContains(t, err, "over the limit of 8388608")
	big := base64.StdEncoding.EncodeToString(make([]byte, MaxFileBytes+1))
	_, err = Parse([]byte(`{"predicate":{"metadata":{"https://mobyproject.org/buildkit@v1#metadata":{"source":{"infos":[{"data":"` + big + `"}]}}}}}`))
	require.ErrorContains(t, err, "a Dockerfile of 1048577 bytes")
	_, err = Parse([]byte(`{"predicate":{"metadata":{"https://mobyproject.org/buildkit@v1#metadata":{"layers":{"a:0":[[` + strings.Repeat(`{},`, MaxLayers) + `{}]]}}}}}`))
	require.ErrorContains(t, err, "a step of more than the limit of 500 layers")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"predicateType":"` + TypeV1 + `","predicate":{"runDetails":{"metadata":{"buildkit_metadata":` + buildKit() + `}}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := Parse(raw)
		if err != nil {
			return
		}
		for _, l := range b.Layers {
			require.Less(t, l.File, len(b.Files))
			require.True(t, l.First > 0 && l.Last >= l.First)
		}
	})
}

package gate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

// judge runs over a repository with an image that holds one npm package, with
// advisory data of 2026-10-20 in place of OSV's. It is 2026-11-01.
func judge(t *testing.T, config string, withImage bool) *gate.Result {
	t.Helper()
	layout, data := filepath.Join(t.TempDir(), "app"), t.TempDir()
	require.NoError(t, imagetest.Spec{Layers: []imagetest.LayerSpec{{Files: []imagetest.FileSpec{
		{Path: "app/node_modules/ms/package.json", Data: []byte(`{"name":"ms","version":"1.0.0"}`)},
	}}}}.WriteLayout(layout))
	require.NoError(t, os.Mkdir(filepath.Join(data, "npm"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(data, "npm", "X-1.json"), []byte(`{"id":"X-1","modified":"2026-10-20T00:00:00Z",
		"affected":[{"package":{"name":"other","ecosystem":"npm"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}`), 0o644))
	o := gate.Options{Path: repo(t, map[string]string{"tidewaiter.yaml": "version: 1\n" + config}), Advisories: data}
	if withImage {
		o.Images = []gate.ImageOption{{Ref: "oci:" + layout}}
	}
	r, err := gate.Run(t.Context(), env(t), o)
	require.NoError(t, err)
	return r
}

func TestAdvisoryDataThatIsTooOldIsNotAnalysed(t *testing.T) {
	reasons := func(r *gate.Result) string {
		var out string
		for _, n := range r.NotAnalysed {
			out += n.Reason + "\n"
		}
		return out
	}
	require.NotContains(t, reasons(judge(t, "", true)), "max-age", "no limit by default")
	require.NotContains(t, reasons(judge(t, "advisories: {max-age: 13d}\n", true)), "max-age")
	require.Contains(t, reasons(judge(t, "advisories: {max-age: 5d}\n", true)), "2026-10-20 is older than advisories.max-age allows")
	require.NotContains(t, reasons(judge(t, "advisories: {max-age: 5d}\n", false)), "max-age", "without an image no data is asked")
}

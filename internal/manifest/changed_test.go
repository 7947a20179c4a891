package manifest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestOnlyWhatAChangeTouchesIsRendered(t *testing.T) {
	own := func(name string) string { return fmt.Sprintf(configMap, name) }
	text := "-- base/kustomization.yaml --\nresources: [a.yaml]\n-- base/a.yaml --\n" + own("a") +
		"-- dev/kustomization.yaml --\nresources: [../base]\npatches: [{path: p.yaml}]\n-- dev/p.yaml --\n" + own("a") +
		"-- prod/kustomization.yaml --\nresources: [../base]\nconfigMapGenerator: [{name: g, files: [key=x.txt]}]\n-- prod/x.txt --\nx\n" +
		"-- other/kustomization.yaml --\nresources: [b.yaml]\n-- other/b.yaml --\n" + own("b") +
		"-- broken/kustomization.yaml --\nresources: [none.yaml]\n-- chart/Chart.yaml --\nname: c\n" +
		"-- plain/one/c.yaml --\n" + own("c") + "-- plain/two/d.yaml --\n" + own("d") + "-- plain/two/e.yaml --\n" + own("e")
	for changed, want := range map[string]string{
		"base/a.yaml":             "dev prod / 2",
		"base/kustomization.yaml": "dev prod / 2",
		"base/kustomization.yml":  "dev prod / 2", // gone since, or refused beside the other
		"dev/p.yaml":              "dev / 3",
		"prod/x.txt":              "prod / 3",
		"other/README.md":         "/ 4",
		"plain/two/e.yaml":        "plain/two / 4",
		"plain/one/gone.yaml":     "plain/one / 4",
		"broken/none.yaml":        "! broken/kustomization.yaml / 3",
		"chart/templates/x.yaml":  "! chart/Chart.yaml / 4",
		"base":                    "dev prod / 2", // a link that led elsewhere
		"dev/p.yaml other/b.yaml": "dev other / 2",
		"":                        "/ 4",
	} {
		changes := &source.Changes{Paths: slices.Sorted(slices.Values(strings.Fields(changed)))}
		set, err := Load(t.Context(), project(text), Options{Changes: changes})
		require.NoError(t, err)
		var got []string
		for _, r := range set.Renders {
			if !r.Unchanged {
				got = append(got, r.Dir)
			}
		}
		for _, n := range set.NotAnalysed {
			got = append(got, "! "+n.Path)
		}
		require.Equal(t, want, strings.Join(append(got, fmt.Sprintf("/ %d", set.Unrendered)), " "), changed)
		require.True(t, slices.ContainsFunc(set.Renders, func(r *Render) bool { return r.Dir == "plain/one" }), "plain manifests stay to be joined with")
	}
}

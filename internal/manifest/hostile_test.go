package manifest

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// TestHostileKustomizations gives inputs on which kustomize takes minutes, or
// that nothing would lead to.
func TestHostileKustomizations(t *testing.T) {
	component := "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
	many := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"images":     {map[string]string{"kustomization.yaml": "images:\n" + many("- {name: x%d, newTag: \"1\"}\n", maxChanges+1)}, "limit of 1000 images, patches, replacements and generators"},
		"generators": {map[string]string{"kustomization.yaml": "configMapGenerator:\n" + many("- {name: g%d, files: [f]}\n", 20), "f": strings.Repeat("x", 1<<19)}, "generators read more than the limit of 8 MiB"},
		"keys":       {map[string]string{"a.yaml": "apiVersion: v1\nkind: ConfigMap\ndata:\n" + many("  k%d: v\n", 10_001)}, "limit of 10000 keys"},
		"aliases":    {map[string]string{"a.yaml": "apiVersion: v1\nkind: ConfigMap\ndata:\n" + many("  k%[1]d: &a%[1]d v\n  l%[1]d: *a%[1]d\n", 6000)}, "limit of 10000 keys"},
		"circle":     {map[string]string{"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"}, "leads back to a kustomization"},
		"itself":     {map[string]string{"kustomization.yaml": "resources: [.]\n"}, "leads back to a kustomization"},
		"component":  {map[string]string{"kustomization.yaml": component + "components: [.]\n"}, "no kustomization includes this Component"},
		"components": {map[string]string{"a/kustomization.yaml": component + "components: [../b]\n", "b/kustomization.yaml": component + "components: [../a]\n"}, "no kustomization includes this Component"},
		"deep JSON":  {map[string]string{"a.json": `{"apiVersion":"v1","kind":"ConfigMap","data":` + strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_001)}, "max depth of 10000"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for file, text := range tt.files {
				fsys[file] = &fstest.MapFile{Data: []byte(text)}
			}
			set := load(t, source.OpenFS(fsys))
			require.NotEmpty(t, set.NotAnalysed)
			require.Contains(t, fmt.Sprint(set.NotAnalysed), tt.want)
		})
	}
}

// A file of nothing but ignore comments takes time in its length only.
func TestManyIgnores(t *testing.T) {
	text := "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n"
	for i := range 4000 {
		text += fmt.Sprintf("  # tidewaiter:ignore a reason=\"x\"\n  k%d: |\n    # tidewaiter:ignore b\n", i)
	}
	text += strings.Repeat("# tidewaiter:ignore c reason=\"x\"\n", 50_000)
	set := load(t, source.OpenFS(fstest.MapFS{"a.yaml": {Data: []byte(text)}}))
	require.Len(t, set.Ignores, source.MaxIgnores)
	require.Equal(t, []string{"a"}, set.Ignores[3999].Rules)
	require.Equal(t, set.Ignores[3999].At.Start.Line+1, set.Ignores[3999].First)
	require.Equal(t, set.Ignores[3999].At.Start.Line+2, set.Ignores[3999].Last)
	require.Equal(t, []string{"c"}, set.Ignores[4000].Rules)
}

func TestLinksToManifests(t *testing.T) {
	fsys := fstest.MapFS{}
	for link, target := range map[string]string{
		"cm.yaml": "notes.txt", "app/kustomization.yaml": "kustomization-dev.yaml", "gone.yaml": "nowhere", "out.yml": "/etc/passwd",
		"again.yaml": "app/own.yaml", "skipped.json": "nowhere",
	} {
		fsys[link] = &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte(target)}
	}
	for _, f := range txtar.Parse([]byte(`
-- notes.txt --
apiVersion: v1
kind: ConfigMap
metadata: {name: linked}
-- app/kustomization-dev.yaml --
resources: [own.yaml]
-- app/own.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: own}
`)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	require.Equal(t, `. plain: ConfigMap/linked
app kustomize: ConfigMap/own
! gone.yaml:0 is a symbolic link that is not followed: gone.yaml does not exist in the repository; put the file itself in its place
! out.yml:0 is a symbolic link that is not followed: out.yml leads out of the repository by the link out.yml; put the file itself in its place
`, summary(load(t, source.OpenFS(fsys))))
}

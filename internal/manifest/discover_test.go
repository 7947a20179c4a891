package manifest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func summary(set *FileSet) string {
	var b strings.Builder
	for _, r := range set.Renders {
		kind := "plain"
		if r.Kustomize {
			kind = "kustomize"
		}
		if r.Partial {
			kind += " partial"
		}
		fmt.Fprintf(&b, "%s %s:", r.Dir, kind)
		for _, o := range r.Objects {
			fmt.Fprintf(&b, " %s", o)
		}
		b.WriteByte('\n')
	}
	for _, n := range set.NotAnalysed {
		fmt.Fprintf(&b, "! %s:%d %s\n", n.Path, n.Line, n.Reason)
	}
	return b.String()
}

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"

func TestDiscovery(t *testing.T) {
	own := func(name string) string { return fmt.Sprintf(configMap, name) }
	for name, tt := range map[string]struct{ project, want string }{
		"roots are what nobody includes": {
			"-- base/kustomization.yml --\nresources: [a.yaml]\n-- base/a.yaml --\n" + own("a") +
				"-- mid/Kustomization --\nbases: [../base]\nnamePrefix: m-\n-- over/kustomization.yaml --\nresources: [../mid]\n" +
				"-- loose/b.yaml --\n" + own("b"),
			"loose plain: ConfigMap/b\nover kustomize: ConfigMap/m-a\n",
		},
		"a dead component is named": {
			"-- kustomization.yaml --\nresources: [a.yaml]\n-- a.yaml --\n" + own("a") +
				"-- dead/kustomization.yaml --\n# licence\napiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: x-\n",
			". kustomize: ConfigMap/a\n! dead/kustomization.yaml:2 no kustomization includes this Component, so what it changes is not judged\n",
		},
		"patches and settings are no manifests": {
			"-- kustomization.yaml --\nresources: [missing.yaml]\npatches: [{path: patch.yaml}]\nconfigurations: [c.yaml]\n" +
				"-- patch.yaml --\n" + own("a") + "-- c.yaml --\n" + own("c") + "-- b.yaml --\n" + own("b"),
			". plain partial: ConfigMap/b\n! kustomization.yaml:1 not rendered: missing.yaml does not exist in the repository\n",
		},
		"two file names in one folder": {
			"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/Kustomization --\nresources: [a.yaml]\n-- app/a.yaml --\n" + own("a"),
			"app plain partial: ConfigMap/a\n! app/kustomization.yaml:0 not rendered: the folder holds several kustomization files (kustomization.yaml, Kustomization); keep one\n",
		},
		"Flux's Kustomization is an object": {
			"-- app/kustomization.yaml --\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: f}\nspec: {path: ./x}\n",
			"app plain: Kustomization/f\n",
		},
		"templates of charts are named once": {
			"-- chart/Chart.yaml --\napiVersion: v2\nname: c\n-- chart/templates/a.yaml --\napiVersion: v1\nkind: {{ .x }}\n" +
				"-- chart/templates/sub/b.yaml --\n" + own("b") + "-- chart/crds/c.yaml --\n" + own("c") + "-- other/templates/d.yaml --\n" + own("d"),
			"chart/crds plain: ConfigMap/c\nother/templates plain: ConfigMap/d\n" +
				"! chart/Chart.yaml:0 the templates of this Helm chart are not rendered; give their output: helm template … | tidewaiter check --rendered -\n",
		},
		"broken manifests are named, other files are not": {
			"-- a.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a\ndata: [\n---\n" + own("b") +
				"-- values.yaml --\nreplicas: [\n-- notes.json --\n{\"kind\": \n-- compose.yaml --\nservices: {}\n",
			". plain partial: ConfigMap/b\n! a.yaml:3 not valid YAML: did not find expected ',' or '}'\n",
		},
		"what a failed root includes is tried alone": {
			"-- over/kustomization.yaml --\nresources:\n- ../base\nimages: [{nane: x}]\n-- base/kustomization.yaml --\nresources: [a.yaml]\nnamePrefix: p-\n-- base/a.yaml --\n" + own("a"),
			"base kustomize: ConfigMap/p-a\n! over/kustomization.yaml:3 not rendered: invalid Kustomization: json: unknown field \"nane\"\n",
		},
		"kustomizations that include each other": {
			"-- a/kustomization.yaml --\nresources: [../b]\n-- b/kustomization.yaml --\nresources: [../c]\n-- c/kustomization.yaml --\nresources:\n- ../b\n",
			"! b/kustomization.yaml:1 not rendered: ../c leads back to a kustomization that includes this one\n" +
				"! c/kustomization.yaml:2 not rendered: ../b leads back to a kustomization that includes this one\n",
		},
		"a kustomization of itself": {
			"-- a/kustomization.yaml --\nresources:\n- .\n",
			"! a/kustomization.yaml:2 not rendered: . leads back to a kustomization that includes this one\n",
		},
		"kustomize's own refusals": {
			"-- kustomization.yaml --\nresources:\n- a.yaml\n- b.yaml\n-- a.yaml --\n" + own("a") + "-- b.yaml --\n" + own("a"),
			". plain partial: ConfigMap/a ConfigMap/a\n! kustomization.yaml:3 not rendered: merging resources from 'b.yaml': may not add resource with an already registered id: ConfigMap.v1.[noGrp]/a.[noNs]\n",
		},
		"keys given twice": {
			"-- kustomization.yaml --\nresources: [a.yaml]\n-- a.yaml --\n" + own("a") + "data:\n  x: one\n  x: two\n",
			". kustomize: ConfigMap/a\n! a.yaml:6 the key \"x\" is given twice (first on line 5) and readers differ in which one counts; keep one\n",
		},
		"lists, in lists and of one kind": {
			"-- a.yaml --\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: inner}}]}\n- null\n" +
				"-- b.json --\n{\"apiVersion\": \"v1\", \"kind\": \"PodList\", \"items\": [{\"metadata\": {\"name\": \"untold\"}}, {\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"told\"}}]}\n",
			". plain: Pod/inner Pod/untold Secret/told\n",
		},
		"templates outside of charts": {
			"-- a.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Name }}}\n-- b.yaml --\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Name }}\n" +
				"-- c.yaml --\n" + own("c") + "data: {a: '{{ kept }}'}\n",
			". plain partial: ConfigMap/c\n! a.yaml:3 this is a template: what stands between {{ and }} is not known; give what it makes to --rendered, or quote the braces\n" +
				"! b.yaml:4 this is a template: what stands between {{ and }} is not known; give what it makes to --rendered, or quote the braces\n",
		},
		"templates of OpenShift": {
			"-- t.yaml --\napiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects: [{apiVersion: v1, kind: Pod, spec: {containers: [{image: a}]}}]\n",
			". plain: Template/t\n! t.yaml:2 the objects of Template t are made from its parameters; give them: oc process --local -f t.yaml -o yaml | tidewaiter check --rendered -\n",
		},
		"an empty kustomization": {
			"-- kustomization.yaml --\n# nothing\n",
			"! kustomization.yaml:0 not rendered: the kustomization is empty\n",
		},
		"a kustomization that is no YAML": {
			"-- kustomization.yaml --\nresources: [a\n-- a.yaml --\n" + own("a"),
			". plain partial: ConfigMap/a\n! kustomization.yaml:1 not rendered: not valid YAML: did not find expected ',' or ']'\n",
		},
		"helm": {
			"-- kustomization.yaml --\nnamespace: x\nhelmCharts:\n- name: x\n",
			"! kustomization.yaml:3 not rendered: it inflates a Helm chart, which needs the helm program; give the output: kustomize build --enable-helm … | tidewaiter check --rendered -\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := summary(load(t, project(tt.project)))
			if !strings.HasSuffix(tt.want, "\n") {
				require.Contains(t, got, tt.want)
				return
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestExcludedPaths(t *testing.T) {
	repo := project("-- third/kustomization.yaml --\nresources: [a.yaml]\n-- third/a.yaml --\n" + fmt.Sprintf(configMap, "a") +
		"-- over/kustomization.yaml --\nresources: [../third]\n-- third/x.yaml --\n" + fmt.Sprintf(configMap, "x"))
	set, err := Load(t.Context(), repo, Options{Skip: func(p string) bool { return strings.HasPrefix(p, "third/") }})
	require.NoError(t, err)
	require.Equal(t, "over kustomize: ConfigMap/a\n", summary(set), "a root that is not excluded reads what it includes")
}

func TestCancelledLoadEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Load(ctx, project("-- kustomization.yaml --\nresources: [a.yaml]\n-- a.yaml --\n"+fmt.Sprintf(configMap, "a")), Options{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestLoadIsDeterministic(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range 12 {
		dir := fmt.Sprintf("r%02d/", i)
		fsys[dir+"kustomization.yaml"] = &fstest.MapFile{Data: []byte("resources: [a.yaml, ../missing]\n")}
		if i%3 > 0 {
			fsys[dir+"kustomization.yaml"] = &fstest.MapFile{Data: []byte("resources: [a.yaml]\n")}
		}
		fsys[dir+"a.yaml"] = &fstest.MapFile{Data: []byte(fmt.Sprintf(configMap, "a"))}
	}
	first := ""
	for range 5 {
		set, err := Load(t.Context(), source.OpenFS(fsys), Options{Workers: 8})
		require.NoError(t, err)
		if first == "" {
			first = summary(set)
		}
		require.Equal(t, first, summary(set))
	}
}

func TestLimits(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 7 {
		bomb += fmt.Sprintf("%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n", 'b'+i, 'b'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i)
	}
	for name, tt := range map[string]struct{ file, text, want string }{
		"alias bomb in a resource":      {"a.yaml", fmt.Sprintf(configMap, "a") + bomb, "more than the limit of 1000000 nodes once its aliases are expanded"},
		"alias bomb in a kustomization": {"kustomization.yaml", "resources: [a.yaml]\n" + bomb, "more than the limit of 1000000 nodes"},
		"alias to itself":               {"a.yaml", fmt.Sprintf(configMap, "a") + "x: &x [*x]\n", "alias to itself"},
		"nesting":                       {"a.yaml", fmt.Sprintf(configMap, "a") + "x: " + strings.Repeat("[", 600) + strings.Repeat("]", 600) + "\n", "deeper than the limit of 512 levels"},
		"size":                          {"a.yaml", strings.Repeat("#\n", source.MaxFileBytes/2+1), "larger than the limit of 8 MiB"},
		"binary":                        {"a.yaml", "a: \x00\n", "not a text file"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{
				"kustomization.yaml": {Data: []byte("resources: [a.yaml]\n")},
				"a.yaml":             {Data: []byte(fmt.Sprintf(configMap, "a"))},
			}
			fsys[tt.file] = &fstest.MapFile{Data: []byte(tt.text)}
			set := load(t, source.OpenFS(fsys))
			require.NotEmpty(t, set.NotAnalysed)
			require.Contains(t, fmt.Sprint(set.NotAnalysed), tt.want)
		})
	}
}

func TestBuildLimit(t *testing.T) {
	fsys := fstest.MapFS{}
	var list strings.Builder
	for i := range 10 {
		name := fmt.Sprintf("f%d.txt", i)
		fsys[name] = &fstest.MapFile{Data: []byte("# " + strings.Repeat("x", 7<<20))}
		fmt.Fprintf(&list, "%s, ", name)
	}
	fsys["kustomization.yaml"] = &fstest.MapFile{Data: []byte("resources: [" + list.String() + "]\n")}
	require.Contains(t, summary(load(t, source.OpenFS(fsys))), "the build reads more than the limit of 64 MiB or 5000 files")
}

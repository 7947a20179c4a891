package manifest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// web is a base that an overlay includes.
const web = `-- base/kustomization.yaml --
resources: [web.yaml]
images: [{name: web, newName: ghcr.io/acme/web, newTag: dev}]
-- base/web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web
        env: [{name: HOST, value: "${host}"}]
-- over/kustomization.yaml --
resources: [../base]
namePrefix: over-
`

func argoApp(name, source string) string {
	return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name + "}\nspec:\n  source:\n    repoURL: https://example.com/acme/shop.git\n" + source
}

func fluxKustomization(name, spec string) string {
	return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: " + name + ", namespace: flux-system}\nspec:\n  sourceRef: {kind: GitRepository, name: shop}\n" + spec
}

// renders lists the kustomizations that are rendered, and what is not.
func renders(set *FileSet) string {
	var out []string
	for _, line := range strings.Split(summary(set), "\n") {
		if strings.Contains(line, " kustomize") || strings.HasPrefix(line, "!") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func TestApplicationsAreEntryPoints(t *testing.T) {
	const over = "over kustomize: Deployment/over-web"
	for name, tt := range map[string]struct{ files, want string }{
		"a base that is applied, too": {"-- app.yaml --\n" + argoApp("shop", "    path: base\n"), "base kustomize: Deployment/web\n" + over},
		"a root as it is":             {"-- app.yaml --\n" + argoApp("shop", "    path: ./over/\n"), over},
		"several sources":             {"-- app.yaml --\n" + strings.Replace(argoApp("shop", "    path: over\n"), "  source:\n    repoURL", "  sources:\n  - path: base\n  - repoURL", 1), "base kustomize: Deployment/web\n" + over},
		"options": {"-- app.yaml --\n" + argoApp("shop", "    path: over\n    kustomize: {nameSuffix: -x, namespace: prod}\n"),
			"app.yaml#shop kustomize: Deployment/prod/over-web-x"},
		"two applications of one folder": {"-- app.yaml --\n" + argoApp("a", "    path: over\n    kustomize: {namespace: a}\n") + "---\n" + argoApp("b", "    path: over\n    kustomize: {namespace: b}\n"),
			"app.yaml#a kustomize: Deployment/a/over-web\napp.yaml#b kustomize: Deployment/b/over-web"},
		"another repository": {"-- .git/config --\n[core]\n\tbare = false\n[remote \"origin\"]\n\turl = git@example.com:acme/other.git\n-- app.yaml --\n" + argoApp("shop", "    path: base\n"), over},
		"this repository":    {"-- .git/config --\n[remote \"origin\"]\n\turl = git@example.com:acme/shop.git\n-- app.yaml --\n" + argoApp("shop", "    path: base\n"), "base kustomize: Deployment/web\n" + over},
		"a fork":             {"-- .git/config --\n[remote \"origin\"]\n\turl = ssh://me@example.org/fork/shop\n-- app.yaml --\n" + argoApp("shop", "    path: base\n"), "base kustomize: Deployment/web\n" + over},
		"no such folder":     {"-- app.yaml --\n" + argoApp("shop", "    path: ../../etc\n") + "---\n" + argoApp("b", "    path: none\n") + "---\n" + argoApp("c", "    path: base/web.yaml\n"), over},
		"a remote chart":     {"-- app.yaml --\n" + argoApp("shop", "    path: base\n    chart: x\n"), over},
		"a plugin":           {"-- app.yaml --\n" + argoApp("shop", "    path: base\n    plugin: {name: x}\n"), over + "\n! app.yaml:8 Application shop: a plugin renders base, which is not run; what it makes is not judged"},
		"a patch in a file": {"-- app.yaml --\n" + argoApp("shop", "    path: over\n    kustomize:\n      namespace: x\n      patches: [{path: p.yaml}]\n"),
			"app.yaml#shop kustomize: Deployment/x/over-web\n! app.yaml:10 Application shop: the patch in p.yaml is not applied; name it in the folder's kustomization"},
		"options that kustomize refuses": {"-- app.yaml --\n" + argoApp("shop", "    path: over\n    kustomize:\n      patches:\n      - patch: |\n          [\n"),
			over + "\n! app.yaml:11 not rendered: inline patch: not valid YAML: did not find expected node content"},
		"a patch that hits nothing": {"-- app.yaml --\n" + argoApp("shop", "    path: over\n    kustomize:\n      patches:\n      - patch: |\n          {apiVersion: v1, kind: Pod, metadata: {name: none}}\n"),
			over + "\n! app.yaml:11 not rendered: no resource matches strategic merge patch \"Pod.v1.[noGrp]/none.[noNs]\": no matches for Id Pod.v1.[noGrp]/none.[noNs]; failed to find unique target for patch Pod.v1.[noGrp]/none.[noNs]"},
		"Flux": {"-- flux.yaml --\n" + fluxKustomization("shop", "  path: ./base\n"), "base kustomize: Deployment/web\n" + over},
		"Flux with options": {"-- flux.yaml --\n" + fluxKustomization("shop", "  path: ./over\n  targetNamespace: prod\n  namePrefix: f-\n"),
			"flux.yaml#shop kustomize: Deployment/prod/f-over-web"},
		"Flux of another repository": {"-- .git/config --\n[remote \"origin\"]\nurl = https://example.com/acme/shop\n-- flux.yaml --\n" + fluxKustomization("shop", "  path: ./base\n") +
			"---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: shop, namespace: flux-system}\nspec: {url: https://example.com/acme/infra}\n", over},
		"Flux of an artifact": {"-- flux.yaml --\n" + strings.Replace(fluxKustomization("shop", "  path: ./base\n"), "GitRepository", "OCIRepository", 1), over},
		"Flux without a kustomization": {"-- flux.yaml --\n" + fluxKustomization("shop", "  path: plain\n  targetNamespace: prod\n") +
			"-- plain/a.yaml --\n" + fmt.Sprintf(configMap, "a") + "-- plain/deep/b.yaml --\n" + fmt.Sprintf(configMap, "b") + "-- plain/values.yaml --\na: b\n" +
			"-- plain/own/kustomization.yaml --\nresources: [c.yaml]\nnamePrefix: own-\n-- plain/own/c.yaml --\n" + fmt.Sprintf(configMap, "c"),
			"flux.yaml#shop kustomize: ConfigMap/prod/a ConfigMap/prod/b ConfigMap/prod/own-c\n" + over},
		"old forms of Flux": {"-- flux.yaml --\n" + fluxKustomization("shop", "  path: base\n  patchesStrategicMerge:\n  - {kind: X}\n"),
			"base kustomize: Deployment/web\n" + over + "\n! flux.yaml:8 Kustomization shop: patchesStrategicMerge is of an old form that is not applied here; write it under patches"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, renders(load(t, project(web+tt.files))))
		})
	}
}

func TestApplicationSets(t *testing.T) {
	set := func(generators, path string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all}\nspec:\n  generators:\n" + generators +
			"  template:\n    spec:\n      source:\n        repoURL: https://example.com/acme/shop.git\n        path: '" + path + "'\n        kustomize: {namespace: '{{path.basename}}{{ .path.basename }}{{env}}{{.env}}'}\n"
	}
	apps := "-- apps/a/kustomization.yaml --\nresources: [a.yaml]\n-- apps/a/a.yaml --\n" + fmt.Sprintf(configMap, "a") +
		"-- apps/b/kustomization.yaml --\nresources: [b.yaml]\n-- apps/b/b.yaml --\n" + fmt.Sprintf(configMap, "b")
	for name, tt := range map[string]struct{ file, want string }{
		"folders": {strings.ReplaceAll(set("  - git: {directories: [{path: apps/*}, {path: apps/b, exclude: true}]}\n", "{{path}}"), "{{env}}{{.env}}", ""),
			"app.yaml#all (apps/a) kustomize: ConfigMap/aa/a\napps/b kustomize: ConfigMap/b"},
		"a list": {strings.ReplaceAll(set("  - list: {elements: [{env: a}, {env: b}]}\n", "apps/{{.env}}"), "{{path.basename}}{{ .path.basename }}", ""),
			"app.yaml#all (apps/a) kustomize: ConfigMap/aa/a\napp.yaml#all (apps/b) kustomize: ConfigMap/bb/b"},
		"a matrix": {set("  - matrix: {generators: [{git: {directories: [{path: apps/b}]}}, {list: {elements: [{env: x}]}}]}\n", "{{.path.path}}"),
			"app.yaml#all (apps/b) kustomize: ConfigMap/bbxx/b\napps/a kustomize: ConfigMap/a"},
		"files": {strings.ReplaceAll(set("  - git: {files: [{path: 'env/**/config.json'}]}\n", "apps/{{ .app.name }}"), "{{env}}{{.env}}", "") + "-- env/x/config.json --\n{\"app\": {\"name\": \"a\"}}\n",
			"app.yaml#all (apps/a) kustomize: ConfigMap/xx/a\napps/b kustomize: ConfigMap/b"},
		"the cluster": {set("  - clusters: {}\n", "apps/{{name}}"),
			"apps/a kustomize: ConfigMap/a\napps/b kustomize: ConfigMap/b\n! app.yaml:11 ApplicationSet all: its path is made by a generator that asks the cluster or a server, so that its kustomize options are not applied"},
		"options of the cluster": {set("  - clusters: {}\n", "apps/a"),
			"apps/a kustomize: ConfigMap/a\napps/b kustomize: ConfigMap/b\n! app.yaml:12 ApplicationSet all (apps/a): its kustomize options are made by a generator that asks the cluster or a server, so that they are not applied"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, renders(load(t, project(apps+"-- app.yaml --\n"+tt.file))))
		})
	}
}

// theDeployment returns the one Deployment of a render by its name.
func theDeployment(t *testing.T, set *FileSet, dir string) *Object {
	t.Helper()
	require.Empty(t, set.NotAnalysed)
	for _, r := range set.Renders {
		for _, o := range r.Objects {
			if r.Dir == dir && o.Kind == "Deployment" {
				return o
			}
		}
	}
	require.Fail(t, "not rendered", dir)
	return nil
}

func TestOptionsOfApplicationsAreLocatedInThem(t *testing.T) {
	set := load(t, project(web+"-- argo/app.yaml --\n"+argoApp("shop", `    path: base
    kustomize:
      images:
      - web=ghcr.io/acme/web:v9
      replicas: [{name: web, count: "3"}]
      commonLabels: {team: shop}
      labelWithoutSelector: true
      commonAnnotations: {note: x}
      patches:
      - target: {kind: Deployment}
        patch: |
          - op: add
            path: /spec/paused
            value: true
      - patch: |
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web}
          spec:
            minReadySeconds: 7
`)))
	o := theDeployment(t, set, "argo/app.yaml#shop")
	container := o.Field("spec", "template", "spec", "containers").Items()[0]
	for _, tt := range []struct {
		field       Field
		value, want string
	}{
		{container.Get("image"), "ghcr.io/acme/web:v9", "argo/app.yaml:10:9"},
		{o.Field("spec", "replicas"), "3", "argo/app.yaml:11:37"},
		{o.Field("metadata", "labels", "team"), "shop", "argo/app.yaml:12:28"},
		{o.Field("metadata", "annotations", "note"), "x", "argo/app.yaml:14:33"},
		{o.Field("spec", "paused"), "true", "argo/app.yaml:20:20"},
		{o.Field("spec", "minReadySeconds"), "7", "argo/app.yaml:26:30"},
		{container.Get("resources"), "", "base/web.yaml:10:9"},
	} {
		require.Equal(t, tt.value, tt.field.String())
		require.Equal(t, tt.want, tt.field.Span().String(), tt.field.Path())
	}
	require.False(t, o.Field("spec", "selector", "matchLabels", "team").Exists())
	require.NotContains(t, o.Render.Inputs, "argo/app.yaml", "the application itself stays a manifest")
}

func TestFluxReplacesVariables(t *testing.T) {
	source := "-- vars.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {host: from-map, n: \"4\"}\n---\n" +
		"apiVersion: v1\nkind: Secret\nmetadata: {name: keys, namespace: flux-system}\ndata: {pass: aGlkZGVu}\n"
	flux := "-- flux.yaml --\n" + fluxKustomization("shop", "  path: ./base\n  postBuild:\n    substitute: {zone: eu}\n    substituteFrom: [{kind: ConfigMap, name: vars}, {kind: Secret, name: keys}]\n")
	set := load(t, project(web+source+flux))
	env := theDeployment(t, set, "flux.yaml#shop").Field("spec", "template", "spec", "containers").Items()[0].Get("env").Items()[0].Get("value")
	require.Equal(t, "from-map", env.String())
	require.Equal(t, "base/web.yaml:12:35", env.Span().String(), "a replaced value keeps its place")

	set = load(t, project(web+strings.Replace(flux, "name: vars", "name: none", 1)))
	require.Contains(t, summary(set), "! flux.yaml:9 Kustomization shop: the variables of ConfigMap none are not in the repository")

	v := &variables{known: map[string]string{"a": "1", "empty": "", "zone": "eu"}, whole: true}
	for text, want := range map[string]string{
		"${a}": "1", "x${a}y${zone}z": "x1yeuz", "$${a}": "${a}", "${none}": "", "${none:=d}": "d", "${none:-d}": "d", "${empty:=d}": "d", "${none=d}": "d",
		"${a:=d}": "1", "${a:1:2}": "${a:1:2}", "${a": "${a", "${}": "${}", "$a": "$a", "${a/x/y}": "${a/x/y}", "}${a}": "}1", "${a}${": "1${",
	} {
		require.Equal(t, want, v.text(text), text)
	}
	partly := &variables{known: map[string]string{"a": "1"}}
	require.Equal(t, "1${none}${none:=d}", partly.text("${a}${none}${none:=d}"), "what may be set elsewhere stays")
	roots := load(t, project("-- x.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: x, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}\nspec: {x: \"${a}\"}\n---\napiVersion: v1\nkind: Pod\nspec: {replicas: ${a}, text: \"${a}\"}\n"))
	for i, o := range roots.Renders[0].Objects {
		v.apply([]*yaml.Node{o.root})
		require.Equal(t, []string{"${a}", ""}[i], o.Field("spec", "x").String())
		if i == 1 {
			require.Equal(t, int64(1), plain(o.Field("spec", "replicas").node, 0), "types are read after the text is replaced")
			require.Equal(t, "1", plain(o.Field("spec", "text").node, 0))
		}
	}
}

func FuzzVariables(f *testing.F) {
	f.Add("${a:=b}$${c}${")
	v := &variables{known: map[string]string{"a": "${a}"}}
	f.Fuzz(func(t *testing.T, text string) { v.text(text) })
}

func TestGeneratorsAreBounded(t *testing.T) {
	var dirs, globs strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&dirs, "-- d/%d/x --\n", i)
		globs.WriteString("{path: 'd/*x'}, ")
	}
	one := "  - git: {directories: [" + globs.String() + "]}\n"
	app := "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all}\nspec:\n  generators:\n" + one + one + "  template: {spec: {source: {path: '{{path}}'}}}\n"
	require.Contains(t, summary(load(t, project(dirs.String()+"-- app.yaml --\n"+app))), "! app.yaml:0 the generators of ApplicationSets take more than the limit of 5000000 steps")
}

func FuzzGitOps(f *testing.F) {
	f.Add(argoApp("shop", "    path: base\n    kustomize: {images: [web=x:1], replicas: [{name: web, count: 1}], namePrefix: x-}\n"))
	f.Add(fluxKustomization("shop", "  path: base\n  components: [../over]\n  commonMetadata: {labels: {a: b}}\n  postBuild: {substitute: {a: b}}\n"))
	f.Add("apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec: {generators: [{matrix: {generators: [{git: {files: [{path: '**'}]}}, {list: {elements: [{a: b}]}}]}}], template: {spec: {source: {path: '{{path}}'}}}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "\n-- ") {
			t.Skip("another file of the archive")
		}
		set := load(t, project(web+"-- app.yaml --\n"+text))
		for _, r := range set.Renders {
			for _, w := range r.Workloads() {
				for _, c := range w.Containers {
					c.Image.Field.Span()
				}
			}
		}
	})
}

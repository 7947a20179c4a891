package manifest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

const chart = `-- charts/shop/Chart.yaml --
apiVersion: v2
name: shop
-- charts/shop/values.yaml --
image:
  repository: ghcr.io/acme/shop
  tag: "1"
-- charts/shop/templates/web.yaml --
{{- if .Values.web }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.name" . }}-web
spec:
  template:
    spec:
      {{- with .Values.podSecurity }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: web
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          args: ["--port={{ .Values.port }}"]
          securityContext:
            privileged: true
          {{- range .Values.env }}
          env:
            - name: {{ .name }}
              value: {{ .value | quote }}
          {{- end }}
        - name: side
          image: example.com/side:1
{{- end }}
-- charts/shop/charts/db/Chart.yaml --
apiVersion: v2
name: db
-- charts/shop/charts/db/templates/db.yaml --
apiVersion: v1
kind: Pod
metadata: {name: db}
spec: {containers: [{name: db, image: "{{ .Values.image }}"}]}
-- charts/other/Chart.yaml --
apiVersion: v2
name: other
`

const chartOutput = `---
# Source: shop/charts/db/templates/db.yaml
apiVersion: v1
kind: Pod
metadata: {name: db}
spec: {containers: [{name: db, image: "example.com/db:1"}]}
---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop-web
spec:
  template:
    spec:
      securityContext:
        runAsUser: 0
      containers:
        - name: web
          image: "ghcr.io/acme/shop:1"
          args: ["--port=80"]
          securityContext:
            privileged: true
          env:
            - name: A
              value: "1"
            - name: B
              value: "2"
        - name: side
          image: example.com/side:1
`

func loadRendered(t *testing.T, text, path, output string) *FileSet {
	t.Helper()
	set, err := Load(t.Context(), project(text), Options{Rendered: []RenderedFile{{Name: "out.yaml", File: source.NewFile(path, output)}}})
	require.NoError(t, err)
	return set
}

func TestRenderedChartsAreLocatedInTheirTemplates(t *testing.T) {
	set := loadRendered(t, chart, "", chartOutput)
	require.Equal(t, "charts/other/Chart.yaml", set.NotAnalysed[0].Path)
	require.Len(t, set.NotAnalysed, 1, "a chart that was rendered, and its own charts, are judged")
	require.Len(t, set.Renders, 1)
	r := set.Renders[0]
	require.True(t, r.Whole())
	require.Equal(t, []string{"charts/shop/charts/db/templates/db.yaml", "charts/shop/templates/web.yaml"}, r.Inputs)
	web, db := r.Workloads()[1], r.Workloads()[0]
	spec := web.PodSpec
	container := spec.Get("containers").Items()[0]
	for _, tt := range []struct {
		field Field
		want  string
	}{
		{container.Get("securityContext", "privileged"), `web.yaml:18:25 "true"`},
		{container.Get("image"), `web.yaml:15:11 "image: \"{{ .Values.image.repository }}:{{ .Values.image.tag }}\""`},
		{container.Get("args"), `web.yaml:16:11 "args"`},
		{container.Get("resources"), `web.yaml:14:11 "name: web"`},                                       // absent: the container
		{spec.Get("securityContext", "runAsUser"), `web.yaml:10:7 "securityContext"`},                    // from the values
		{container.Get("env").Items()[1].Get("value"), `web.yaml:22:15 "value: {{ .value | quote }}"`},   // a loop
		{spec.Get("containers").Items()[1].Get("image"), `web.yaml:25:18 "example.com/side:1"`},          // after it
		{web.Object.Root(), `web.yaml:3:1 "kind: Deployment"`},                                           // the object
		{web.Object.Field("metadata", "name"), `web.yaml:5:3 "name: {{ include \"shop.name\" . }}-web"`}, // its name
		{db.Containers[0].Image.Field, `db.yaml:4:1 "spec: {containers: [{name: db, image: \"{{ .Values.image }}\"}]}"`},
	} {
		s := tt.field.Span()
		require.Equal(t, tt.want, fmt.Sprintf("%s:%d:%d %q", s.Path()[strings.LastIndex(s.Path(), "/")+1:], s.Start.Line, s.Start.Column, s.Text()), tt.field.Path())
	}
	related := container.Get("image").Related()
	require.Len(t, related, 1)
	require.Equal(t, "charts/shop/values.yaml:2:15", related[0].At.String())
	require.Equal(t, "the chart's default for Values.image.repository is set here", related[0].Message)
}

func TestRenderedFilesWithoutATemplate(t *testing.T) {
	pod := "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: c, image: a}]\n"
	for name, tt := range map[string]struct{ path, text, want string }{
		"outside":                      {"", pod, "-"},
		"inside":                       {"out.yaml", pod, "out.yaml:5:33"},
		"no such chart":                {"", "# Source: none/templates/web.yaml\n" + pod, "-"},
		"no such template":             {"", "# Source: shop/templates/none.yaml\n" + pod, "-"},
		"out of the repository":        {"", "# Source: shop/../../../../etc/passwd\n" + pod, "-"},
		"a chart in no charts":         {"", "# Source: shop/charts\n" + pod, "-"},
		"nothing alike":                {"", "# Source: other/templates/x.yaml\n" + pod, "charts/other/templates/x.yaml:1:1"},
		"the chart of a dependency":    {"", "# Source: none/charts/other/templates/x.yaml\n" + pod, "charts/other/templates/x.yaml:1:1"},
		"the name of two charts":       {"", "# Source: twin/templates/x.yaml\n" + pod, "-"},
		"a comment inside of a object": {"", strings.Replace(pod, "spec:", "# Source: other/templates/x.yaml\nspec:", 1), "-"},
	} {
		t.Run(name, func(t *testing.T) {
			text := chart + "-- charts/other/templates/x.yaml --\n{{ include \"all\" . }}\n"
			for _, dir := range []string{"a", "b"} {
				text += "-- " + dir + "/Chart.yaml --\nname: twin\n-- " + dir + "/templates/x.yaml --\nkind: Pod\n"
			}
			if tt.path != "" {
				text += "-- " + tt.path + " --\n" + tt.text
			}
			set := loadRendered(t, text, tt.path, tt.text)
			require.Len(t, set.Renders, 1, "what is given is not read a second time")
			require.Equal(t, tt.want, set.Renders[0].Workloads()[0].Containers[0].Image.Field.Span().String())
		})
	}
}

func TestRenderedFilesThatCannotBeRead(t *testing.T) {
	set := loadRendered(t, "-- x --\n", "", "apiVersion: v1\nkind: Pod\nspec: [\n")
	require.Contains(t, summary(set), "! :0 out.yaml: not valid YAML")
	require.True(t, set.Renders[0].Partial)
	require.Contains(t, summary(loadRendered(t, "-- x --\n", "", "a: b\n")), "out.yaml holds no Kubernetes object; give --rendered what helm template writes")
	big := strings.Repeat("x: {{ .a }}\n", 3000)
	set = loadRendered(t, chart+"-- charts/other/templates/x.yaml --\nkind: Pod\n"+big, "",
		"# Source: other/templates/x.yaml\napiVersion: v1\nkind: Pod\n"+strings.Repeat("# x\n", 2000)+"spec: {containers: [{image: a}]}\n")
	require.Equal(t, "charts/other/templates/x.yaml:1:1", set.Renders[0].Workloads()[0].Containers[0].Image.Field.Span().String(), "too long to compare")
}

func FuzzAlign(f *testing.F) {
	_, template, _ := strings.Cut(chart, "templates/web.yaml --\n")
	f.Add(chartOutput, template)
	f.Add("a: {{ b }}\n", "{{ }}{{ }}a: }}\n")
	f.Fuzz(func(t *testing.T, output, template string) {
		docs := load(t, project("-- x --\n"))
		require.NotNil(t, docs)
		set, err := Load(t.Context(), project("-- c/Chart.yaml --\nname: c\n-- c/templates/x.yaml --\nkind: Pod\n"),
			Options{Rendered: []RenderedFile{{Name: "-", File: source.NewFile("", "# Source: c/templates/x.yaml\n"+output)}}})
		require.NoError(t, err)
		for _, r := range set.Renders {
			for _, o := range r.Objects {
				l := o.locator.(*renderedLocator)
				if l.template == nil {
					continue
				}
				l.template = source.NewFile("x", template)
				for line, to := range alignLines(l.doc, l.template) {
					require.LessOrEqual(t, line, l.doc.Last)
					require.LessOrEqual(t, to, l.template.LineCount())
				}
				o.Root().Span()
			}
		}
	})
}

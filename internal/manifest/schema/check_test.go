package schema_test

import (
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// moduleDir is where the sources of a module are, those that the tests are built
// from.
func moduleDir(t *testing.T, version string) string {
	t.Helper()
	cache := os.Getenv("GOMODCACHE")
	if cache == "" {
		cache = filepath.Join(build.Default.GOPATH, "pkg", "mod")
	}
	return filepath.Join(cache, filepath.FromSlash(version))
}

func node(t *testing.T, text string) *yaml.Node {
	t.Helper()
	n, err := yaml.Parse(text)
	require.NoError(t, err)
	return n.YNode()
}

// check returns the faults of an object in a line each.
func check(t *testing.T, text string, targets schema.Targets) []string {
	t.Helper()
	n := node(t, text)
	r := yaml.NewRNode(n)
	k := schema.Kubernetes().Kind(r.GetApiVersion(), r.GetKind())
	require.NotNil(t, k)
	return told(schema.Check(n, k.Type, targets))
}

var sorts = map[schema.Sort]string{
	schema.UnknownField: "unknown", schema.NewerField: "newer", schema.RemovedField: "removed", schema.WrongType: "type",
	schema.MissingField: "missing", schema.InvalidValue: "value", schema.RepeatedItem: "repeated", schema.OutOfBounds: "bounds",
}

func told(faults []schema.Fault) []string {
	var out []string
	for _, f := range faults {
		line := fmt.Sprintf("%s %s", sorts[f.Sort], f.Name)
		if f.Want != "" {
			line += " want " + f.Want
		}
		if f.Minor != 0 {
			line += fmt.Sprintf(" 1.%d", f.Minor)
		}
		out = append(out, line)
	}
	return out
}

// TestEveryFieldOfEveryReleaseIsKnown reads objects in which the authors of the
// API have filled every field, as five releases wrote them.
func TestEveryFieldOfEveryReleaseIsKnown(t *testing.T) {
	api, seen, unknown := schema.Kubernetes(), 0, map[string]bool{}
	for release, minor := range map[string]int{"v1.33.0": 33, "v1.34.0": 34, "v1.35.0": 35, "v1.36.0": 36, "HEAD": 37} {
		files, err := filepath.Glob(filepath.Join(moduleDir(t, "k8s.io/api@v0.37.2"), "testdata", release, "*.yaml"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.Contains(file, "after_roundtrip") {
				continue // as the newest release writes it again
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			n, err := yaml.Parse(string(text))
			require.NoError(t, err)
			k := api.Kind(n.GetApiVersion(), n.GetKind())
			if k == nil || k.Type == nil {
				if k == nil && !strings.HasSuffix(n.GetKind(), "Options") {
					unknown[n.GetKind()] = true
				}
				continue
			}
			seen++
			for _, f := range schema.Check(n.YNode(), k.Type, schema.Targets{Oldest: minor, Newest: minor}) {
				if f.Sort != schema.InvalidValue { // every text is the name of its field
					t.Errorf("%s: %v", filepath.Base(file), told([]schema.Fault{f}))
				}
			}
		}
	}
	require.Greater(t, seen, 400)
	require.Equal(t, map[string]bool{"": true, "APIGroup": true, "APIVersions": true, "Status": true}, unknown, "answers of the API server, no manifests")
}

func BenchmarkKubernetes(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, err := schema.Reparse()
		require.NoError(b, err)
	}
}

// TestNoFaultInValidPods reads the fixtures of the Pod Security Standards, which
// their authors apply to real API servers.
func TestNoFaultInValidPods(t *testing.T) {
	pod, seen := schema.Kubernetes().Kind("v1", "Pod"), 0
	root := filepath.Join(moduleDir(t, "k8s.io/pod-security-admission@v0.37.2"), "test", "testdata")
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		seen++
		require.Empty(t, told(schema.Check(node(t, string(text)), pod.Type, schema.Targets{Oldest: 35, Newest: 37})), path)
		return nil
	}))
	require.Greater(t, seen, 1000)
}

func TestCheck(t *testing.T) {
	both := schema.Targets{Oldest: 35, Newest: 37}
	for name, c := range map[string]struct {
		text    string
		targets schema.Targets
		want    []string
	}{
		"one fault hides no other": {"{apiVersion: v1, kind: Service, spec: {typ: A, ports: [{port: x}, {prot: 1}], type: B}}", both, []string{
			"unknown typ", `type "x" want a whole number`, "unknown prot", "missing port", "value B"}},
		"null is missing":       {"{apiVersion: v1, kind: Service, spec: {ports: [{port: null, name: null}]}}", both, []string{"missing port"}},
		"a list for a map":      {"{apiVersion: v1, kind: Pod, spec: []}", both, []string{"type a list want a map"}},
		"text for a list":       {"{apiVersion: v1, kind: Pod, spec: {containers: x}}", both, []string{`type "x" want a list`}},
		"placeholders":          {"{apiVersion: apps/v1, kind: Deployment, spec: {replicas: $(N), paused: '{{ .Values.p }}', selector: <selector>, template: '${T}', '$patch': replace, '{{ x }}': y}}", both, nil},
		"whole numbers":         {"{apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 3.0, minReadySeconds: 0x10, selector: {}}}", both, nil},
		"not whole":             {"{apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 3.5, minReadySeconds: 3000000000, selector: {}}}", both, []string{`type "3.5" want a whole number`, `type "3000000000" want a whole number`}},
		"old booleans":          {"{apiVersion: v1, kind: ConfigMap, data: {a: yes, b: 'yes', c: no}, immutable: on}", both, []string{`type "yes" want text`, `type "no" want text`}},
		"numbers as text":       {"{apiVersion: v1, kind: ConfigMap, data: {a: 1, b: '1', c: 1.5, d: true, e: 2020-01-01}}", both, []string{`type "1" want text`, `type "1.5" want text`, `type "true" want text`}},
		"quantities and ports":  {"{apiVersion: v1, kind: ResourceQuota, spec: {hard: {cpu: 1, memory: 1Gi, pods: '10', x: 1 Gi}}}", both, []string{`type "1 Gi" want a quantity such as 128Mi or 250m`}},
		"base64":                {"{apiVersion: v1, kind: Secret, data: {a: aGk=, b: 'not base64', c: ''}}", both, []string{`type "not base64" want text in base64`}},
		"status is not read":    {"{apiVersion: v1, kind: Pod, spec: {containers: []}, status: {phase: Odd, conditions: [{type: A, status: b}, {type: A}], odd: 1}}", both, []string{"unknown odd"}},
		"defaults of list keys": {"{apiVersion: v1, kind: Service, spec: {ports: [{port: 53}, {port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}}", both, []string{"repeated port 53 and protocol TCP"}},
		"a value to come":       {"{apiVersion: apps/v1, kind: StatefulSet, spec: {selector: {}, template: {}, updateStrategy: {type: Recreate}}}", both, []string{"value Recreate 1.37"}},
		"a value that came":     {"{apiVersion: apps/v1, kind: StatefulSet, spec: {selector: {}, template: {}, updateStrategy: {type: Recreate}}}", schema.Targets{Oldest: 37, Newest: 37}, nil},
		"a field to come":       {"{apiVersion: v1, kind: Pod, spec: {containers: [], evictionResponders: []}}", both, []string{"newer evictionResponders 1.37"}},
	} {
		require.Equal(t, c.want, check(t, c.text, c.targets), name)
	}
}

func TestFaultsAreBounded(t *testing.T) {
	require.Len(t, check(t, "{apiVersion: v1, kind: Service, spec: {"+strings.Repeat("x: 1, ", 500)+"}}", schema.Targets{Oldest: 37, Newest: 37}), 200)
	deep := strings.Repeat("{a: ", 300) + "1" + strings.Repeat("}", 300)
	require.NotEmpty(t, check(t, "{apiVersion: v1, kind: Service, spec: "+deep+"}", schema.Targets{Oldest: 37, Newest: 37}))
}

// FuzzCheck holds any YAML against any kind.
func FuzzCheck(f *testing.F) {
	f.Add("{apiVersion: v1, kind: Pod, spec: {containers: [{name: a, ports: [1, {containerPort: x}]}]}}", uint16(3))
	f.Add("[&a {spec: *a}]", uint16(0))
	f.Add("spec: {hard: {a: 1e99999}}\nstatus: {a: [~, .inf, 0x, 1_0, !!binary x]}", uint16(200))
	kinds := schema.Kubernetes().Kinds()
	f.Fuzz(func(t *testing.T, text string, which uint16) {
		docs, _ := yamldoc.Parse(source.NewFile("f", text))
		k := kinds[int(which)%len(kinds)]
		for _, d := range docs {
			if k.Type != nil {
				for _, fault := range schema.Check(d.Root, k.Type, schema.Targets{Oldest: 30, Newest: 36}) {
					require.True(t, fault.Node != nil || fault.Sort == schema.MissingField)
				}
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	n, err := yaml.Parse(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: web
        image: example.com/web:1
        ports: [{containerPort: 80, name: http}]
        env: [{name: A, value: "1"}, {name: B, value: "2"}, {name: C, valueFrom: {secretKeyRef: {name: a, key: b}}}]
        resources: {limits: {memory: 64Mi}, requests: {cpu: 100m, memory: 64Mi}}
        livenessProbe: {httpGet: {path: /, port: http}}
        volumeMounts: [{name: tmp, mountPath: /tmp}]
      volumes: [{name: tmp, emptyDir: {}}]
`)
	require.NoError(b, err)
	k := schema.Kubernetes().Kind("apps/v1", "Deployment")
	b.ReportAllocs()
	for b.Loop() {
		schema.Check(n.YNode(), k.Type, schema.Targets{Oldest: 35, Newest: 37})
	}
}

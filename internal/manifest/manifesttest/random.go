package manifesttest

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing/fstest"
)

// Random makes a repository with a base, components and overlays that change it
// in every way kustomize has, chosen by a seed. Few values are used many times,
// so that nothing can be found by its value.
func Random(seed uint64) fs.FS {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 1)), files: fstest.MapFS{}}
	g.base("base")
	g.component("component")
	for i := range 1 + g.IntN(2) {
		dir := fmt.Sprintf("overlay%d", i)
		g.overlay(dir, "../base")
		if g.chance(3) {
			g.overlay(dir+"-next", "../"+dir)
		}
	}
	return g.files
}

type generator struct {
	*rand.Rand
	files fstest.MapFS
	n     int
}

func (g *generator) chance(of int) bool { return g.IntN(of) == 0 }

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

// value is one of a few words, in one of the ways to write it.
func (g *generator) value() string {
	return pick(g, "alpha", "beta", `"alpha"`, "'beta'", "alpha")
}

func (g *generator) put(name, format string, args ...any) {
	g.files[name] = &fstest.MapFile{Data: []byte(fmt.Sprintf(format, args...))}
}

const webApp = `# the application
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web, tier: %s}
  annotations:
    note: %s
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      serviceAccountName: robot
      dnsPolicy: Default
      containers:
      - name: main
        image: example/web:1.0
        args: [--mode, %s]
        env:
        - {name: A, value: %s}
        - name: B
          value: %s
        - name: C
          valueFrom: {configMapKeyRef: {name: settings, key: one}}
        ports:
        - containerPort: 8080
          name: http
        securityContext:
          runAsUser: 1000
          privileged: false
        resources: {limits: {memory: 64Mi, cpu: 1}}
        volumeMounts:
        - {name: data, mountPath: /data}
      - name: side
        image: example/side:1.0
        command: ["sh", "-c", %s]
        env: [{name: A, value: %s}, {name: HOST, value: placeholder}]
      volumes:
      - name: data
        emptyDir: {medium: %s}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: ClusterIP
  selector: {app: web}
  ports:
  - port: 80
    targetPort: http
  externalName: %s
`

const others = `{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "widget"},
 "spec": {"size": %d, "parts": [{"name": "a", "image": "example/side:1.0", "mode": "alpha"}, {"name": "b", "mode": "beta"}], "words": ["alpha", "beta"]}}
`

const list = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: plain}
  data:
    one: %s
    text: |
      first line alpha
      second line
- apiVersion: v1
  kind: ServiceAccount
  metadata: {name: robot, labels: {tier: alpha}}
  automountServiceAccountToken: false
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: binding}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
`

func (g *generator) base(dir string) {
	v := g.value
	g.put(dir+"/web.yaml", webApp, v(), v(), v(), v(), v(), v(), v(), v(), v())
	g.put(dir+"/widget.json", others, g.IntN(3))
	g.put(dir+"/more.yaml", list, v())
	g.put(dir+"/settings.env", "# settings\nTHREE=alpha\n\nFOUR=beta\n")
	g.put(dir+"/file.txt", "alpha\n")
	k := "resources: [web.yaml, widget.json, more.yaml]\nconfigMapGenerator:\n- name: settings\n  literals: [one=alpha, 'two=beta']\n  envs: [settings.env]\n  files: [file.txt]\n"
	if g.chance(2) {
		k += "secretGenerator:\n- name: login\n  literals:\n  - password=alpha\n  type: Opaque\n  options:\n    labels: {secret: alpha}\n"
	}
	g.put(dir+"/kustomization.yaml", "%s%s", k, g.some(dir, 2))
}

func (g *generator) component(dir string) {
	g.put(dir+"/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n%s", g.some(dir, 2))
}

func (g *generator) overlay(dir, below string) {
	k := "resources: [" + below + "]\n"
	if g.chance(3) {
		k += "components: [../component]\n"
	}
	g.put(dir+"/kustomization.yaml", "%s%s", k, g.some(dir, 6))
}

// some returns up to n sections of a kustomization, each once.
func (g *generator) some(dir string, n int) string {
	sections := []func(string) string{g.patches, g.patches, g.images, g.labels, g.names, g.replicas, g.annotations,
		g.replacements, g.transformers, g.generators, g.oldLabels, g.vars}
	var b strings.Builder
	seen := map[string]bool{}
	for range 1 + g.IntN(n) {
		text := sections[g.IntN(len(sections))](dir)
		key, _, _ := strings.Cut(text, ":")
		if !seen[key] {
			seen[key] = true
			b.WriteString(text)
		}
	}
	return b.String()
}

func (g *generator) images(string) string {
	out := "images:\n"
	if g.chance(2) {
		out += "- {name: other, newTag: alpha}\n- name: example/inert\n"
	}
	switch g.IntN(4) {
	case 0:
		out += "- name: example/web\n  newTag: " + pick(g, `"1.0"`, `"2.0"`, "v3") + "\n"
	case 1:
		out += "- name: example/web\n  newName: mirror/web\n  newTag: '1.0'\n- name: example/side\n  newName: mirror/side\n"
	case 2:
		out += "- name: example/side\n  digest: sha256:" + strings.Repeat("1", 64) + "\n"
	default:
		out += "- name: mirror/web\n  newTag: '5'\n- {name: example/side, newTag: '1.0'}\n"
	}
	return out
}

func (g *generator) labels(string) string {
	return "labels:\n- pairs: {tier: " + g.value() + ", stage: alpha}\n" + pick(g, "", "  includeSelectors: true\n", "  includeTemplates: true\n") +
		pick(g, "", "- pairs:\n    more: beta\n    tier: alpha\n  fields: [{path: spec/labels, create: true, kind: Widget, group: example.com, version: v1}]\n")
}

func (g *generator) oldLabels(string) string {
	return "commonLabels:\n  stage: " + g.value() + "\n  app: web\n"
}

func (g *generator) annotations(string) string {
	return "commonAnnotations:\n  note: " + g.value() + "\n  other: alpha\n"
}

func (g *generator) names(string) string {
	return pick(g, "namePrefix: alpha-\n", "nameSuffix: -beta\n", "namespace: alpha\n", "namespace: beta\nnamePrefix: pre-\n")
}

func (g *generator) replicas(string) string {
	return pick(g, "replicas: [{name: web, count: 1}]\n", "replicas:\n- name: web\n  count: 3\n- name: absent\n  count: 1\n")
}

func (g *generator) generators(string) string {
	return "configMapGenerator:\n- name: settings\n  behavior: " + pick(g, "merge", "replace") + "\n  literals: [one=" + pick(g, "alpha", "beta") + "]\n" +
		"- {name: own, literals: ['one=alpha', \"two=b\"]}\ngeneratorOptions:\n  labels: {made: alpha}\n  disableNameSuffixHash: " + pick(g, "true", "false") + "\n"
}

func (g *generator) vars(string) string {
	return "vars:\n- name: WEB\n  objref: {apiVersion: v1, kind: Service, name: web}\n"
}

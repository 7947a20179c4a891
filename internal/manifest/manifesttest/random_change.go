package manifesttest

import (
	"fmt"
	"strconv"
	"strings"
)

// patches returns a patches section of patches of several kinds.
func (g *generator) patches(dir string) string {
	out := "patches:\n"
	for range 1 + g.IntN(3) {
		text, target := g.patch()
		switch g.n++; {
		case g.chance(2):
			name := fmt.Sprintf("patch%d.yaml", g.n)
			g.put(dir+"/"+name, "%s", text)
			out += "- path: " + name + "\n"
		case g.chance(4) && !strings.Contains(text, `"`):
			out += "- patch: \"" + strings.ReplaceAll(text, "\n", "\\n") + "\"\n"
		default:
			out += "- patch: |-\n    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ") + "\n"
		}
		if target != "" {
			out += "  target: " + target + "\n"
		}
	}
	return out
}

// patch returns a patch and the target that it needs.
func (g *generator) patch() (text, target string) {
	v := g.value
	deployment := "{kind: Deployment, name: web}"
	switch g.IntN(9) {
	case 0:
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      dnsPolicy: Default\n      containers:\n      - name: main\n        env:\n        - {name: A, value: " + v() + "}\n        securityContext:\n          runAsUser: 1000\n          privileged: true\n", ""
	case 1:
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - name: side\n        $patch: delete\n      - name: extra\n        image: example/side:1.0\n        args: [" + v() + "]\n", ""
	case 2:
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: not-matched\n  annotations: {note: " + v() + "}\nspec:\n  template:\n    spec:\n      containers:\n      - {name: main, resources: null, workingDir: " + v() + "}\n", pick(g, deployment, "{kind: Deploy.*}", "{labelSelector: app=web}")
	case 3:
		return "- op: replace\n  path: /spec/replicas\n  value: 1\n- op: add\n  path: /spec/template/spec/containers/0/env/-\n  value: {name: D, value: " + v() + "}\n", deployment
	case 4:
		return "- {op: add, path: /spec/template/spec/containers/0/workingDir, value: " + v() + "}\n- {op: remove, path: /spec/template/spec/containers/0/resources}\n- {op: replace, path: /spec/template/spec/containers/0/env/0/value, value: " + v() + "}\n", deployment
	case 5:
		return "- op: add\n  path: /spec/template/spec/containers/0\n  value:\n    name: zero" + strconv.Itoa(g.n) + "\n    image: example/web:1.0\n    env:\n    - name: A\n      value: " + v() + "\n", deployment
	case 6:
		return "- op: replace\n  path: /spec/parts/0/mode\n  value: " + v() + "\n- op: add\n  path: /spec/words/0\n  value: alpha\n", "{kind: Widget}"
	case 7:
		return "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: widget}\nspec:\n  words: [" + v() + "]\n  mode: " + v() + "\n", ""
	}
	return "- op: add\n  path: /metadata/labels\n  value: {tier: " + v() + "}\n- op: add\n  path: /metadata/annotations\n  value: {note: alpha}\n",
		pick(g, "{kind: Service}", "{kind: ServiceAccount, name: robot}", "{name: plain}")
}

func (g *generator) replacements(dir string) string {
	return pick(g,
		"replacements:\n- source: {kind: Service, name: web, fieldPath: spec.externalName}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: ['spec.template.spec.containers.[name=side].env.[name=HOST].value']\n",
		"replacements:\n- sourceValue: alpha\n  targets:\n  - select: {kind: Deployment, name: web}\n    fieldPaths: [spec.template.spec.containers.0.workingDir]\n    options: {create: true}\n",
		"replacements:\n- source:\n    kind: Deployment\n    name: web\n    fieldPath: spec.template.spec.containers.[name=main].image\n    options: {delimiter: ':', index: 1}\n  targets:\n  - select: {kind: Widget}\n    fieldPaths: [spec.parts.0.image]\n    options: {delimiter: ':', index: 1}\n  - select: {kind: ConfigMap, name: plain}\n    fieldPaths: [data.one]\n",
		"replacements:\n- source: {kind: ServiceAccount, name: robot, fieldPath: metadata.name}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: ['spec.template.metadata.annotations.[robot]', metadata.annotations.robot]\n    options: {create: true}\n",
	)
}

// transformers returns configurations of built-in transformers, in files and inline.
func (g *generator) transformers(dir string) string {
	configs := []string{
		"apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: labels}\nlabels:\n  tier: " + g.value() + "\nfieldSpecs:\n- path: metadata/labels\n  create: true\n",
		"apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: notes}\nannotations: {note: alpha, third: " + g.value() + "}\nfieldSpecs: [{path: metadata/annotations, create: true}]\n",
		"apiVersion: builtin\nkind: NamespaceTransformer\nmetadata:\n  name: ns\n  namespace: alpha\nfieldSpecs: [{path: metadata/namespace, create: true}]\n",
		"apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: tags}\nimageTag: {name: example/side, newTag: '1.0'}\nfieldSpecs: [{path: 'spec/template/spec/containers[]/image', kind: Deployment}, {path: 'spec/parts[]/image'}]\n",
		"apiVersion: builtin\nkind: ReplicaCountTransformer\nmetadata: {name: count}\nreplica: {name: web, count: 1}\nfieldSpecs: [{path: spec/replicas, create: true, kind: Deployment}]\n",
		"apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: prefix}\nprefix: alpha-\nfieldSpecs: [{path: metadata/name}]\n",
		"apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: patch}\ntarget: {kind: Deployment}\npatch: |-\n  - {op: add, path: /spec/paused, value: true}\n  - {op: add, path: /spec/template/spec/nodeName, value: alpha}\n",
		"apiVersion: builtin\nkind: PatchStrategicMergeTransformer\nmetadata: {name: merge}\npatches: |-\n  apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: web}\n  spec: {template: {spec: {dnsPolicy: Default, nodeName: beta}}}\n",
	}
	out := "transformers:\n"
	for range 1 + g.IntN(2) {
		text := configs[g.IntN(len(configs))]
		if g.n++; g.chance(2) {
			name := fmt.Sprintf("transformer%d.yaml", g.n)
			g.put(dir+"/"+name, "%s", text)
			out += "- " + name + "\n"
			continue
		}
		out += "- |-\n  " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ") + "\n"
	}
	return out
}

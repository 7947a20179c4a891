package main

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"
)

// The generated set of plain manifests: teams with a namespace and a folder
// each, and in it a file for each app.
const (
	teams      = 40
	teamApps   = 10
	appObjects = 6
)

//go:embed app.yaml.tmpl
var appTemplate string

// app is what the template is filled with. Apps differ as those of people do:
// some lack limits, probes or a security context.
type app struct {
	Team, Name                       string
	Number, Replicas                 int
	Limits, Probes, Hardened, Public bool
}

// shop returns the files of the plain manifests by path.
func shop() map[string]string {
	t := template.Must(template.New("app").Parse(appTemplate))
	out := map[string]string{}
	for i := range teams * teamApps {
		a := app{
			Team: fmt.Sprintf("team-%02d", i/teamApps), Name: fmt.Sprintf("%s-%03d", []string{"orders", "stock", "mail", "search", "ledger"}[i%5], i),
			Number: i, Replicas: 1 + i%4, Limits: i%3 != 0, Probes: i%4 != 0, Hardened: i%2 == 0, Public: i%7 == 0,
		}
		var b strings.Builder
		if err := t.Execute(&b, a); err != nil {
			panic(err) // the template is part of the program
		}
		out[a.Team+"/"+a.Name+".yaml"] = b.String()
	}
	return out
}

// operator returns an installation whose custom resource definitions hold about
// so many bytes of schemas.
func operator(bytes int) map[string]string {
	var b strings.Builder
	for i := 0; b.Len() < bytes; i++ {
		if i > 0 {
			b.WriteString("---\n")
		}
		kind := fmt.Sprintf("Machine%02d", i)
		fmt.Fprintf(&b, crdHead, strings.ToLower(kind), kind)
		schema(&b, 10, 4, "spec")
	}
	return map[string]string{
		"kustomization.yaml": "namespace: machines\nresources:\n- crds.yaml\n- operator.yaml\nimages:\n- name: registry.example.com/machines/operator\n  newTag: 1.4.2\n",
		"crds.yaml":          b.String(),
		"operator.yaml":      operatorText,
	}
}

const crdHead = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: %[1]ss.machines.example.com
  annotations:
    controller-gen.kubebuilder.io/version: v0.17.0
spec:
  group: machines.example.com
  scope: Namespaced
  names:
    kind: %[2]s
    plural: %[1]ss
    singular: %[1]s
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
    schema:
      openAPIV3Schema:
        type: object
`

const operatorText = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: operator
spec:
  selector:
    matchLabels: {app: operator}
  template:
    metadata:
      labels: {app: operator}
    spec:
      containers:
      - name: operator
        image: registry.example.com/machines/operator
`

// schema writes the properties of an object of a schema, nested so deep.
func schema(b *strings.Builder, indent, depth int, names ...string) {
	pad := strings.Repeat(" ", indent-2)
	fmt.Fprintf(b, "%sproperties:\n", pad)
	for i, name := range names {
		fmt.Fprintf(b, "%s  %s:\n%s    description: |-\n%s      What the machine is told about its %s, item %d of level %d.\n%s      An empty value leaves the choice to the operator, which looks at\n%s      the load of the rack and at what the neighbours were given.\n",
			pad, name, pad, pad, name, i, depth, pad, pad)
		switch {
		case depth > 0:
			fmt.Fprintf(b, "%s    type: object\n%s    required:\n%s    - mode\n", pad, pad, pad)
			schema(b, indent+4, depth-1, "mode", "cooling", "network", "storage", "placement")
		case i%2 == 0:
			fmt.Fprintf(b, "%s    type: string\n%s    maxLength: 253\n%s    pattern: ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$\n", pad, pad, pad)
		default:
			fmt.Fprintf(b, "%s    type: integer\n%s    format: int32\n%s    minimum: 0\n", pad, pad, pad)
		}
	}
}

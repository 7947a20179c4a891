package deploy

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var customResourceInvalid = rule.Rule{
	ID:       "TW-K216",
	Name:     "custom-resource-invalid",
	Title:    "Custom resource that does not fit its definition",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The repository holds the definition of the kind, and the API server refuses what does not fit it. A field that the definition does not name is medium: strict clients refuse it, for others it is dropped. So is what does not fit a definition that stands in another part of the repository, since the cluster may have another one. Of a definition's schema `anyOf`, `oneOf`, `allOf`, `not` and CEL are not judged here; a kind whose definition is not in the repository, or differs in several places of it, is not judged at all.",
	Fix:      "Write what the definition asks for, or correct the definition.",
	Refs:     refs(practice, "M35"),
	Bad: []string{`
-- crd.yaml --
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1}
              mode: {type: string, enum: [Fast, Safe]}
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items: {type: object, properties: {name: {type: string}}}
  - {name: v0, served: false, storage: false}
-- web/widget.yaml --
apiVersion: example.com/v1
kind: Widget
metadata: {name: a}
spec:
^^^^ spec of Widget a lacks size, which its definition requires
  moed: Fast
# ^^^^ spec of Widget a has no field "moed"; did you mean "mode"?
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: b}
spec:
  size: big
#       ^^^ spec.size of Widget b is "big"; its definition wants a whole number
  mode: Quick
#       ^^^^^ spec.mode of Widget b cannot be "Quick"; it can be Fast, Safe
  parts: [{name: x}, {name: x}]
#                     ^^^^^^^ spec.parts of Widget b has two items with name x
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: c}
spec: {size: 0}
#            ^ spec.size of Widget c is "0"; its definition wants at least 1
---
apiVersion: example.com/v0
#           ^^^^^^^^^^^^^^ the definition of Widget does not serve version v0
kind: Widget
metadata: {name: d}
`, `
-- base/kustomization.yaml --
resources: [crd.yaml, widget.yaml]
-- base/crd.yaml --
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties: {size: {type: integer}}
-- base/widget.yaml --
apiVersion: example.com/v1
kind: Widget
metadata: {name: a}
spec: {size: 1}
-- prod/kustomization.yaml --
resources: [../base]
patches: [{path: size.yaml}]
-- prod/size.yaml --
apiVersion: example.com/v1
kind: Widget
metadata: {name: a}
spec:
  size: big
#       ^^^ spec.size of Widget a is "big"; its definition wants a whole number
`},
	Good: []string{`
-- crd.yaml --
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {size: {type: integer}, on: {type: boolean}}}}
-- widget.yaml --
apiVersion: example.com/v1
kind: Widget
metadata: {name: a, labels: {b: c}}
spec: {size: 3, on: true}
---
apiVersion: example.org/v1
kind: Widget
metadata: {name: of-another-group}
spec: {any: thing}
`},
	Check: rule.EachProject(func(p *rule.Pass) {
		kept := partials{pass: p}
		for _, r := range p.Project.Renders {
			for _, o := range r.Objects {
				if strings.Contains(o.Group(), ".") && p.Definitions().Has(o.Group(), o.Kind) {
					judgeCustom(p, o, &kept)
				}
			}
		}
	}),
}

// judgeCustom holds a custom resource against its definition.
func judgeCustom(p *rule.Pass, o *manifest.Object, kept *partials) {
	def, by := p.Definitions().Of(o)
	if def == nil {
		return
	}
	_, name, _ := strings.Cut(o.APIVersion, "/")
	report := func(f rule.Finding) {
		if at := by.Field("metadata", "name").Span(); at.Valid() {
			f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: at, Message: "the definition"})
		}
		if by.Render != o.Render {
			f.Severity = rule.Medium
		}
		p.Report(f)
	}
	version := def.Version(name)
	if version == nil || !version.Served {
		f := finding(o.Field("apiVersion"), nil, "the definition of %s does not serve version %s", o.Kind, name)
		f.Fix = &rule.Fix{Title: "write a version that the definition serves"}
		report(f)
		return
	}
	refused := refusedInPods(o)
	for _, fault := range o.Conform(version.Type, schema.Targets{}) {
		switch {
		case fault.Sort == schema.MissingField && kept.mayBePatch(o):
		case fault.Sort == schema.UnknownField && !fault.Field.Exists(): // a null sets nothing
		case fault.Sort == schema.WrongType && refused[fault.Field.Path()]:
		default:
			report(customFault(fault))
		}
	}
}

// refusedInPods are the paths of what refused-field tells of an object.
func refusedInPods(o *manifest.Object) map[string]bool {
	out := map[string]bool{}
	if o.Group() == "argoproj.io" {
		for _, w := range o.Render.Workloads() {
			if w.Object == o {
				for _, u := range w.Undecodable() {
					out[u.Field.Path()] = true
				}
			}
		}
	}
	return out
}

// customFault makes the finding about one fault of a custom resource.
func customFault(fault manifest.Fault) rule.Finding {
	var f rule.Finding
	switch fault.Sort {
	case schema.UnknownField:
		f = misfit(fault, "%s has no field %q%s", where(fault.Parent), fault.Name, hint(fault.Name, fault.Known))
		f.Severity = rule.Medium
		f.Fix = renamed(fault, f.At)
	case schema.MissingField:
		f = finding(fault.Field, nil, "%s lacks %s, which its definition requires", where(fault.Parent), fault.Name)
		f.Fix = &rule.Fix{Title: "add " + fault.Name}
	case schema.InvalidValue:
		f = finding(fault.Field, nil, "%s cannot be %q; it can be %s", where(fault.Field), fault.Name, strings.Join(fault.Known, ", "))
		f.Fix = &rule.Fix{Title: "write one of " + strings.Join(fault.Known, ", ")}
	case schema.RepeatedItem:
		f = finding(fault.Field, nil, "%s has two items with %s", where(fault.Parent), fault.Name)
		f.Key += "(" + fault.Name + ")"
		f.Fix = &rule.Fix{Title: "give each its own " + strings.Join(fault.Known, " and ")}
	default:
		f = finding(fault.Field, nil, "%s is %s; its definition wants %s", where(fault.Field), fault.Name, fault.Want)
		f.Fix = &rule.Fix{Title: "write " + fault.Want}
	}
	return f
}

// renamed is the remedy for a field that is not known: the known one that is
// meant, where it is not there as well.
func renamed(fault manifest.Fault, at source.Span) *rule.Fix {
	m := meant(fault.Name, fault.Known)
	switch {
	case m == "":
		return &rule.Fix{Title: fmt.Sprintf("remove %s, or write what is meant", fault.Name)}
	case fault.Parent.Get(m).Exists():
		return &rule.Fix{Title: fmt.Sprintf("remove %s: %s is there as well", fault.Name, m)}
	}
	fix := rewrite(at, fault.Name, m)
	fix.Field = fault.Parent // one key goes and another one comes
	return fix
}

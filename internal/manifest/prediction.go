package manifest

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

// Admission is what policies and rules are found in and evaluated over.
type Admission struct {
	Renders []*Render
	// Given are the documents of the files that the user named: policies, bindings,
	// parameters and rules. They hold for every render.
	Given []*Object
	// Image returns the configuration of the image that a container runs, as
	// variables of a rule see it; nil where it is not known. Nil knows none.
	Image func(*Container) map[string]any
}

// Prediction is what admission policies and the project's own rules say of the
// rendered objects. Package manifest/admission makes it.
type Prediction struct {
	Refusals  []Refusal
	Undecided []Undecided
	Faults    []PolicyFault
	// Unbound are policies that no binding puts in force.
	Unbound []*Object
	// Foreign are policies in languages that are not evaluated here.
	Foreign []*Object
}

// Refusal is one validation of a policy or a rule that an object fails.
type Refusal struct {
	Policy *Policy
	// Binding puts the policy in force, nil for a rule. Params are what it was
	// evaluated with, nil for none.
	Binding, Params *Object
	// Validation is the index of the validation, Expression its field.
	Validation int
	Expression Field
	// Message is what the cluster would answer.
	Message string
	// Action is Deny, Warn or Audit; "" for a rule.
	Action string
	Object *Object
	// Container is set for a rule that looks at containers.
	Container *Container
	// Field is the field at fault as far as the expression tells it, else the
	// object.
	Field Field
	// Elsewhere is true where the policy is rendered apart from the object, and
	// may be meant for another cluster.
	Elsewhere bool
}

// Undecided is a part of a policy whose answer for some objects is not known
// here, or that could not be evaluated.
type Undecided struct {
	// Policy is nil for a binding to a policy that is not in the repository.
	Policy *Policy
	// At is the field of the policy or the binding that cannot be decided.
	At Field
	// Reason says why for the first object.
	Reason  string
	Objects []*Object
}

// PolicyFault is a mistake in a policy or a rule that the cluster, or this
// program, would refuse.
type PolicyFault struct {
	Policy *Policy
	At     source.Span
	Field  Field
	Reason string
}

// Policy is a ValidatingAdmissionPolicy, or a rule of the project.
type Policy struct {
	Object *Object
	// Given is true where the user named its file.
	Given bool
	// Rule is nil for a policy of the cluster.
	Rule *OwnRule
}

// OwnRule is what a rule of the project says of itself. Severity is "" where it
// is not stated.
type OwnRule struct{ Severity, Why, Fix string }

// RuleAPIVersion and RuleKind are the type of the project's own rules.
const (
	RuleAPIVersion = "tidewaiter.dev/v1"
	RuleKind       = "Rule"
)

// ParseFile returns the objects of one file of manifests, as they stand in it.
// The error joins one *yamldoc.Error for each mistake.
func ParseFile(f *source.File) ([]*Object, error) {
	docs, err := yamldoc.Parse(f)
	if err != nil {
		return nil, err
	}
	return plainObjects(docs), nil
}

// MayBePatch reports whether the object stands in a file that no kustomization
// reads and that may yet be a patch of an object elsewhere; one that runs pods of a
// named image is whole.
func (o *Object) MayBePatch() bool {
	return o.fragment && !slices.ContainsFunc(o.Render.Workloads(), func(w *Workload) bool { return w.Object == o })
}

// Value returns the field as the maps, lists, strings, numbers and booleans that
// the API server would read; nil where it is absent.
func (f Field) Value() any { return plain(f.node, 0) }

// At returns the field at a path as Path writes it, relative to f:
// "spec.containers[0].image". What does not exist is absent.
func (f Field) At(path []string) Field {
	for _, step := range path {
		if i, ok := itemIndex(step); ok {
			items := f.Items()
			if i >= len(items) {
				return f.absent([]string{step})
			}
			f = items[i]
			continue
		}
		f = f.Get(step)
	}
	return f
}

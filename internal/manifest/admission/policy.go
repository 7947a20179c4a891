package admission

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/cel-go/cel"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/spelling"
)

// policy is a ValidatingAdmissionPolicy or a rule, compiled.
type policy struct {
	*manifest.Policy
	match       criteria
	conditions  []*program
	validations []validation
	compiler    *compiler
	// paramKind is "apiVersion/kind" of the parameters, "" for none.
	paramKind  string
	containers bool // a rule that looks at each container
	faults     []manifest.PolicyFault
	costly     bool // it has cost more than the API server allows, once
}

// validation is what an object must satisfy.
type validation struct {
	*program
	message    string
	messageOf  *program
	field      []string // where the rule itself says which field is at fault
	expression manifest.Field
}

func isPolicy(o *manifest.Object) bool {
	return o.Kind == "ValidatingAdmissionPolicy" && isAdmission(o)
}

func isBinding(o *manifest.Object) bool {
	return o.Kind == "ValidatingAdmissionPolicyBinding" && isAdmission(o)
}

func isAdmission(o *manifest.Object) bool {
	return o.APIVersion == "admissionregistration.k8s.io/v1" || o.APIVersion == "admissionregistration.k8s.io/v1beta1"
}

func isRule(o *manifest.Object) bool { return o.Group() == "tidewaiter.dev" }

// newPolicy reads and compiles a policy. What is wrong with it stands in faults;
// it can be evaluated where there is none.
func (e *engine) newPolicy(o *manifest.Object, given bool) *policy {
	p := &policy{Policy: &manifest.Policy{Object: o, Given: given}}
	spec := o.Field("spec")
	d := dialect{params: spec.Get("paramKind").Exists()}
	if isRule(o) {
		p.readRule(spec)
		d = dialect{rule: true, container: p.containers}
	} else if d.params {
		p.paramKind = spec.Get("paramKind", "apiVersion").String() + "/" + spec.Get("paramKind", "kind").String()
	}
	p.match = criteria{spec.Get("matchConstraints")}
	if n := count(spec); n > maxExpressions {
		p.fault(spec, "it has %d expressions, more than the limit of %d", n, maxExpressions)
		return p
	}
	c, err := e.compiler(d)
	if err != nil {
		p.fault(spec, "%s", firstLine(err.Error()))
		return p
	}
	p.compiler = c
	p.compile(spec)
	for _, m := range c.mistakes {
		p.Policy.Rule = p.Rule
		p.faults = append(p.faults, manifest.PolicyFault{Policy: p.Policy, Field: m.expression.field, At: place(m), Reason: m.reason})
	}
	return p
}

func count(spec manifest.Field) int {
	n := 0
	for _, list := range []string{"matchConditions", "variables", "validations"} {
		n += len(spec.Get(list).Items())
	}
	return n
}

func (p *policy) fault(f manifest.Field, format string, args ...any) {
	p.faults = append(p.faults, manifest.PolicyFault{Policy: p.Policy, Field: f, At: f.Span(), Reason: fmt.Sprintf(format, args...)})
}

// compile compiles the variables before what may use them, as the API server
// does.
func (p *policy) compile(spec manifest.Field) {
	for _, f := range spec.Get("variables").Items() {
		e := p.expression(f, cel.AnyType, cel.DynType)
		if e == nil {
			continue
		}
		if e.name = f.Get("name").String(); e.name == "" {
			p.fault(f, "a variable needs a name")
			continue
		}
		p.compiler.variable(e)
	}
	for _, f := range spec.Get("matchConditions").Items() {
		if e := p.expression(f, cel.BoolType); e != nil {
			e.name = f.Get("name").String()
			if c := p.compiler.program(e); c != nil {
				p.conditions = append(p.conditions, c)
			}
		}
	}
	list := spec.Get("validations")
	for _, f := range list.Items() {
		e := p.expression(f, cel.BoolType)
		if e == nil {
			continue
		}
		v := validation{program: p.compiler.program(e), expression: e.field, message: strings.TrimSpace(f.Get("message").String()),
			messageOf: p.compiler.program(read(f.Get("messageExpression"), cel.StringType))}
		if at := f.Get("field").String(); p.Rule != nil && at != "" {
			v.field = steps(at)
		}
		if v.program != nil {
			p.validations = append(p.validations, v)
		}
	}
	if len(list.Items()) == 0 && (p.Rule != nil || !spec.Get("auditAnnotations").Exists()) {
		p.fault(spec.Get("validations"), "it has no validations")
	}
}

// expression reads the expression that a condition, variable or validation must
// have.
func (p *policy) expression(f manifest.Field, result ...*cel.Type) *expression {
	e := read(f.Get("expression"), result...)
	if e == nil {
		p.fault(f, "expression is missing")
	}
	return e
}

// steps reads a path as people write it: "spec.containers[0].image".
func steps(text string) []string {
	text = strings.TrimPrefix(strings.ReplaceAll(text, "[", ".["), ".")
	return strings.Split(text, ".")
}

// readRule reads what only a rule of the project says, and refuses what it may
// not say: nobody else would.
func (p *policy) readRule(spec manifest.Field) {
	p.Rule = &manifest.OwnRule{Severity: spec.Get("severity").String(), Why: spec.Get("why").String(), Fix: spec.Get("fix").String()}
	o := p.Object
	if o.APIVersion != manifest.RuleAPIVersion || o.Kind != manifest.RuleKind {
		p.fault(o.Field("kind"), "%s %s is not known; write apiVersion: %s, kind: %s", o.APIVersion, o.Kind, manifest.RuleAPIVersion, manifest.RuleKind)
		return
	}
	if o.Name == "" {
		p.fault(o.Field("metadata", "name"), "a rule needs a name")
	}
	if s := p.Rule.Severity; s != "" && !slices.Contains(severities[:], s) {
		p.fault(spec.Get("severity"), "%q is no severity%s", s, spelling.Suggest(s, severities[:]))
	}
	switch each := spec.Get("for"); each.String() {
	case "", "object":
	case "container":
		p.containers = true
	default:
		p.fault(each, "%q is neither object nor container", each.String())
	}
	p.onlyKeys(o.Root(), "apiVersion", "kind", "metadata", "spec")
	p.onlyKeys(spec, "severity", "why", "fix", "for", "matchConstraints", "matchConditions", "variables", "validations")
	p.onlyKeys(spec.Get("matchConstraints"), "resourceRules", "excludeResourceRules", "namespaceSelector", "objectSelector", "matchPolicy")
	for _, list := range []string{"resourceRules", "excludeResourceRules"} {
		for _, f := range spec.Get("matchConstraints", list).Items() {
			p.onlyKeys(f, "apiGroups", "apiVersions", "resources", "resourceNames", "operations", "scope")
		}
	}
	for _, f := range slices.Concat(spec.Get("matchConditions").Items(), spec.Get("variables").Items()) {
		p.onlyKeys(f, "name", "expression")
	}
	for _, f := range spec.Get("validations").Items() {
		p.onlyKeys(f, "expression", "message", "messageExpression", "field")
	}
}

var severities = [...]string{"info", "low", "medium", "high"}

func (p *policy) onlyKeys(f manifest.Field, keys ...string) {
	for k, v := range f.Entries() {
		if !slices.Contains(keys, k) {
			p.fault(v, "unknown key %q%s", k, spelling.Suggest(k, keys))
		}
	}
}

// Faults compiles the policies and rules among the objects and returns what is
// wrong with them.
func Faults(objects []*manifest.Object) []manifest.PolicyFault {
	var out []manifest.PolicyFault
	e := &engine{}
	for _, o := range objects {
		if isPolicy(o) || isRule(o) {
			out = append(out, e.newPolicy(o, true).faults...)
		}
	}
	return out
}

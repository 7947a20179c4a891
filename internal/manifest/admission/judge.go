package admission

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	plugin "k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// trial is one policy and one object, with what it is evaluated with.
type trial struct {
	policy          *policy
	request         *request
	binding, params *manifest.Object
	container       *manifest.Container
	vars            map[string]any
	open            []*cel.AttributePatternType
}

// byPolicy evaluates a policy over an object for each binding that speaks of it.
func (w *world) byPolicy(p *policy, r *request) []manifest.Refusal {
	if len(p.faults) > 0 || p.costly || w.left < 0 {
		return nil
	}
	var out []manifest.Refusal
	m := p.match.matches(r, false)
	if m.answer == no {
		return nil
	}
	for _, b := range w.bindingsOf(p) {
		bound := criteria{b.Field("spec", "matchResources")}.matches(r, false)
		switch m.answer.and(bound.answer) {
		case no:
			continue
		case unknown:
			if m.answer == unknown {
				w.undecide(p.Policy, p.match.field, r.object, m.reason)
			} else {
				w.undecide(p.Policy, b.Field("spec", "matchResources"), r.object, bound.reason)
			}
			continue
		}
		out = append(out, w.bound(p, b, r, m)...)
	}
	return out
}

// bound evaluates a policy for each object of parameters that the binding names.
func (w *world) bound(p *policy, b *manifest.Object, r *request, m matched) []manifest.Refusal {
	action := strongest(b.Field("spec", "validationActions").Strings())
	if action == "" {
		return nil
	}
	params, open := w.params(p, b, r)
	if open != "" {
		w.undecide(p.Policy, b.Field("spec", "paramRef"), r.object, open)
	}
	var out []manifest.Refusal
	for _, param := range params {
		vars, unknown := r.bindings(m.as)
		vars[plugin.ParamsVarName] = nil
		if param != nil {
			vars[plugin.ParamsVarName] = w.request(param).value
		}
		for _, f := range w.try(trial{policy: p, request: r, binding: b, params: param, vars: vars, open: unknown}) {
			f.Action = action
			out = append(out, f)
		}
	}
	return out
}

// strongest returns what a failed validation leads to.
func strongest(actions []string) string {
	for _, a := range []string{"Deny", "Warn", "Audit"} {
		if slices.Contains(actions, a) {
			return a
		}
	}
	return ""
}

// byRule evaluates a rule of the project over an object, or over each of its
// containers.
func (w *world) byRule(p *policy, r *request) []manifest.Refusal {
	if p.costly || w.left < 0 {
		return nil
	}
	m := p.match.matches(r, true)
	switch m.answer {
	case no:
		return nil
	case unknown:
		w.undecide(p.Policy, p.match.field, r.object, m.reason)
		return nil
	}
	t := func() trial {
		vars, open := r.bindings(m.as)
		vars["objects"], vars["overlay"] = w.objectsOf(r.object.Render), r.object.Render.Dir
		return trial{policy: p, request: r, vars: vars, open: open}
	}
	if !p.containers {
		return w.try(t())
	}
	var out []manifest.Refusal
	for _, c := range containersOf(r.object) {
		t := t()
		t.container = c
		t.vars["container"] = containerValue(r, c)
		t.vars["image"] = nil
		if image := w.image(c); image != nil {
			t.vars["image"] = image
		} else {
			t.open = append(t.open, cel.AttributePattern("image"))
		}
		out = append(out, w.try(t)...)
	}
	return out
}

func (w *world) image(c *manifest.Container) map[string]any {
	if w.in.Image == nil {
		return nil
	}
	return w.in.Image(c)
}

func containersOf(o *manifest.Object) []*manifest.Container {
	for _, workload := range o.Render.Workloads() {
		if workload.Object == o {
			return workload.Containers
		}
	}
	return nil
}

// containerValue finds the container in the object with its defaults.
func containerValue(r *request, c *manifest.Container) any {
	var v any = r.value
	for _, step := range steps(c.Field.Path()) {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			if i := index(step); i >= 0 && i < len(at) {
				v = at[i]
			} else {
				v = nil
			}
		default:
			v = nil
		}
	}
	if v == nil {
		return c.Field.Value()
	}
	return v
}

// objectsOf are all objects of a render, for rules.
func (w *world) objectsOf(r *manifest.Render) []any {
	if all, ok := w.objects[r]; ok {
		return all
	}
	all := make([]any, 0, len(r.Objects))
	for _, o := range r.Objects {
		if !isRule(o) {
			all = append(all, w.request(o).value)
		}
	}
	w.objects[r] = all
	return all
}

// try evaluates the conditions and the validations.
func (w *world) try(t trial) []manifest.Refusal {
	e, err := t.policy.evaluation(t.vars, t.open, &w.left)
	if err != nil {
		w.undecide(t.policy.Policy, t.policy.Object.Root(), t.request.object, firstLine(err.Error()))
		return nil
	}
	meant, at, err := e.conditions()
	if meant != yes {
		if err != nil {
			w.undecide(t.policy.Policy, at.field, t.request.object, err.Error())
		}
		return nil
	}
	e.budget = celconfig.RuntimeCELCostBudget
	var out []manifest.Refusal
	for i, v := range t.policy.validations {
		got, err := e.value(v.program)
		if err != nil {
			w.undecide(t.policy.Policy, v.expression, t.request.object, err.Error())
			if errors.Is(err, errBudget) || errors.Is(err, errTotal) {
				break
			}
			continue
		}
		if got == types.True {
			continue
		}
		f := t.at(v)
		if placeholder(f) {
			w.undecide(t.policy.Policy, v.expression, t.request.object, f.Path()+" is filled in later")
			continue
		}
		out = append(out, manifest.Refusal{Policy: t.policy.Policy, Binding: t.binding, Params: t.params, Validation: i, Expression: v.expression,
			Message: e.text(v), Object: t.request.object, Container: t.container, Field: f})
	}
	return out
}

// at returns the field that a failed validation is about.
func (t trial) at(v validation) manifest.Field {
	if v.field == nil {
		return fault(v.mentions, t.request.object, t.container)
	}
	if t.container != nil {
		return t.container.Field.At(v.field)
	}
	return t.request.object.Root().At(v.field)
}

// placeholder reports whether a field's text is that of a template, to be
// replaced before the cluster sees it.
func placeholder(f manifest.Field) bool {
	return strings.Contains(f.String(), "${") || strings.Contains(f.String(), "{{")
}

// index reads a step of the form "[3]", -1 for a key.
func index(step string) int {
	n, err := strconv.Atoi(strings.Trim(step, "[]"))
	if err != nil || !strings.HasPrefix(step, "[") {
		return -1
	}
	return n
}

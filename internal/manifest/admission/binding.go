package admission

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// bindingsOf returns the bindings that put a policy in force: those of its own
// render and those given, else those of any other render.
func (w *world) bindingsOf(p *policy) []*manifest.Object {
	var near, far []*manifest.Object
	for _, b := range w.bindings {
		if b.Field("spec", "policyName").String() != p.Object.Name {
			continue
		}
		if together(b.Render, p.Object.Render) || b.Render == nil {
			near = append(near, b)
		} else {
			far = append(far, b)
		}
	}
	if len(near) > 0 {
		return near
	}
	return far
}

// dangling notes policies without a binding, and bindings without a policy.
func (w *world) dangling() {
	known := map[string]bool{}
	for _, p := range w.policies {
		known[p.Object.Name] = true
		if len(w.bindingsOf(p)) == 0 {
			w.out.Unbound = append(w.out.Unbound, p.Object)
		}
	}
	for _, b := range w.bindings {
		if name := b.Field("spec", "policyName"); name.Exists() && !known[name.String()] {
			w.undecide(nil, name, nil, "its policy "+name.String()+" is not in the repository")
		}
	}
}

// params returns the parameters that a policy is evaluated with, nil for none;
// those that the cluster may hold besides are not known, for which the reason
// comes back.
func (w *world) params(p *policy, b *manifest.Object, r *request) (found []*manifest.Object, reason string) {
	ref := b.Field("spec", "paramRef")
	if p.paramKind == "" || !ref.Exists() {
		return []*manifest.Object{nil}, ""
	}
	name, namespace := ref.Get("name").String(), ref.Get("namespace").String()
	if namespace == "" {
		namespace = r.object.Namespace
	}
	take := func(o *manifest.Object) {
		if o.APIVersion+"/"+o.Kind != p.paramKind || len(found) >= maxParams {
			return
		}
		if w.customs.of(o).scope != no && o.Namespace != namespace {
			return
		}
		if name != "" && o.Name != name || name == "" && selectorAnswer(ref.Get("selector"), o.Labels(), true) != yes {
			return
		}
		found = append(found, o)
	}
	for _, o := range w.in.Given {
		take(o)
	}
	for _, render := range w.in.Renders {
		if together(render, p.Object.Render) || together(render, b.Render) || p.Given && together(render, r.object.Render) {
			for _, o := range render.Objects {
				take(o)
			}
		}
	}
	if len(found) > 0 {
		return found, ""
	}
	what := p.paramKind
	if name != "" {
		what += " " + name
	}
	return nil, "its parameters (" + what + ") are not in the repository"
}

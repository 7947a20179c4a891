package admission

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// world is one run over all renders.
type world struct {
	in       manifest.Admission
	engine   *engine
	customs  customs
	policies []*policy
	rules    []*policy
	bindings []*manifest.Object
	// requests remembers what was read of each object, objects what a rule sees of
	// each render, undecided what is not known for each expression.
	requests  map[*manifest.Object]*request
	objects   map[*manifest.Render][]any
	undecided map[string]*manifest.Undecided
	named     map[string][]*manifest.Object // Namespaces of all renders
	left      int64
	out       manifest.Prediction
}

// Predict evaluates every policy that a binding puts in force, and every rule,
// over every object of every render. A project without any costs nothing.
func Predict(in manifest.Admission) *manifest.Prediction {
	w := &world{in: in, engine: &engine{}, left: maxCost, requests: map[*manifest.Object]*request{}, objects: map[*manifest.Render][]any{},
		undecided: map[string]*manifest.Undecided{}, named: map[string][]*manifest.Object{}}
	w.find()
	if len(w.policies)+len(w.rules) > 0 {
		w.customs = newCustoms(in.Renders)
		for _, r := range in.Renders {
			for _, o := range r.Objects {
				if judged(o) {
					w.judge(o)
				}
			}
		}
	}
	w.dangling()
	for _, key := range slices.Sorted(keys(w.undecided)) {
		w.out.Undecided = append(w.out.Undecided, *w.undecided[key])
	}
	return &w.out
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// find reads the policies of all renders and of the files given. The same rule
// in several renders is one, and what is given counts once, wherever it is
// rendered besides.
func (w *world) find() {
	given, rules := map[string]bool{}, map[string]bool{}
	take := func(o *manifest.Object, isGiven bool) {
		id := o.Root().Span().String() + " " + o.String()
		if !isGiven && given[id] || isRule(o) && rules[id] {
			return
		}
		given[id], rules[id] = isGiven, isRule(o)
		switch {
		case (isPolicy(o) || isRule(o)) && len(w.policies)+len(w.rules) >= maxPolicies:
			w.undecide(nil, o.Root(), nil, fmt.Sprintf("there are more than %d policies and rules", maxPolicies))
		case isPolicy(o) || isRule(o):
			w.add(w.engine.newPolicy(o, isGiven))
		case isBinding(o):
			w.bindings = append(w.bindings, o)
		case foreign(o):
			w.out.Foreign = append(w.out.Foreign, o)
		}
	}
	for _, o := range w.in.Given {
		take(o, true)
	}
	for _, r := range w.in.Renders {
		for _, o := range r.Objects {
			take(o, false)
			if o.Kind == "Namespace" && o.APIVersion == "v1" {
				w.named[o.Name] = append(w.named[o.Name], o)
			}
		}
	}
}

func (w *world) add(p *policy) {
	for _, f := range p.faults {
		if placeholder(f.Field) {
			w.undecide(p.Policy, f.Field, nil, "a template fills it in")
		} else {
			w.out.Faults = append(w.out.Faults, f)
		}
	}
	if p.Rule != nil {
		if len(p.faults) == 0 {
			w.rules = append(w.rules, p)
		}
		return
	}
	w.policies = append(w.policies, p)
}

// foreign reports whether an object is an admission policy of another language,
// or one that changes objects.
func foreign(o *manifest.Object) bool {
	switch g := o.Group(); {
	case g == "admissionregistration.k8s.io":
		return o.Kind == "MutatingAdmissionPolicy"
	case g == "kyverno.io" || g == "policies.kyverno.io":
		return o.Kind == "ClusterPolicy" || strings.HasSuffix(o.Kind, "Policy")
	case g == "templates.gatekeeper.sh":
		return o.Kind == "ConstraintTemplate"
	case g == "constraints.gatekeeper.sh" || g == "mutations.gatekeeper.sh":
		return true
	}
	return false
}

// judged reports whether an object is one that the API server admits by
// policies: not the policies themselves, nor files of other programs that look
// like objects.
func judged(o *manifest.Object) bool {
	switch g := o.Group(); {
	case isRule(o), strings.HasSuffix(g, ".config.k8s.io"), g == "kubeadm.k8s.io", g == "audit.k8s.io", g == "kind.x-k8s.io", strings.HasPrefix(g, "skaffold"):
		return false
	case g == "admissionregistration.k8s.io":
		return !strings.HasSuffix(o.Kind, "Configuration") && !strings.HasSuffix(o.Kind, "Policy") && !strings.HasSuffix(o.Kind, "PolicyBinding")
	}
	return !o.MayBePatch() && (o.Name != "" || o.Field("metadata", "generateName").Exists())
}

// together reports whether the objects of two renders are applied to one
// cluster: plain manifests are read folder by folder but applied as people
// please; a kustomization is complete by itself.
func together(a, b *manifest.Render) bool {
	return a == b || a != nil && b != nil && !a.Kustomize && !b.Kustomize
}

// namespace returns the Namespace of an object: of its render, of the plain
// manifests beside it, or of another render where only one has it.
func (w *world) namespace(o *manifest.Object) *manifest.Object {
	var beside, others []*manifest.Object
	for _, ns := range w.named[o.Namespace] {
		switch {
		case ns.Render == o.Render:
			return ns
		case together(ns.Render, o.Render):
			beside = append(beside, ns)
		default:
			others = append(others, ns)
		}
	}
	if len(beside) == 0 {
		beside = others
	}
	if len(beside) == 1 {
		return beside[0]
	}
	return nil
}

// judge evaluates everything over one object.
func (w *world) judge(o *manifest.Object) {
	r := w.request(o)
	for _, rule := range w.rules {
		w.out.Refusals = append(w.out.Refusals, w.byRule(rule, r)...)
	}
	apart := map[string][]*policy{}
	local := map[string]bool{}
	for _, p := range w.policies {
		if p.Given || together(p.Object.Render, o.Render) {
			local[p.Object.Name] = true
			w.out.Refusals = append(w.out.Refusals, w.byPolicy(p, r)...)
		} else {
			apart[p.Object.Name] = append(apart[p.Object.Name], p)
		}
	}
	for _, name := range slices.Sorted(keys(apart)) {
		if !local[name] {
			w.out.Refusals = append(w.out.Refusals, w.byOthers(apart[name], r)...)
		}
	}
}

// byOthers asks a policy that is rendered apart from the object, perhaps for
// another cluster. It counts where every version of it that is rendered says no.
func (w *world) byOthers(versions []*policy, r *request) []manifest.Refusal {
	slices.SortStableFunc(versions, func(a, b *policy) int { return cmp.Compare(a.Object.Render.Dir, b.Object.Render.Dir) })
	var out []manifest.Refusal
	for i, p := range versions {
		found := w.byPolicy(p, r)
		if len(found) == 0 {
			return nil
		}
		if i == 0 {
			out = found
		}
	}
	for i := range out {
		out[i].Elsewhere = true
	}
	return out
}

// undecide notes that a part of a policy cannot be decided for an object, which
// is nil where it is about no object.
func (w *world) undecide(p *manifest.Policy, at manifest.Field, o *manifest.Object, reason string) {
	s := at.Span()
	key := s.Path() + "\x00" + s.String() + "\x00" + at.Object().Name + "\x00" + at.Path()
	u := w.undecided[key]
	if u == nil {
		u = &manifest.Undecided{Policy: p, At: at, Reason: reason}
		w.undecided[key] = u
	}
	if o != nil && len(u.Objects) < maxNamed && !slices.Contains(u.Objects, o) {
		u.Objects = append(u.Objects, o)
	}
}

package manifest

import (
	"math/big"

	"k8s.io/apimachinery/pkg/api/resource"
)

// limitRange is one entry of a LimitRange, with the defaults that the API server
// fills in (https://kubernetes.io/docs/concepts/policy/limit-range/).
type limitRange struct {
	object                                         *Object
	kind                                           string
	min, max, defaultLimit, defaultRequest, factor amounts
}

// limitRanges returns the entries that hold in the namespace of an object.
func (g *Graph) limitRanges(of *Object) []limitRange {
	var out []limitRange
	for _, o := range g.kinds["LimitRange"] {
		if !o.sharesNamespace(of) {
			continue
		}
		for _, f := range o.Field("spec", "limits").Items() {
			r := limitRange{o, f.Get("type").String(), amountsOf(f.Get("min")), amountsOf(f.Get("max")),
				amountsOf(f.Get("default")), amountsOf(f.Get("defaultRequest")), amountsOf(f.Get("maxLimitRequestRatio"))}
			if r.kind == "Container" {
				r.defaultLimit.fill(r.max)
				r.defaultRequest.fill(r.defaultLimit)
				r.defaultRequest.fill(r.min)
			}
			out = append(out, r)
		}
	}
	return out
}

// sharesNamespace reports whether two objects are sure to be in one namespace. Of
// plain manifests in several folders that name none nothing is known.
func (o *Object) sharesNamespace(other *Object) bool {
	return o.Namespace == other.Namespace && (o.Namespace != "" || o.Render == other.Render)
}

// OutOfRange is a pod, container or claim that a LimitRange makes the API server
// refuse.
type OutOfRange struct {
	Range *Object
	// Container is nil where a pod or a claim as a whole is meant.
	Container *Container
	// Field is what states the amount; absent where a default is at fault.
	Field Field
	// Resource is "memory", What "limit", "request" or "limit to request".
	Resource, What string
	// Amount is what it comes to, Bound what is allowed; Low is true where it is too
	// little.
	Amount, Bound string
	Low           bool
}

// OutOfRange returns what of a workload LimitRanges of its namespace do not allow.
func (g *Graph) OutOfRange(w *Workload) []OutOfRange {
	ranges := g.limitRanges(w.Object)
	if len(ranges) == 0 {
		return nil
	}
	var out []OutOfRange
	for _, r := range ranges {
		switch r.kind {
		case "Container":
			for _, c := range w.Containers {
				if c.Kind != "ephemeral" {
					out = append(out, r.judge(needsOf(c.Field, ranges), c, c.Field.Get("resources"))...)
				}
			}
		case "Pod":
			out = append(out, r.judge(podNeeds(w, ranges), nil, w.PodSpec)...)
		}
	}
	return out
}

// judge compares amounts with what the range allows. at is the field below which
// a container states its requests and limits.
func (r limitRange) judge(n needs, c *Container, at Field) []OutOfRange {
	var out []OutOfRange
	note := func(name, what string, amount, bound resource.Quantity, low bool) {
		f := at
		if c != nil {
			f = at.Get(what+"s", name)
		}
		out = append(out, OutOfRange{r.object, c, f, name, what, amount.String(), bound.String(), low})
	}
	for _, name := range sortedAmounts(r.max) {
		bound := r.max[name]
		if q, ok := n.limits[name]; ok && q.Cmp(bound) > 0 {
			note(name, "limit", q, bound, false)
		} else if q, ok := n.requests[name]; ok && q.Cmp(bound) > 0 {
			note(name, "request", q, bound, false)
		}
	}
	for _, name := range sortedAmounts(r.min) {
		bound := r.min[name]
		if q, ok := n.requests[name]; ok && q.Cmp(bound) < 0 {
			note(name, "request", q, bound, true)
		} else if q, ok := n.limits[name]; ok && q.Cmp(bound) < 0 {
			note(name, "limit", q, bound, true)
		}
	}
	for _, name := range sortedAmounts(r.factor) {
		limit, request, bound := n.limits[name], n.requests[name], r.factor[name]
		if ratio, over := tooFar(limit, request, bound); over {
			f := at
			if c != nil {
				f = at.Get("limits", name)
			}
			out = append(out, OutOfRange{r.object, c, f, name, "limit to request", ratio, bound.String(), false})
		}
	}
	return out
}

// tooFar reports whether a limit is more than bound times the request.
func tooFar(limit, request, bound resource.Quantity) (ratio string, over bool) {
	if limit.Sign() <= 0 || request.Sign() <= 0 {
		return "", false
	}
	l, r, b := rational(limit), rational(request), rational(bound)
	if l == nil || r == nil || b == nil {
		return "", false
	}
	got := new(big.Rat).Quo(l, r)
	return got.FloatString(1), got.Cmp(b) > 0
}

// rational is the exact value of a quantity.
func rational(q resource.Quantity) *big.Rat {
	r, _ := new(big.Rat).SetString(q.AsDec().String())
	return r
}

func sortedAmounts(a amounts) []string {
	keys := make(map[string]any, len(a))
	for k := range a {
		keys[k] = nil
	}
	return sortedKeys(keys)
}

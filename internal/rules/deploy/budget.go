package deploy

import (
	"maps"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

const disruptionBudget = "PodDisruptionBudget"

// budget is a disruption budget and the labels that it selects by.
type budget struct {
	*manifest.Object
	equal map[string]string
	// selects is false without a selector, more true where there are expressions
	// beside the equalities.
	selects, more bool
}

// budgetsOf returns those of the objects that are budgets. policy/v1 takes an
// empty selector for all pods, an absent one for none.
// https://kubernetes.io/docs/tasks/run-application/configure-pdb/
func budgetsOf(objects []*manifest.Object) []budget {
	var out []budget
	for _, o := range objects {
		if o.Kind != disruptionBudget {
			continue
		}
		s := o.Field("spec", "selector")
		out = append(out, budget{Object: o, equal: s.Get("matchLabels").StringMap(), selects: s.Exists(), more: s.Get("matchExpressions").Exists()})
	}
	return out
}

// guards reports whether the budget is about the pods of a workload.
func (b budget) guards(w *manifest.Workload) bool {
	return b.selects && sameNamespace(b.Namespace, w.Object.Namespace) && covers(w.Labels, b.equal) &&
		(!b.more || (manifest.Selector{Field: b.Field("spec", "selector")}).Matches(w.Labels))
}

// sameSelector reports whether budget and workload select by the very same labels.
func sameSelector(b budget, w *manifest.Workload) bool {
	selector := w.Object.Field("spec", "selector")
	return !b.more && !selector.Get("matchExpressions").Exists() && maps.Equal(b.equal, selector.Get("matchLabels").StringMap())
}

// share is a number of pods, absolute or in percent.
type share struct {
	n       int64
	percent bool
}

// shareOf reads "3" and "50%".
func shareOf(f manifest.Field) (s share, ok bool) {
	text, percent := strings.CutSuffix(f.String(), "%")
	n, err := strconv.ParseInt(text, 10, 32)
	return share{n: n, percent: percent}, err == nil && n >= 0
}

// of returns how many of some pods the share is, rounded up as Kubernetes does
// or down.
func (s share) of(pods int64, up bool) int64 {
	switch {
	case !s.percent:
		return s.n
	case up:
		return (pods*s.n + 99) / 100
	default:
		return pods * s.n / 100
	}
}

package deploy

import (
	"maps"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

const disruptionBudget = "PodDisruptionBudget"

// guards reports whether a disruption budget is about the pods of a workload.
// policy/v1 takes an empty selector for all pods, an absent one for none.
// https://kubernetes.io/docs/tasks/run-application/configure-pdb/
func guards(budget *manifest.Object, w *manifest.Workload) bool {
	selector := budget.Field("spec", "selector")
	return selector.Exists() && sameNamespace(budget.Namespace, w.Object.Namespace) && (manifest.Selector{Field: selector}).Matches(w.Labels)
}

// sameSelector reports whether budget and workload select by the very same labels.
func sameSelector(budget *manifest.Object, w *manifest.Workload) bool {
	a, b := budget.Field("spec", "selector"), w.Object.Field("spec", "selector")
	return !a.Get("matchExpressions").Exists() && !b.Get("matchExpressions").Exists() &&
		maps.Equal(a.Get("matchLabels").StringMap(), b.Get("matchLabels").StringMap())
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

package deploy

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// amount reads a quantity of the Kubernetes API, "100m", "1.5Gi" or "1e3"; ok is
// false for what is none. Enough for comparing: more digits than a float64 has
// make no difference here.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
func amount(text string) (value float64, ok bool) {
	unit := 1.0
	for _, u := range units {
		if rest, found := strings.CutSuffix(text, u.suffix); found {
			text, unit = rest, u.factor
			break
		}
	}
	value, err := strconv.ParseFloat(text, 64)
	return value * unit, err == nil && !math.IsNaN(value) && !math.IsInf(value, 0)
}

var units = [...]struct {
	suffix string
	factor float64
}{
	{"Ki", 1 << 10}, {"Mi", 1 << 20}, {"Gi", 1 << 30}, {"Ti", 1 << 40}, {"Pi", 1 << 50}, {"Ei", 1 << 60},
	{"n", 1e-9}, {"u", 1e-6}, {"m", 1e-3}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}, {"P", 1e15}, {"E", 1e18},
}

// none reports whether a resource is not stated, or as zero.
func none(f manifest.Field) bool {
	value, ok := amount(f.String())
	return !f.Exists() || ok && value == 0
}

// sameAmount compares two quantities; what is not stated is zero.
func sameAmount(a, b manifest.Field) bool {
	x, okX := amount(a.String())
	y, okY := amount(b.String())
	if a.Exists() && !okX || b.Exists() && !okY {
		return a.String() == b.String()
	}
	return math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y))
}

// resourceGap is a request or a limit that containers should state.
type resourceGap struct {
	// list is "requests" or "limits".
	list, resource string
	// words name it: "CPU request".
	words string
	// everywhere are the checks of tools that look at init containers too,
	// ordinary of those that do not.
	everywhere, ordinary []string
	// narrow takes checks back that do not see a container.
	narrow func([]*manifest.Container, noted) noted
}

// eachResourceGap reports the containers of a workload that lack a request or a
// limit. What the pod as a whole or a LimitRange of the namespace gives counts;
// a limit counts as a request where that is not stated.
func eachResourceGap(g resourceGap) rule.Check {
	return eachWorkloadBeside(func(p *rule.Pass, w *manifest.Workload, ranges []*manifest.Object) {
		if w.PodSpec.Get("resources", g.list, g.resource).Exists() {
			return
		}
		missing := containers(w, func(c *manifest.Container) bool {
			return c.Kind != "ephemeral" && none(c.Field.Get("resources", g.list, g.resource))
		})
		if len(missing) == 0 || givenByRange(ranges, w, g.list, g.resource) {
			return
		}
		names := aliases(g.everywhere...).when(slices.ContainsFunc(missing, ordinary), g.ordinary...)
		if someContainer(containers(w, ordinary), func(c *manifest.Container) bool { return c.Field.Get("resources", g.list, g.resource).Exists() }) {
			names = slices.DeleteFunc(names, func(a string) bool { return strings.HasPrefix(a, "kubesec:") }) // which is content with one container
		}
		if g.narrow != nil {
			names = g.narrow(missing, names)
		}
		open := slices.DeleteFunc(slices.Clone(missing), func(c *manifest.Container) bool {
			return g.list == "requests" && !none(c.Field.Get("resources", "limits", g.resource))
		})
		keys := []string{"resources", g.list, g.resource}
		f := lacks(missing, keys, "no %s for %s: the limit counts as one", g.words, everyOne(missing))
		if len(open) > 0 {
			f = lacks(open, keys, "no %s for %s", g.words, everyOne(open))
		}
		f.Fix = &rule.Fix{Title: "set resources." + g.list + "." + g.resource}
		f.Aliases = names
		p.Report(f)
	}, "LimitRange")
}

// givenByRange reports whether a LimitRange of the namespace gives containers
// that resource; a default limit is a default request as well.
func givenByRange(ranges []*manifest.Object, w *manifest.Workload, list, resource string) bool {
	return slices.ContainsFunc(ranges, func(o *manifest.Object) bool {
		return o.Namespace == w.Object.Namespace && slices.ContainsFunc(o.Field("spec", "limits").Items(), func(l manifest.Field) bool {
			return l.Get("type").String() == "Container" &&
				(l.Get("default", resource).Exists() || l.Get("max", resource).Exists() || list == "requests" && l.Get("defaultRequest", resource).Exists())
		})
	})
}

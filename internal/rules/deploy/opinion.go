package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// What people rightly differ about is one finding a workload, however many of
// its containers it is about.

// lacks makes the finding about containers of a workload that all lack the field
// at keys: it stands at the first, the others are related places.
func lacks(cs []*manifest.Container, keys []string, format string, args ...any) rule.Finding {
	f := finding(cs[0].Field.Get(keys...), nil, format, args...)
	f.Key = "containers." + strings.Join(keys, ".") // the same when the first of them is repaired
	for _, c := range cs[1:] {
		if at := c.Field.Get(keys...).Span(); at.Valid() {
			f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: at, Message: who(c) + " as well"})
		}
	}
	return f
}

// containers returns those containers of a workload that a function wants.
func containers(w *manifest.Workload, want func(*manifest.Container) bool) []*manifest.Container {
	var out []*manifest.Container
	for _, c := range w.Containers {
		if want(c) {
			out = append(out, c)
		}
	}
	return out
}

// everyOne words containers: "container web and init container migrate".
func everyOne(cs []*manifest.Container) string {
	names := make([]string, len(cs))
	for i, c := range cs {
		names[i] = who(c)
	}
	return verbList(names)
}

// ordinary reports whether a container is neither an init nor an ephemeral one.
func ordinary(c *manifest.Container) bool { return c.Kind == "container" }

// batch reports whether a workload ends by itself.
func batch(w *manifest.Workload) bool { return w.Object.Group() == "batch" }

// noted are the aliases of one finding; never nil, which would mean all.
type noted []string

func aliases(names ...string) noted { return append(noted{}, names...) }

// when adds names where a condition holds.
func (n noted) when(holds bool, names ...string) noted {
	if holds {
		return append(n, names...)
	}
	return n
}

// kindsBeside returns the objects of some kinds that may stand in one cluster
// beside those of r.
func kindsBeside(p *rule.Pass, r *manifest.Render, kinds ...string) []*manifest.Object {
	return p.Graph(r).Of(kinds...)
}

// eachWorkloadBeside looks at every workload together with the objects of some
// kinds beside it, which are looked up once a render.
func eachWorkloadBeside(f func(*rule.Pass, *manifest.Workload, []*manifest.Object), kinds ...string) rule.Check {
	return rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		if len(r.Workloads()) == 0 {
			return
		}
		found := kindsBeside(p, r, kinds...)
		for _, w := range r.Workloads() {
			f(p, w, found)
		}
	})
}

// copies is how many pods of a workload run at once.
type copies struct {
	field manifest.Field
	// n is 1 where nothing is stated.
	n      int64
	stated bool
}

// copiesOf returns the replicas of a workload; ok is false where its kind has none.
func copiesOf(w *manifest.Workload) (c copies, ok bool) {
	switch w.Object.Kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "DeploymentConfig", "Rollout":
	default:
		return copies{}, false
	}
	c = copies{field: w.Object.Field("spec", "replicas"), n: 1}
	if n, is := c.field.Int(); is {
		c.n, c.stated = n, true
	}
	return c, true
}

// scaler kinds set the replicas of others.
const (
	autoscaler         = "HorizontalPodAutoscaler"
	verticalAutoscaler = "VerticalPodAutoscaler" // https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler
	scaledObject       = "ScaledObject"          // https://keda.sh/docs/latest/reference/scaledobject-spec/
)

// scales returns the first of the objects that sets the replicas of a workload.
func scales(found []*manifest.Object, w *manifest.Workload) *manifest.Object {
	for _, o := range found {
		ref := o.Field("spec", "scaleTargetRef")
		kind := ref.Get("kind").String()
		if kind == "" && o.Kind == scaledObject {
			kind = "Deployment"
		}
		if kind == w.Object.Kind && ref.Get("name").String() == w.Object.Name && sameNamespace(o.Namespace, w.Object.Namespace) {
			return o
		}
	}
	return nil
}

// serves returns a Service of the render that sends to the workload, nil where
// there is none.
func serves(w *manifest.Workload) *manifest.Service {
	for _, s := range w.Object.Render.Services() {
		if slices.Contains(s.Workloads, w) {
			return s
		}
	}
	return nil
}

// named is "Deployment web".
func named(o *manifest.Object) string {
	if o.Name == "" {
		return o.Kind
	}
	return o.Kind + " " + o.Name
}

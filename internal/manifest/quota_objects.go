package manifest

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// countedKind returns the kind that a quota counts by a name of its own, "" for
// none (https://kubernetes.io/docs/concepts/policy/resource-quotas/#object-count-quota).
func countedKind(name string) string {
	switch strings.TrimPrefix(name, "count/") {
	case "configmaps":
		return "ConfigMap"
	case "persistentvolumeclaims":
		return "PersistentVolumeClaim"
	case "replicationcontrollers":
		return "ReplicationController"
	case "resourcequotas":
		return "ResourceQuota"
	case "secrets":
		return "Secret"
	case "services":
		return "Service"
	case "serviceaccounts":
		return "ServiceAccount"
	case "deployments.apps":
		return "Deployment"
	case "statefulsets.apps":
		return "StatefulSet"
	case "daemonsets.apps":
		return "DaemonSet"
	case "jobs.batch":
		return "Job"
	case "cronjobs.batch":
		return "CronJob"
	case "ingresses.networking.k8s.io":
		return "Ingress"
	}
	return ""
}

// objectAsks returns the objects of the quota's namespace that a bound counts.
func (g *Graph) objectAsks(quota *Object, name string) []ask {
	switch name {
	case "services.loadbalancers":
		return g.count(quota, "Service", func(o *Object) resource.Quantity {
			return one(o.Field("spec", "type").String() == "LoadBalancer")
		})
	case "services.nodeports":
		return g.count(quota, "Service", nodePorts)
	case "requests.storage":
		return g.claims(quota, "")
	}
	if class, ok := strings.CutSuffix(name, ".storageclass.storage.k8s.io/requests.storage"); ok {
		return g.claims(quota, class)
	}
	return g.count(quota, countedKind(name), func(*Object) resource.Quantity { return one(true) })
}

func one(holds bool) resource.Quantity {
	if holds {
		return *resource.NewQuantity(1, resource.DecimalSI)
	}
	return resource.Quantity{}
}

// nodePorts counts the ports that a Service opens on all nodes.
func nodePorts(o *Object) resource.Quantity {
	allocates, set := o.Field("spec", "allocateLoadBalancerNodePorts").Bool()
	switch kind := o.Field("spec", "type").String(); {
	case kind == "NodePort", kind == "LoadBalancer" && (allocates || !set):
		return *resource.NewQuantity(int64(len(o.Field("spec", "ports").Items())), resource.DecimalSI)
	}
	return resource.Quantity{}
}

func (g *Graph) count(quota *Object, kind string, each func(*Object) resource.Quantity) []ask {
	var out []ask
	seen := map[string]bool{}
	for _, o := range g.kinds[kind] {
		if o.sharesNamespace(quota) && !seen[o.Name] && !o.Custom() {
			seen[o.Name] = true
			if q := each(o); !q.IsZero() {
				out = append(out, ask{o, q, 1, 1})
			}
		}
	}
	return out
}

// claims returns what the claims of the namespace ask for, those of StatefulSets
// once a replica; class "" means all storage classes.
func (g *Graph) claims(quota *Object, class string) []ask {
	var out []ask
	add := func(o *Object, spec Field, now, most int64) {
		q, err := resource.ParseQuantity(spec.Get("resources", "requests", "storage").String())
		if err == nil && o.sharesNamespace(quota) && (class == "" || spec.Get("storageClassName").String() == class) {
			out = append(out, ask{o, q, now, most})
		}
	}
	for _, o := range g.kinds["PersistentVolumeClaim"] {
		add(o, o.Field("spec"), 1, 1)
	}
	for _, w := range g.WorkloadsIn(quota.Namespace) {
		for _, t := range w.Object.Field("spec", "volumeClaimTemplates").Items() {
			now, most := g.copies(w)
			add(w.Object, t.Get("spec"), now, most)
		}
	}
	return out
}

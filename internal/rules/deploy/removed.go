package deploy

// removedAPI is an API version that a release of Kubernetes no longer serves.
type removedAPI struct {
	group, version string
	// kinds are those served at that version when it went; none means all.
	kinds []string
	// minor is x of the first release 1.x without it.
	minor int
	// instead is what serves the kind since, "" where nothing does.
	instead string
	// same is true where an object of the old version is one of the new one as it
	// stands, so that changing apiVersion is all.
	same bool
}

// removedAPIs are those about which more is to be said than the sources of
// Kubernetes tell (package schema), or which these no longer describe. It is taken from the deprecation guide of Kubernetes
// (https://kubernetes.io/docs/reference/using-api/deprecation-guide/) and the
// change logs of the releases.
var removedAPIs = [...]removedAPI{
	{"extensions", "v1beta1", []string{"Deployment", "DaemonSet", "ReplicaSet"}, 16, "apps/v1", false},
	{"extensions", "v1beta1", []string{"NetworkPolicy"}, 16, "networking.k8s.io/v1", true},
	{"extensions", "v1beta1", []string{"PodSecurityPolicy"}, 16, "", false},
	{"extensions", "v1beta1", []string{"Ingress"}, 22, "networking.k8s.io/v1", false},
	{"apps", "v1beta1", nil, 16, "apps/v1", false},
	{"apps", "v1beta2", nil, 16, "apps/v1", true},
	{"admissionregistration.k8s.io", "v1beta1", []string{"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}, 22, "admissionregistration.k8s.io/v1", false},
	{"apiextensions.k8s.io", "v1beta1", nil, 22, "apiextensions.k8s.io/v1", false},
	{"apiregistration.k8s.io", "v1beta1", nil, 22, "apiregistration.k8s.io/v1", true},
	{"authentication.k8s.io", "v1beta1", []string{"TokenReview"}, 22, "authentication.k8s.io/v1", true},
	{"authorization.k8s.io", "v1beta1", nil, 22, "authorization.k8s.io/v1", false},
	{"certificates.k8s.io", "v1beta1", []string{"CertificateSigningRequest"}, 22, "certificates.k8s.io/v1", false},
	{"coordination.k8s.io", "v1beta1", []string{"Lease"}, 22, "coordination.k8s.io/v1", true},
	{"networking.k8s.io", "v1beta1", []string{"Ingress"}, 22, "networking.k8s.io/v1", false},
	{"networking.k8s.io", "v1beta1", []string{"IngressClass"}, 22, "networking.k8s.io/v1", true},
	{"rbac.authorization.k8s.io", "v1alpha1", nil, 22, "rbac.authorization.k8s.io/v1", true},
	{"rbac.authorization.k8s.io", "v1beta1", nil, 22, "rbac.authorization.k8s.io/v1", true},
	{"scheduling.k8s.io", "v1alpha1", []string{"PriorityClass"}, 22, "scheduling.k8s.io/v1", true},
	{"scheduling.k8s.io", "v1beta1", []string{"PriorityClass"}, 22, "scheduling.k8s.io/v1", true},
	{"storage.k8s.io", "v1beta1", []string{"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"}, 22, "storage.k8s.io/v1", true},
	{"batch", "v1beta1", []string{"CronJob"}, 25, "batch/v1", true},
	{"batch", "v2alpha1", []string{"CronJob"}, 21, "batch/v1", true},
	{"discovery.k8s.io", "v1beta1", []string{"EndpointSlice"}, 25, "discovery.k8s.io/v1", false},
	{"events.k8s.io", "v1beta1", []string{"Event"}, 25, "events.k8s.io/v1", false},
	{"policy", "v1beta1", []string{"PodDisruptionBudget"}, 25, "policy/v1", true},
	{"policy", "v1beta1", []string{"PodSecurityPolicy"}, 25, "", false},
	{"node.k8s.io", "v1beta1", []string{"RuntimeClass"}, 25, "node.k8s.io/v1", true},
	{"autoscaling", "v2beta1", nil, 25, "autoscaling/v2", false},
	{"autoscaling", "v2beta2", nil, 26, "autoscaling/v2", true},
	{"flowcontrol.apiserver.k8s.io", "v1beta1", nil, 26, "flowcontrol.apiserver.k8s.io/v1", false},
	{"storage.k8s.io", "v1beta1", []string{"CSIStorageCapacity"}, 27, "storage.k8s.io/v1", true},
	{"flowcontrol.apiserver.k8s.io", "v1beta2", nil, 29, "flowcontrol.apiserver.k8s.io/v1", false},
	{"flowcontrol.apiserver.k8s.io", "v1beta3", nil, 32, "flowcontrol.apiserver.k8s.io/v1", false},
}

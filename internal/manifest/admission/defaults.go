package admission

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// initial sets a field that is not set.
func initial[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// initialPtr sets an optional field that is not set.
func initialPtr[T any](field **T, value T) {
	if *field == nil {
		*field = &value
	}
}

// setDefaults gives an object the values that the API server fills in before
// policies see it (https://kubernetes.io/docs/reference/kubernetes-api/, where
// each field names its default). The packages that do it are not importable.
func setDefaults(o any) {
	switch o := o.(type) {
	case *appsv1.Deployment:
		initialPtr(&o.Spec.Replicas, 1)
		initialPtr(&o.Spec.RevisionHistoryLimit, 10)
		initialPtr(&o.Spec.ProgressDeadlineSeconds, 600)
		initial(&o.Spec.Strategy.Type, appsv1.RollingUpdateDeploymentStrategyType)
		if o.Spec.Strategy.Type == appsv1.RollingUpdateDeploymentStrategyType {
			initialPtr(&o.Spec.Strategy.RollingUpdate, appsv1.RollingUpdateDeployment{})
			initialPtr(&o.Spec.Strategy.RollingUpdate.MaxUnavailable, intstr.FromString("25%"))
			initialPtr(&o.Spec.Strategy.RollingUpdate.MaxSurge, intstr.FromString("25%"))
		}
		defaultPodSpec(&o.Spec.Template.Spec)
	case *appsv1.StatefulSet:
		initialPtr(&o.Spec.Replicas, 1)
		initialPtr(&o.Spec.RevisionHistoryLimit, 10)
		initial(&o.Spec.PodManagementPolicy, appsv1.OrderedReadyPodManagement)
		initial(&o.Spec.UpdateStrategy.Type, appsv1.RollingUpdateStatefulSetStrategyType)
		for i := range o.Spec.VolumeClaimTemplates {
			initialPtr(&o.Spec.VolumeClaimTemplates[i].Spec.VolumeMode, corev1.PersistentVolumeFilesystem)
		}
		defaultPodSpec(&o.Spec.Template.Spec)
	case *appsv1.DaemonSet:
		initialPtr(&o.Spec.RevisionHistoryLimit, 10)
		initial(&o.Spec.UpdateStrategy.Type, appsv1.RollingUpdateDaemonSetStrategyType)
		defaultPodSpec(&o.Spec.Template.Spec)
	case *appsv1.ReplicaSet:
		initialPtr(&o.Spec.Replicas, 1)
		defaultPodSpec(&o.Spec.Template.Spec)
	case *batchv1.Job:
		defaultJob(&o.Spec)
	case *batchv1.CronJob:
		initial(&o.Spec.ConcurrencyPolicy, batchv1.AllowConcurrent)
		initialPtr(&o.Spec.Suspend, false)
		initialPtr(&o.Spec.SuccessfulJobsHistoryLimit, 3)
		initialPtr(&o.Spec.FailedJobsHistoryLimit, 1)
		defaultPodSpec(&o.Spec.JobTemplate.Spec.Template.Spec)
	case *corev1.Pod:
		defaultPod(o)
	case *corev1.Service:
		defaultService(&o.Spec)
	case *corev1.Secret:
		defaultSecret(o)
	case *corev1.Namespace:
		if o.Labels == nil {
			o.Labels = map[string]string{}
		}
		o.Labels[nameLabel] = o.Name
	case *corev1.PersistentVolumeClaim:
		initialPtr(&o.Spec.VolumeMode, corev1.PersistentVolumeFilesystem)
	case *networkingv1.NetworkPolicy:
		defaultNetworkPolicy(&o.Spec)
	case *rbacv1.RoleBinding:
		defaultSubjects(o.Subjects, &o.RoleRef)
	case *rbacv1.ClusterRoleBinding:
		defaultSubjects(o.Subjects, &o.RoleRef)
	}
}

func defaultJob(s *batchv1.JobSpec) {
	if s.Completions == nil && s.Parallelism == nil {
		initialPtr(&s.Completions, 1)
	}
	initialPtr(&s.Parallelism, 1)
	initialPtr(&s.BackoffLimit, 6)
	initialPtr(&s.CompletionMode, batchv1.NonIndexedCompletion)
	initialPtr(&s.Suspend, false)
	defaultPodSpec(&s.Template.Spec)
}

// defaultPod adds what only a Pod has, its account included, which the cluster's
// own admission fills in before policies look.
func defaultPod(p *corev1.Pod) {
	defaultPodSpec(&p.Spec)
	initial(&p.Spec.ServiceAccountName, "default")
	initialPtr(&p.Spec.EnableServiceLinks, true)
	for _, c := range containers(&p.Spec) {
		for name, limit := range c.Resources.Limits {
			if c.Resources.Requests == nil {
				c.Resources.Requests = corev1.ResourceList{}
			}
			if _, stated := c.Resources.Requests[name]; !stated {
				c.Resources.Requests[name] = limit.DeepCopy()
			}
		}
	}
}

func containers(s *corev1.PodSpec) []*corev1.Container {
	var out []*corev1.Container
	for _, list := range [][]corev1.Container{s.InitContainers, s.Containers} {
		for i := range list {
			out = append(out, &list[i])
		}
	}
	return out
}

func defaultPodSpec(s *corev1.PodSpec) {
	initial(&s.RestartPolicy, corev1.RestartPolicyAlways)
	initial(&s.DNSPolicy, corev1.DNSClusterFirst)
	initial(&s.SchedulerName, corev1.DefaultSchedulerName)
	initialPtr(&s.TerminationGracePeriodSeconds, 30)
	initialPtr(&s.SecurityContext, corev1.PodSecurityContext{})
	initial(&s.ServiceAccountName, s.DeprecatedServiceAccount)
	s.DeprecatedServiceAccount = s.ServiceAccountName
	for i := range s.Volumes {
		defaultVolume(&s.Volumes[i].VolumeSource)
	}
	for _, c := range containers(s) {
		defaultContainer(c, s.HostNetwork)
	}
}

func defaultVolume(v *corev1.VolumeSource) {
	const mode = 0o644
	switch {
	case *v == corev1.VolumeSource{}:
		v.EmptyDir = &corev1.EmptyDirVolumeSource{}
	case v.Secret != nil:
		initialPtr(&v.Secret.DefaultMode, mode)
	case v.ConfigMap != nil:
		initialPtr(&v.ConfigMap.DefaultMode, mode)
	case v.Projected != nil:
		initialPtr(&v.Projected.DefaultMode, mode)
	case v.DownwardAPI != nil:
		initialPtr(&v.DownwardAPI.DefaultMode, mode)
	case v.HostPath != nil:
		initialPtr(&v.HostPath.Type, corev1.HostPathUnset)
	}
}

func defaultContainer(c *corev1.Container, hostNetwork bool) {
	initial(&c.TerminationMessagePath, corev1.TerminationMessagePathDefault)
	initial(&c.TerminationMessagePolicy, corev1.TerminationMessageReadFile)
	if c.ImagePullPolicy == "" {
		c.ImagePullPolicy = corev1.PullIfNotPresent
		last := c.Image[strings.LastIndexByte(c.Image, '/')+1:]
		if !strings.Contains(last, "@") && (strings.HasSuffix(last, ":latest") || !strings.Contains(last, ":")) {
			c.ImagePullPolicy = corev1.PullAlways
		}
	}
	for i := range c.Ports {
		initial(&c.Ports[i].Protocol, corev1.ProtocolTCP)
		if hostNetwork {
			initial(&c.Ports[i].HostPort, c.Ports[i].ContainerPort)
		}
	}
	for i := range c.Env {
		if from := c.Env[i].ValueFrom; from != nil && from.FieldRef != nil {
			initial(&from.FieldRef.APIVersion, "v1")
		}
	}
	for _, p := range []*corev1.Probe{c.LivenessProbe, c.ReadinessProbe, c.StartupProbe} {
		if p != nil {
			defaultProbe(p)
		}
	}
}

func defaultProbe(p *corev1.Probe) {
	initial(&p.TimeoutSeconds, 1)
	initial(&p.PeriodSeconds, 10)
	initial(&p.SuccessThreshold, 1)
	initial(&p.FailureThreshold, 3)
	if p.HTTPGet != nil {
		initial(&p.HTTPGet.Path, "/")
		initial(&p.HTTPGet.Scheme, corev1.URISchemeHTTP)
	}
}

func defaultService(s *corev1.ServiceSpec) {
	initial(&s.Type, corev1.ServiceTypeClusterIP)
	initial(&s.SessionAffinity, corev1.ServiceAffinityNone)
	for i := range s.Ports {
		p := &s.Ports[i]
		initial(&p.Protocol, corev1.ProtocolTCP)
		initial(&p.TargetPort, intstr.FromInt32(p.Port))
	}
	if s.Type != corev1.ServiceTypeExternalName {
		initialPtr(&s.InternalTrafficPolicy, corev1.ServiceInternalTrafficPolicyCluster)
	}
	if s.Type == corev1.ServiceTypeNodePort || s.Type == corev1.ServiceTypeLoadBalancer {
		initial(&s.ExternalTrafficPolicy, corev1.ServiceExternalTrafficPolicyCluster)
	}
	if s.Type == corev1.ServiceTypeLoadBalancer {
		initialPtr(&s.AllocateLoadBalancerNodePorts, true)
	}
}

// defaultSecret moves stringData into data, as the API server does on writing.
func defaultSecret(s *corev1.Secret) {
	initial(&s.Type, corev1.SecretTypeOpaque)
	for k, v := range s.StringData {
		if s.Data == nil {
			s.Data = map[string][]byte{}
		}
		s.Data[k] = []byte(v)
	}
	s.StringData = nil
}

func defaultNetworkPolicy(s *networkingv1.NetworkPolicySpec) {
	if len(s.PolicyTypes) == 0 {
		s.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
		if len(s.Egress) > 0 {
			s.PolicyTypes = append(s.PolicyTypes, networkingv1.PolicyTypeEgress)
		}
	}
	for _, r := range s.Ingress {
		defaultPorts(r.Ports)
	}
	for _, r := range s.Egress {
		defaultPorts(r.Ports)
	}
}

func defaultPorts(ports []networkingv1.NetworkPolicyPort) {
	for i := range ports {
		initialPtr(&ports[i].Protocol, corev1.ProtocolTCP)
	}
}

func defaultSubjects(subjects []rbacv1.Subject, ref *rbacv1.RoleRef) {
	initial(&ref.APIGroup, rbacv1.GroupName)
	for i := range subjects {
		if subjects[i].Kind == rbacv1.UserKind || subjects[i].Kind == rbacv1.GroupKind {
			initial(&subjects[i].APIGroup, rbacv1.GroupName)
		}
	}
}

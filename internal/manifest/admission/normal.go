package admission

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// normal returns an object as policies would see it in the cluster. The common
// kinds are read into the types of the API, which drops what they do not have and
// what is empty, writes quantities in their canonical form, and takes defaults;
// others, and what cannot be read, stay as they are.
//
// Policies ask for fields by has() and compare quantities as text, so this
// decides answers.
func normal(o *manifest.Object, kind schema.GroupVersionKind) map[string]any {
	raw, _ := o.Root().Value().(map[string]any)
	if raw == nil {
		raw = map[string]any{}
	}
	typed := blank(kind)
	if typed == nil {
		return raw
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(raw, typed); err != nil {
		return raw
	}
	setDefaults(typed)
	out, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	if err != nil {
		return raw
	}
	return out
}

// blank returns an empty object of a kind, nil for kinds that are left as they
// are.
func blank(kind schema.GroupVersionKind) any {
	switch kind.GroupVersion() {
	case corev1.SchemeGroupVersion:
		return blankCore(kind.Kind)
	case appsv1.SchemeGroupVersion:
		switch kind.Kind {
		case "Deployment":
			return &appsv1.Deployment{}
		case "StatefulSet":
			return &appsv1.StatefulSet{}
		case "DaemonSet":
			return &appsv1.DaemonSet{}
		case "ReplicaSet":
			return &appsv1.ReplicaSet{}
		}
	case batchv1.SchemeGroupVersion:
		switch kind.Kind {
		case "Job":
			return &batchv1.Job{}
		case "CronJob":
			return &batchv1.CronJob{}
		}
	case networkingv1.SchemeGroupVersion:
		switch kind.Kind {
		case "Ingress":
			return &networkingv1.Ingress{}
		case "NetworkPolicy":
			return &networkingv1.NetworkPolicy{}
		}
	case rbacv1.SchemeGroupVersion:
		switch kind.Kind {
		case "Role":
			return &rbacv1.Role{}
		case "ClusterRole":
			return &rbacv1.ClusterRole{}
		case "RoleBinding":
			return &rbacv1.RoleBinding{}
		case "ClusterRoleBinding":
			return &rbacv1.ClusterRoleBinding{}
		}
	}
	return nil
}

func blankCore(kind string) any {
	switch kind {
	case "Pod":
		return &corev1.Pod{}
	case "Service":
		return &corev1.Service{}
	case "ConfigMap":
		return &corev1.ConfigMap{}
	case "Secret":
		return &corev1.Secret{}
	case "ServiceAccount":
		return &corev1.ServiceAccount{}
	case "Namespace":
		return &corev1.Namespace{}
	case "PersistentVolumeClaim":
		return &corev1.PersistentVolumeClaim{}
	}
	return nil
}

// Package manifest turns the repository's kustomizations and plain YAML into
// Kubernetes objects as the cluster will see them, and knows for every field of
// every object which file and line set it.
//
// It is the one owner of kustomize, kyaml and k8s.io. It judges nothing, save
// what the Pod Security Standards library answers, which it hands on as facts.
package manifest

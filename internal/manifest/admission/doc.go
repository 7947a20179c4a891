// Package admission answers for the API server: it evaluates the validating
// admission policies found beside the manifests, and the project's own rules in
// the same language, over the rendered objects, with Kubernetes' own packages
// for the Common Expression Language.
//
// What cannot be known before there is a cluster (who asks, what the cluster
// holds besides, what it fills in) is unknown, and so is every answer that
// hangs on it: an unknown answer never counts as a refusal.
//
// It is the one owner of k8s.io/apiserver and cel-go. Nothing but the gate and
// the tests of rules import it, since it is large.
package admission

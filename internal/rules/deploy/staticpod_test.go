package deploy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/deploy"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

// TestControlPlanePodsMayDoWhatTheyMust holds that kubeadm's own pods are not
// blocked for what they cannot do without, and that nothing else gets away by it.
func TestControlPlanePodsMayDoWhatTheyMust(t *testing.T) {
	const pod = `
-- kube-scheduler.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, namespace: NAMESPACE, labels: {component: kube-scheduler, tier: control-plane}}
spec:
  hostNetwork: true
  containers:
  - {name: kube-scheduler, image: "registry.k8s.io/kube-scheduler:v1.34.0", volumeMounts: [{name: config, mountPath: /etc/kubernetes/scheduler.conf}]}
  volumes: [{name: config, hostPath: {path: /etc/kubernetes/scheduler.conf}}, {name: root, hostPath: {path: /}}]
`
	for namespace, want := range map[string][]string{
		"kube-system": {"TW-K007 low", "TW-K011 high", "TW-K011 low"},
		"other":       {"TW-K007 high", "TW-K011 high", "TW-K011 high", "TW-K024 medium", "TW-K148 low"},
	} {
		var got []string
		for _, r := range deploy.Rules() {
			if !slices.Contains([]string{"TW-K007", "TW-K011", "TW-K024", "TW-K148"}, r.ID) {
				continue
			}
			found, _ := ruletest.Find(t, &r, ruletest.Load(t, ruletest.Parse(strings.ReplaceAll(pod, "NAMESPACE", namespace))))
			for _, f := range found {
				severity := f.Severity
				if severity == rule.Severity(0) {
					severity = r.Severity
				}
				got = append(got, r.ID+" "+severity.String())
			}
		}
		slices.Sort(got)
		require.Equal(t, want, got, namespace)
	}
}

package cluster

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var eventFlood = rule.Rule{
	ID:       "TW-K308",
	Name:     "no-event-rate-limit",
	Title:    "API server takes events without a limit",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "A faulty or hostile program that writes events without end fills etcd and keeps the API server busy.",
	Fix:      "Add `EventRateLimit` to `--enable-admission-plugins`, with its limits in the file of `--admission-control-config-file`.",
	Refs:     benchmark("1.2.9", nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0010", "checkov:CKV_K8S_78", "kubescape:C-0121"},
	Bad: []string{`
-- kube-apiserver.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command:
    - kube-apiserver
    - --enable-admission-plugins=NodeRestriction
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver takes events without a limit: --enable-admission-plugins does not hold EventRateLimit
`, `
-- admission.yaml --
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
^^^^^^^ the admission configuration sets no limits for EventRateLimit
- name: PodSecurity
  configuration: {}
`},
	Good: []string{`
-- kube-apiserver.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command:
    - kube-apiserver
    - --enable-admission-plugins=NodeRestriction,EventRateLimit
`, `
-- admission.yaml --
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins: [{name: EventRateLimit, path: eventconfig.yaml}]
`},
	Check: rule.EachClusterConfig(func(p *rule.Pass, cfg *controlplane.Config) {
		for _, c := range cfg.Components {
			judgePlugin(p, c, plugin{name: "EventRateLimit", without: "takes events without a limit", absent: underKubeadm, explicit: []string{"checkov:CKV_K8S_78"}})
		}
		for _, o := range cfg.Documents {
			if o.Kind != "AdmissionConfiguration" || slices.ContainsFunc(o.Field("plugins").Items(), isEventRateLimit) {
				continue
			}
			f := at(o.Field("plugins"), "", "the admission configuration sets no limits for EventRateLimit")
			f.Aliases = []string{"checkov:CKV_K8S_78"}
			f.Fix = &rule.Fix{Title: "configure EventRateLimit"}
			p.Report(f)
		}
	}),
}

func isEventRateLimit(plugin manifest.Field) bool {
	return plugin.Get("name").String() == "EventRateLimit"
}

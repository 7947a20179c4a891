package cluster

import (
	"time"

	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var longTimeout = rule.Rule{
	ID:       "TW-K319",
	Name:     "long-request-timeout",
	Title:    "API server lets requests run for more than five minutes",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Each request holds memory and a place in the queue for as long as it may run; a few slow ones are then enough to keep others out.",
	Fix:      "Set `--request-timeout` to 300s or less; the default of 60s is right for most.",
	Refs:     benchmark("1.2.20", nist, "4.3"),
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
    - --request-timeout=30m
#     ^^^^^^^^^^^^^^^^^^^^^ kube-apiserver lets requests run for more than five minutes: --request-timeout is 30m
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
    - --request-timeout=300s
`},
	Check: must(demand{
		program: controlplane.APIServer, setting: "request-timeout",
		bad:  longer(5 * time.Minute),
		says: "lets requests run for more than five minutes",
		want: "60s",
	}),
}

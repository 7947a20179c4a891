package deploy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/deploy"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

// What is seriously wrong with a workload names the way by which it is reached.
func TestSeriousFindingsNameTheWayIn(t *testing.T) {
	const pod = `
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1", securityContext: {privileged: true}}]}
`
	const outside = `-- edge.yaml --
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
`
	all := deploy.Rules()
	privileged := &all[slices.IndexFunc(all, func(r rule.Rule) bool { return r.ID == "TW-K001" })]
	found, _ := ruletest.Find(t, privileged, ruletest.Load(t, ruletest.Parse(pod)))
	require.Len(t, found, 1)
	require.Empty(t, found[0].Related)

	found, _ = ruletest.Find(t, privileged, ruletest.Load(t, ruletest.Parse(pod+outside)))
	require.Len(t, found, 1)
	require.Len(t, found[0].Related, 1)
	require.Equal(t, "reachable from outside: Ingress shop/shop -> Service shop/web", found[0].Related[0].Message)
	require.Equal(t, "edge.yaml:8:18", found[0].Related[0].At.String())
}

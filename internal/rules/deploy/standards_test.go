package deploy_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rules/deploy"
)

// TestEveryPodSecurityCheckHasARule lists the checks of the standards as the
// library of Kubernetes 1.37 names them; package manifest holds the list of
// paths to the library's.
func TestEveryPodSecurityCheckHasARule(t *testing.T) {
	served := map[string]bool{}
	for _, r := range deploy.Rules() {
		for _, ref := range r.Refs {
			if ref.Standard == "Pod Security Standards" {
				served[ref.Control] = true
			}
		}
	}
	want := []string{
		"baseline/appArmorProfile", "baseline/capabilities", "baseline/hostNamespaces", "baseline/hostPathVolumes", "baseline/hostPorts",
		"baseline/hostProbesAndHostLifecycle", "baseline/privileged", "baseline/procMount", "baseline/seLinuxOptions", "baseline/seccompProfile",
		"baseline/sysctls", "baseline/windowsHostProcess",
		"restricted/allowPrivilegeEscalation", "restricted/capabilities", "restricted/procMount", "restricted/restrictedVolumes",
		"restricted/runAsNonRoot", "restricted/runAsUser", "restricted/seccompProfile",
	}
	for _, control := range want {
		require.True(t, served[control], control)
	}
	require.Len(t, served, len(want))
}

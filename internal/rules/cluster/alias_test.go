package cluster_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/cluster"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

// found returns the findings of all rules of the package about a file.
func found(t *testing.T, text string) []rule.Finding {
	t.Helper()
	rules := cluster.Rules()
	var configured []rule.Configured
	for i := range rules {
		configured = append(configured, rule.Configured{Rule: &rules[i]})
	}
	out, err := rule.Run(configured, ruletest.Load(t, ruletest.Parse("-- a.yaml --\n"+text)), time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	return out
}

func command(words string) string {
	return "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - command: [" + words + "]\n"
}

// TestAliases holds what each check of another tool is documented to find, and
// what it is not, against the findings that claim to be the same.
func TestAliases(t *testing.T) {
	for _, c := range []struct {
		alias        string
		find, ignore []string
	}{
		{"trivy:KCV-0001", []string{"kube-apiserver, --anonymous-auth=true", "kube-apiserver"}, []string{"kube-apiserver, --anonymous-auth=false", "echo"}},
		{"checkov:CKV_K8S_68", []string{"kube-apiserver, --anonymous-auth=true", "kube-apiserver"}, []string{"kube-apiserver, --anonymous-auth=false"}},
		{"checkov:CKV_K8S_69", []string{"kube-apiserver, --basic-auth-file=/x"}, []string{"kube-apiserver, --token-auth-file=/x"}},
		{"checkov:CKV_K8S_70", []string{"kube-apiserver, --token-auth-file=/x"}, []string{"kube-apiserver, --basic-auth-file=/x"}},
		{"kubescape:C-0283", []string{"kube-apiserver, --enable-admission-plugins=NodeRestriction"}, []string{"kube-apiserver, --enable-admission-plugins=DenyServiceExternalIPs"}},
		{"checkov:CKV_K8S_74", []string{"kube-apiserver, '--authorization-mode=RBAC,AlwaysAllow'"}, []string{"kube-apiserver", "kube-apiserver, --authorization-mode=RBAC"}},
		{"checkov:CKV_K8S_75", []string{"kube-apiserver, --authorization-mode=RBAC", "kube-apiserver"}, []string{"kube-apiserver, '--authorization-mode=Node,RBAC'"}},
		{"checkov:CKV_K8S_85", []string{"kube-apiserver, --enable-admission-plugins=X"}, []string{"kube-apiserver", "kube-apiserver, --enable-admission-plugins=NodeRestriction"}},
		{"trivy:KCV-0016", []string{"kube-apiserver, --enable-admission-plugins=X", "kube-apiserver"}, []string{"kube-apiserver, --enable-admission-plugins=NodeRestriction"}},
		{"checkov:CKV_K8S_78", nil, []string{"kube-apiserver"}},
		{"checkov:CKV_K8S_86", []string{"kube-apiserver, --insecure-bind-address=0.0.0.0"}, []string{"kube-apiserver, --insecure-port=8080"}},
		{"kubescape:C-0005", []string{"kube-apiserver, --insecure-port=1"}, []string{"kube-apiserver, --insecure-port=0"}},
		{"checkov:CKV_K8S_105", []string{"kube-apiserver, --tls-cipher-suites=TLS_RSA_WITH_RC4_128_SHA"}, []string{"kube-apiserver, --tls-cipher-suites=TLS_RSA_WITH_AES_256_GCM_SHA384", "kube-apiserver"}},
		{"checkov:CKV_K8S_108", []string{"kube-controller-manager, --use-service-account-credentials=false"}, []string{"kube-controller-manager", "kube-controller-manager, --use-service-account-credentials=true"}},
		{"trivy:KCV-0035", []string{"kube-controller-manager"}, []string{"kube-controller-manager, --use-service-account-credentials=true"}},
		{"checkov:CKV_K8S_113", []string{"kube-controller-manager", "kube-controller-manager, --bind-address=0.0.0.0"}, []string{"kube-controller-manager, --bind-address=127.0.0.1"}},
		{"checkov:CKV_K8S_117", []string{"etcd", "etcd, --client-cert-auth=false"}, []string{"etcd, --client-cert-auth=true", "echo, etcd"}},
		{"checkov:CKV_K8S_118", []string{"etcd, --auto-tls=true"}, []string{"etcd"}},
		{"checkov:CKV_K8S_139", []string{"kubelet, --authorization-mode=AlwaysAllow"}, []string{"kubelet", "kubelet, --authorization-mode=Webhook"}},
		{"checkov:CKV_K8S_141", []string{"kubelet", "kubelet, --read-only-port=1"}, []string{"kubelet, --read-only-port=0", "kubelet, --config=/a"}},
	} {
		for _, words := range c.find {
			require.Contains(t, sameAs(found(t, command(words))), c.alias, words)
		}
		for _, words := range c.ignore {
			require.NotContains(t, sameAs(found(t, command(words))), c.alias, words)
		}
	}
}

func sameAs(findings []rule.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, f.SameAs()...)
	}
	return out
}

// TestKubeadmsOwnSettingsAreNotMissed holds that what kubeadm sets by itself is
// asked of no kubeadm configuration, and of no patch anything that it leaves out.
func TestKubeadmsOwnSettingsAreNotMissed(t *testing.T) {
	names := func(text string) string {
		var out []string
		for _, f := range found(t, text) {
			require.LessOrEqual(t, f.Severity, rule.Medium, f.Message)
			out = append(out, f.Rule.ID[3:])
		}
		return strings.Join(out, " ")
	}
	require.Equal(t, "K300 K302 K304 K308 K310 K314 K315 K326 K328 K333 K334 K335 K341", names("apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"))
	require.Empty(t, names("apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nnodeRegistration: {kubeletExtraArgs: []}\n"))
	require.Empty(t, names("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nkubeadmConfigPatches:\n- |\n  kind: ClusterConfiguration\n- |\n  kind: KubeletConfiguration\n"))
	require.Empty(t, names("apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n"))
}

// TestEveryRecommendationHasARule lists the sections of the benchmark, version
// 1.12, that a file can answer.
func TestEveryRecommendationHasARule(t *testing.T) {
	served := map[string]bool{}
	for _, r := range cluster.Rules() {
		served[r.Refs[0].Control] = true
	}
	for part, last := range map[string]int{"1.2.": 30, "1.3.": 7, "1.4.": 2, "2.": 7, "3.2.": 2, "4.2.": 14, "4.3.": 1} {
		for i := 1; i <= last; i++ {
			section := part + strconv.Itoa(i)
			require.True(t, served[section], section)
		}
	}
}
